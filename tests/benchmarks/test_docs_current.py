"""docs/benchmarks.md and its folder are what the committed records and models say today."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.benchmarks.energy import constants
from edgekit.benchmarks.firmware.budget import FirmwareBudget, read_budget
from edgekit.benchmarks.page.bench_page import bench_page
from edgekit.benchmarks.page.markdown import constants as constants_page
from edgekit.benchmarks.page.markdown import details, front_page
from edgekit.benchmarks.results import read_results

DOCS = Path(__file__).parents[2] / "docs"
PAGE, FOLDER, RESULTS = DOCS / "benchmarks.md", "benchmarks", DOCS / "benchmarks" / "results"
MOST_LINES = 200
RENEW = (
    "docs/benchmarks.md is not what its records say now; with nothing measured again: "
    "python -m edgekit.benchmarks.page docs/benchmarks/results --markdown docs/benchmarks.md"
)


def pages(budget: FirmwareBudget) -> dict[str, str]:
    """Return the text of every page, by its path below docs/."""
    page = bench_page(read_results(RESULTS), budget)
    back = "../benchmarks.md"
    return {
        "benchmarks.md": front_page(page, FOLDER),
        "benchmarks/constants.md": constants_page(page, back),
        **{f"benchmarks/{each.name}.md": details(each, back) for each in page.sections},
    }


def test_the_pages_are_what_their_records_say() -> None:
    for name, text in pages(read_budget()).items():
        assert (DOCS / name).is_file() and (DOCS / name).read_text() == text, f"{name}: {RENEW}"


def test_the_first_page_is_short_and_begins_with_five_cards() -> None:
    lines = PAGE.read_text().splitlines()
    assert len(lines) <= MOST_LINES
    before_the_first_question = "\n".join(lines[: lines.index("## Which runtime?")])
    for card in ("Time a window", "Battery", "Memory", "Accuracy kept by int8", "Compared with"):
        assert f"| {card}" in before_the_first_question


def test_pictures_and_pages_that_are_linked_are_there_and_no_others() -> None:
    linked = {
        (path.parent / name).resolve()
        for path in (PAGE, *(DOCS / FOLDER).glob("*.md"))
        for name in re.findall(r"\]\((.+?)\)", path.read_text())
    }
    assert linked and all(path.is_file() for path in linked), RENEW
    assert set((DOCS / FOLDER).glob("*.*")) <= linked, RENEW


def test_everything_was_measured_in_full() -> None:
    results = read_results(RESULTS)
    assert not results.session.quick
    page = bench_page(results, read_budget())
    assert len(page.sections) == 8
    assert len(page.cards) == 5 and all(card.figure and card.bars for card in page.cards)


def test_another_constant_of_the_energy_model_makes_another_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = pages(read_budget())
    more = replace(constants.MCU_SLEEP_UA, value=1.1 * constants.MCU_SLEEP_UA.value)
    monkeypatch.setattr(constants, "MCU_SLEEP_UA", more)
    assert pages(read_budget()) != before


def test_another_budget_of_the_firmware_makes_another_page() -> None:
    budget = read_budget()
    before = pages(budget)
    budget.nets["mtl-net"]["cortex-m4"]["instructions"] += 100_000
    assert pages(budget) != before
