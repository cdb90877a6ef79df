"""Joules come from the machine's counter where it has one; where not, the figure says so."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis.strategies import integers, lists

from edgekit.train.energy import (
    MEASURED_BOARD,
    MEASURED_PACKAGE,
    MODELLED,
    Board,
    Meter,
    Packages,
    Power,
    counter_of,
    energy_of,
    metered,
)

CPU, CUDA = torch.device("cpu"), torch.device("cuda")
RANGE_UJ = 65_532_610_987  # AMD's


class Wall:
    """A clock that is set by hand."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def zone(powercap: Path, name: str, called: str, energy_uj: int) -> Path:
    folder = powercap / name
    folder.mkdir(parents=True)
    (folder / "name").write_text(f"{called}\n")
    (folder / "max_energy_range_uj").write_text(f"{RANGE_UJ}\n")
    (folder / "energy_uj").write_text(f"{energy_uj}\n")
    return folder


def test_the_packages_are_summed_without_their_sub_domains_and_the_platform(tmp_path: Path) -> None:
    counted = [zone(tmp_path, f"intel-rapl:{n}", f"package-{n}", 5_000_000) for n in (0, 1)]
    others = [
        zone(tmp_path, "intel-rapl:0:0", "core", 5_000_000),
        zone(tmp_path, "intel-rapl:2", "psys", 5_000_000),
    ]
    packages = Packages(tmp_path)
    for folder in counted + others:
        (folder / "energy_uj").write_text("8000000\n")
    assert packages.joules() == 6.0


@given(start=integers(0, RANGE_UJ - 1), steps_uj=lists(integers(0, RANGE_UJ - 1), max_size=8))
def test_a_counter_that_starts_anew_loses_nothing(
    tmp_path_factory: pytest.TempPathFactory, start: int, steps_uj: list[int]
) -> None:
    powercap = tmp_path_factory.mktemp("powercap")
    package = zone(powercap, "intel-rapl:0", "package-0", start)
    packages = Packages(powercap)
    used_uj = 0
    for step in steps_uj:
        used_uj += step
        (package / "energy_uj").write_text(f"{(start + used_uj) % RANGE_UJ}\n")
        assert packages.joules() == pytest.approx(used_uj / 1e6)


@pytest.mark.parametrize("content", [None, "", "no number"])
def test_a_counter_that_cannot_be_read_counts_as_absent(
    tmp_path: Path, content: str | None
) -> None:
    package = zone(tmp_path, "intel-rapl:0", "package-0", 0)
    (package / "energy_uj").unlink()
    if content is not None:
        (package / "energy_uj").write_text(content)
    assert counter_of(CPU, tmp_path) is None


def test_a_machine_without_a_counter_has_none(tmp_path: Path) -> None:
    assert counter_of(CPU, tmp_path / "absent") is None


@pytest.mark.skipif(torch.cuda.is_available(), reason="its driver answers")
def test_without_nvidias_driver_the_board_counts_nothing() -> None:
    assert counter_of(CUDA) is None


class Nvml:
    """Stands for the library: a board that has used so many millijoules since its driver began."""

    NVMLError = type("NVMLError", (Exception,), {})
    used_mj: int | None = 1_000_000

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: Any) -> int:  # noqa: N802
        if self.used_mj is None:
            raise self.NVMLError("not supported")
        return self.used_mj


def test_a_board_counts_from_the_meters_beginning() -> None:
    nvml, wall = Nvml(), Wall()
    meter = Meter(Board(nvml, SimpleNamespace()), clock=wall)
    nvml.used_mj, wall.now_s = 1_600_000, 2.0
    meter.read()
    assert meter.power == Power(300.0, MEASURED_BOARD)


def test_a_counter_that_fails_on_the_way_leaves_no_power() -> None:
    nvml, wall = Nvml(), Wall()
    meter = Meter(Board(nvml, SimpleNamespace()), clock=wall)
    nvml.used_mj, wall.now_s = 1_600_000, 2.0
    meter.read()
    nvml.used_mj = None
    meter.read()
    assert meter.power is None


def test_a_moment_is_too_short_to_know_its_power(tmp_path: Path) -> None:
    package, wall = zone(tmp_path, "intel-rapl:0", "package-0", 0), Wall()
    meter = Meter(Packages(tmp_path), clock=wall)
    (package / "energy_uj").write_text("50000000\n")
    wall.now_s = 0.5
    meter.read()
    assert meter.power is None
    wall.now_s = 1.0
    meter.read()
    assert meter.power == Power(50.0, MEASURED_PACKAGE)


def test_the_meter_goes_on_reading_while_the_block_runs(tmp_path: Path) -> None:
    package = zone(tmp_path, "intel-rapl:0", "package-0", 0)
    with metered(Packages(tmp_path), every_s=0.01, least_s=0.0) as meter:
        (package / "energy_uj").write_text("1000000\n")
        while meter.power is None or meter.power.watts == 0:
            pass  # the reader's turn comes; were it not to read, this would not end
        before = meter.power
    assert meter.power is not None
    assert meter.power.kind == MEASURED_PACKAGE
    assert 0 < meter.power.watts < before.watts, "the same joules over a longer time"


def test_measured_power_counts_over_all_wall_seconds() -> None:
    energy = energy_of(Power(100.0, MEASURED_PACKAGE), wall_s=3600, cpu_s=1, device=CPU)
    assert (energy.kwh, energy.kind) == (pytest.approx(0.1), MEASURED_PACKAGE)


def test_unmetered_energy_is_modelled_by_the_busy_core_or_the_whole_board() -> None:
    core = energy_of(None, wall_s=1, cpu_s=3600, device=CPU)
    board = energy_of(None, wall_s=3600, cpu_s=1, device=CUDA)
    assert (core.kwh, core.kind) == (pytest.approx(0.004375), MODELLED)
    assert (board.kwh, board.kind) == (pytest.approx(0.3), MODELLED)
