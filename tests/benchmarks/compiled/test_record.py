"""The page of compiled models is what its record says, and a slower kernel is over its budget."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.benchmarks.compiled.measure import Measured, measure
from edgekit.benchmarks.compiled.nets import NETS, Published
from edgekit.benchmarks.compiled.page import page
from edgekit.benchmarks.compiled.record import over, read_record
from tests.helpers.small_models import har

PAGE = Path(__file__).parents[3] / "docs" / "compile-numbers.md"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    path = tmp_path_factory.mktemp("net") / "har.tflite"
    path.write_bytes(har().file())
    net = Published("har", "a test's", (24, 3, 1), lambda layers, x: x)
    yield measure(net, path, timed=False, cores=["cortex-m0plus"])


def limits(measured: Measured, share: float) -> dict[str, object]:
    cores = {
        cost.core: {
            "instructions": cost.instructions * share,
            "ram_bytes": cost.ram_bytes,
            "flash_bytes": cost.flash_bytes,
        }
        for cost in measured.compiled.costs
    }
    return {"nets": {"har": {"cores": cores}}}


def test_the_page_is_what_the_record_says() -> None:
    assert PAGE.read_text() == page(read_record()), "python -m edgekit.benchmarks.compiled --write"


def test_every_published_net_is_in_the_record_on_every_core() -> None:
    nets = read_record()["nets"]
    assert list(nets) == [net.name for net in NETS]
    assert all(set(net["cores"]) == set(nets["ign"]["cores"]) for net in nets.values())


def test_a_kernel_that_takes_two_percent_more_is_over_its_budget(measured: Measured) -> None:
    assert over([measured], limits(measured, 1.0)) == []
    lines = over([measured], limits(measured, 1 / 1.02))
    assert len(lines) == len(measured.compiled.costs)
    assert "har on cortex-m0plus" in lines[0] and "2.0 % over" in lines[0]


def test_a_net_without_a_budget_is_reported(measured: Measured) -> None:
    other = replace(measured, net=replace(measured.net, name="other"))
    assert all("no budget" in line for line in over([other], limits(measured, 1.0)))


def test_the_table_of_the_guide_says_what_the_record_keeps() -> None:
    guide = PAGE.with_name("compile.md").read_text()
    for name, net in read_record()["nets"].items():
        m4, m0, m55 = (net["cores"][core] for core in ("cortex-m4", "cortex-m0plus", "cortex-m55"))
        numbers = [
            *(cost["instructions"] for cost in (m4, m0, m55)),
            m4["ram_bytes"],
            m4["code_bytes"],
        ]
        row = " | ".join(f"{number:,}" for number in (net["macs"], *numbers))
        assert f"| {row} |" in guide, name
