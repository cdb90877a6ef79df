"""docs/benchmarks.md is what its committed records, the energy model and the budget say today."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.benchmarks.energy import constants
from edgekit.benchmarks.firmware.budget import FirmwareBudget, read_budget
from edgekit.benchmarks.page.markdown import markdown
from edgekit.benchmarks.page.page import TITLE, head, sections
from edgekit.benchmarks.results import read_results

DOCS = Path(__file__).parents[2] / "docs"
PAGE, PICTURES, RESULTS = DOCS / "benchmarks.md", "benchmarks", DOCS / "benchmarks" / "results"
RENEW = (
    "docs/benchmarks.md is not what its records say now; with nothing measured again: "
    "python -m edgekit.benchmarks.page docs/benchmarks/results --markdown docs/benchmarks.md"
)


def page(budget: FirmwareBudget) -> str:
    results = read_results(RESULTS)
    return markdown(TITLE, head(results), sections(results, budget), PICTURES)


def test_the_page_is_what_its_records_say() -> None:
    assert PAGE.is_file() and PAGE.read_text() == page(read_budget()), RENEW


def test_its_pictures_are_there() -> None:
    named = re.findall(r"!\[.*?\]\((.+?)\)", PAGE.read_text())
    assert named and all((DOCS / name).is_file() for name in named), RENEW


def test_everything_was_measured_in_full() -> None:
    results = read_results(RESULTS)
    assert not results.session.quick
    assert len(sections(results, read_budget())) == 7


def test_another_constant_of_the_energy_model_makes_another_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = page(read_budget())
    more = replace(constants.MCU_SLEEP_UA, value=1.1 * constants.MCU_SLEEP_UA.value)
    monkeypatch.setattr(constants, "MCU_SLEEP_UA", more)
    assert page(read_budget()) != before


def test_another_budget_of_the_firmware_makes_another_page() -> None:
    budget = read_budget()
    before = page(budget)
    budget.nets["mtl-net"]["cortex-m4"]["instructions"] += 100_000
    assert page(budget) != before
