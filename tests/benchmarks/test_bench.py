"""Parts one after another: what cannot be measured here does not take the others with it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.benchmarks import bench
from edgekit.benchmarks.bench import Given, Step, measure
from edgekit.benchmarks.energy.angle import Angle
from edgekit.benchmarks.kept import read_record
from edgekit.benchmarks.results import record_path
from edgekit.bundle import load_bundle
from edgekit.errors import EdgekitError
from tests.helpers.bundles import make_bundle

ANGLE = Angle("cortex-m4", "zig", 13_000)


@pytest.fixture
def given(tmp_path: Path) -> Given:
    return Given(load_bundle(make_bundle(tmp_path / "b")), None)


def no_compiler(_: Callable[[str], None]) -> Angle:
    raise EdgekitError("no C compiler. pip install 'edgekit[firmware]'")


def test_a_part_that_fails_is_told_with_its_reason_and_the_next_goes_on(
    given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = [Step("cores", given, no_compiler), Step("angle", None, lambda _: ANGLE)]
    monkeypatch.setattr(bench, "_steps", lambda *_: steps)
    told: list[str] = []
    (failed,) = measure([given], ("energy",), tmp_path / "out", True, told.append)
    assert str(failed) == "cores b: no C compiler. pip install 'edgekit[firmware]'"
    assert any("cores b: not measured: no C compiler" in line for line in told)
    assert read_record(record_path(tmp_path / "out", "angle"), Angle) == ANGLE


def test_a_bundle_that_does_not_say_what_it_is_ends_it_at_once(
    given: Given, tmp_path: Path
) -> None:
    with pytest.raises(EdgekitError, match=r"does not say what a benchmark needs"):
        measure([given], ("accuracy",), tmp_path / "out", True, lambda _: None)
