"""Parts one after another: what cannot be measured here does not take the others with it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.benchmarks.bench import BenchStep, BundleWithRun, measure, measure_steps
from edgekit.benchmarks.energy.angle import Angle
from edgekit.benchmarks.machine import this_machine
from edgekit.benchmarks.records import read_record
from edgekit.benchmarks.results import Session, record_path
from edgekit.bundle import load_bundle
from edgekit.errors import EdgekitError
from tests.helpers.bundles import make_bundle

ANGLE = Angle("cortex-m4", "zig", 13_000)


@pytest.fixture
def bundle(tmp_path: Path) -> BundleWithRun:
    return BundleWithRun(load_bundle(make_bundle(tmp_path / "b")), None)


def no_compiler(_: Callable[[str], None]) -> Angle:
    raise EdgekitError("no C compiler. pip install 'edgekit[firmware]'")


def test_a_part_that_fails_is_reported_with_its_reason_and_the_next_goes_on(
    bundle: BundleWithRun, tmp_path: Path
) -> None:
    steps = [
        BenchStep("cores", bundle, no_compiler),
        BenchStep("angle", None, lambda _: ANGLE),
    ]
    session = Session("2026-11-25", "0.1", True, this_machine(), ("b",))
    lines: list[str] = []
    (failed,) = measure_steps(steps, tmp_path / "out", session, lines.append)
    assert str(failed) == "cores b: no C compiler. pip install 'edgekit[firmware]'"
    assert any("cores b: not measured: no C compiler" in line for line in lines)
    assert read_record(record_path(tmp_path / "out", "angle"), Angle) == ANGLE


def test_a_bundle_that_does_not_say_what_it_is_ends_it_at_once(
    bundle: BundleWithRun, tmp_path: Path
) -> None:
    with pytest.raises(EdgekitError, match=r"does not say what a benchmark needs"):
        measure([bundle], ("accuracy",), tmp_path / "out", True, lambda _: None)
