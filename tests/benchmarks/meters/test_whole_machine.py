"""A machine at rest and at work in turn, by its own counters."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from edgekit.benchmarks.meters.counters import nvml, rapl
from edgekit.benchmarks.meters.whole_machine import measure_rounds
from edgekit.errors import EdgekitError
from tests.helpers.metered_work import command, repeated


@pytest.fixture
def powercap(tmp_path: Path) -> Path:
    """A folder as Linux shows one CPU package's counter."""
    zone = tmp_path / "intel-rapl:0"
    zone.mkdir()
    (zone / "name").write_text("package-0\n")
    (zone / "max_energy_range_uj").write_text("262143328850\n")
    (zone / "energy_uj").write_text("0\n")
    return tmp_path


def test_only_work_takes_energy_where_rest_takes_none(powercap: Path) -> None:
    counter = powercap / "intel-rapl:0" / "energy_uj"
    said: list[str] = []

    def joule() -> None:
        new = counter.with_suffix(".new")
        new.write_text(str(int(counter.read_text()) + 1_000_000))
        new.replace(counter)
        time.sleep(0.001)

    found = measure_rounds(
        rapl(powercap),
        "monitoring",
        repeated(joule),
        seconds=0.05,
        settle_s=0.01,
        progress=said.append,
    )
    assert found.idle_w is not None
    assert found.idle_w.high == 0 < found.mean_w.low
    assert (found.meter, found.seconds) == ("RAPL, whole CPU package", 0.25)
    assert len(said) == 5 and said[0].startswith("round 1 of 5: ")


def test_work_is_under_way_while_it_is_metered_and_over_at_rest(powercap: Path) -> None:
    seen: list[str] = []

    class Watched:
        name = "watched"

        def mean_w(self, seconds: float) -> float:
            seen.append("metered")
            return 1.0

    @contextmanager
    def work() -> Iterator[None]:
        seen.append("begins")
        yield
        seen.append("ends")

    measure_rounds(Watched(), "monitoring", work, seconds=1, settle_s=0)
    assert seen == ["metered", "begins", "metered", "ends"] * 5


def test_a_command_runs_until_it_is_interrupted(tmp_path: Path) -> None:
    began, ended = tmp_path / "began", tmp_path / "ended"
    code = (
        "import pathlib, sys, time\n"
        "try: pathlib.Path(sys.argv[1]).touch(); time.sleep(60)\n"
        "except KeyboardInterrupt: pathlib.Path(sys.argv[2]).touch()"
    )
    with command([sys.executable, "-c", code, str(began), str(ended)])():
        while not began.exists():
            time.sleep(0.01)
        assert not ended.exists()
    assert ended.exists()


def test_a_command_that_ends_early_was_not_metered() -> None:
    work = command([sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(EdgekitError, match="ended with 3 while it was metered"), work() as process:
        process.wait()


def test_a_command_that_is_not_there_is_named() -> None:
    work = command(["no-such-command"])
    with pytest.raises(EdgekitError, match="no-such-command does not start"), work():
        pass


def test_a_function_that_fails_is_no_work() -> None:
    with pytest.raises(ZeroDivisionError), repeated(lambda: 1 / 0)():
        time.sleep(0.01)


def test_a_machine_without_a_counter_says_what_else_meters_it(tmp_path: Path) -> None:
    with pytest.raises(EdgekitError, match=r"shows no RAPL counter.*--meter ina226:"):
        rapl(tmp_path / "none")


def test_a_counter_that_goes_away_is_reported(powercap: Path) -> None:
    meter = rapl(powercap)
    (powercap / "intel-rapl:0" / "energy_uj").unlink()
    with pytest.raises(EdgekitError, match="RAPL, whole CPU package can no longer be read"):
        meter.mean_w(0.01)


def test_a_machine_without_a_board_has_nothing_for_nvml() -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a board")
    with pytest.raises(EdgekitError, match="no NVIDIA board here"):
        nvml()
