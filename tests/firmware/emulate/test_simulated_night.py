"""The real smbus2 and SensorSource on the simulated bus: every fault of a night, and none lost."""

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("smbus2")
pytest.importorskip("edgekit.device.sources.sensor_source")
if sys.platform != "linux":
    pytest.skip("a library to preload", allow_module_level=True)

from edgekit.firmware.emulate.simulated_bus import Fault, World, all_faults, make_world

NIGHT_S = 900.0
PPM = -18_000.0

READER = """
import pickle, sys
from edgekit.device.sources.i2c_bus import I2cBus
from edgekit.device.sources.sensor_source import SensorSource
from edgekit.device.sources.sensors import open_sensor
with open(sys.argv[1], "ab", buffering=0) as file:
    try:
        for chunk in SensorSource(open_sensor(I2cBus(1, 0x53), 50.0)).chunks():
            kinds = [event[0] for event in chunk.events]
            file.write(pickle.dumps((chunk.xyz_g, kinds, chunk.start_s, chunk.clock_step_s)))
    except KeyboardInterrupt:
        pass
"""

Told = tuple[np.ndarray, list[str], float, float]


def numbered(samples: int) -> np.ndarray:
    """Counts that say which they are, and whether they are whole."""
    at = np.arange(samples)
    return np.stack([at % 4096, at // 4096, at % 7], axis=1).astype(np.int16)


def night(world: World, out: Path) -> tuple[list[list[Told]], list[int]]:
    """What each process gave until the night was over, and how each ended."""
    runs: list[list[Told]] = []
    ends: list[int] = []
    while not ends or ends[-1] < 0:
        if ends:
            world.restart_after(5.0)
        path = out / f"run{len(runs)}"
        done = subprocess.run(
            [sys.executable, "-c", READER, str(path)],
            env={**os.environ, **world.environment()},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert not done.stderr, done.stderr
        ends.append(done.returncode)
        runs.append(list(unpickled(path)))
    return runs, ends


def unpickled(path: Path) -> Any:
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)
            except EOFError:
                return


@pytest.mark.parametrize("smbus_only", [False, True])
def test_every_sample_comes_once_and_unaltered_or_in_a_gap_that_is_reported(
    tmp_path: Path, smbus_only: bool
) -> None:
    faults = [*all_faults(NIGHT_S), Fault(NIGHT_S, "signal", signal.SIGINT)]
    counts = numbered(int(NIGHT_S * 50))
    world = make_world(tmp_path, counts, faults, clock_ppm=PPM, smbus_only=smbus_only)
    runs, ends = night(world, tmp_path)
    assert ends == [-signal.SIGKILL, 0]
    assert world.faults_so_far == len(faults)

    newest, repeats, given = -1, 0, 0
    for run in runs:
        may_miss = newest >= 0  # between two processes
        for xyz_g, kinds, *_ in run:
            xyz = np.rint(xyz_g * 256).astype(int)
            at = xyz[:, 0] + 4096 * xyz[:, 1]
            np.testing.assert_array_equal(xyz, counts[at])
            may_miss |= "sensor gap" in kinds
            for sample in at:
                assert sample >= newest, "a sample came late"
                repeats += sample == newest  # the frozen chip's own
                assert sample <= newest + 1 or may_miss, f"{newest} to {sample} without a gap"
                newest, may_miss = sample, False
            given += len(at)
    assert repeats <= 150
    assert world.taken - newest < 64
    assert given > 0.9 * world.taken


def test_without_faults_each_sample_is_dated_when_the_chip_took_it(tmp_path: Path) -> None:
    start_utc_s = 1_793_487_600.0
    world = make_world(
        tmp_path,
        numbered(int(NIGHT_S * 50)),
        [Fault(NIGHT_S, "signal", signal.SIGINT)],
        clock_ppm=PPM,
        start_utc_s=start_utc_s,
    )
    ((run,), _) = night(world, tmp_path)
    taken_s = world.conversions()
    first = np.cumsum([0, *(len(told[0]) for told in run)])[:-1]
    late_s = np.array(
        [
            told[2] - start_utc_s - taken_s[at]
            for told, at in zip(run, first, strict=True)
            if len(told[0])
        ]
    )
    # A part that is off by 1.8 % has to be measured first; its dates then move by no jump.
    assert np.abs(late_s).max() < 0.12
    assert np.abs(late_s[int(len(late_s) * 120 / NIGHT_S) :]).max() < 0.005, "after two minutes"
