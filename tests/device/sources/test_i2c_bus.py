"""The real smbus2 and its system calls, in a process whose /dev/i2c-1 is simulated."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("smbus2")
if sys.platform != "linux":
    pytest.skip("a library to preload", allow_module_level=True)

from edgekit.device.sources.i2c_bus import I2cBus
from edgekit.errors import EdgekitError
from edgekit.firmware.emulate.simulated_bus import Fault, all_faults, make_world
from tests.helpers.numbered_samples import numbered

START_UTC_S = 1_793_487_600.0

LISTEN = """
import itertools, json, sys, time
import numpy as np
from edgekit.device.sources.i2c_bus import I2cBus
from edgekit.device.sources.sensor_source import SensorSource
from edgekit.device.sources.sensors import open_sensor
source = SensorSource(open_sensor(I2cBus(1, 0x53), 50))
heard, faults, steps = [], {{}}, 0.0
began_s = time.clock_gettime(time.CLOCK_BOOTTIME)
cpu_s = time.process_time()
for chunk in source.chunks():
    for kind, times in chunk.faults: faults[kind] = faults.get(kind, 0) + times
    steps += chunk.clock_step_s
    if len(chunk):
        counts = np.round(chunk.xyz_g * 256).astype(int)
        index = (counts[:, 0] + 1000 * counts[:, 1]).tolist()
        heard.append([index, chunk.start_s, chunk.end_s, chunk.rate_hz])
    if time.clock_gettime(time.CLOCK_BOOTTIME) - began_s > {seconds}: break
print(json.dumps([heard, faults, steps, source.measured_hz, time.process_time() - cpu_s]))
"""


def listen(tmp_path: Path, seconds: float, faults: tuple[Fault, ...] = (), **adapter: bool):  # type: ignore[no-untyped-def]
    """[samples, start_s, end_s, rate_hz] a chunk; faults; steps; Hz; CPU s; when each was taken."""
    counts = numbered(round(seconds * 60) + 1000)
    world = make_world(tmp_path / "world", counts, faults, clock_ppm=-2_000, **adapter)
    done = subprocess.run(
        [sys.executable, "-c", LISTEN.format(seconds=seconds)],
        env={**os.environ, **world.environment()},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [*json.loads(done.stdout.splitlines()[-1]), world.conversions()]


def gaps(heard: list) -> int:  # type: ignore[type-arg]
    """Asserts that each sample comes once, in order, or lies inside a gap."""
    last, end_s, found = -1, 0.0, 0
    for index, start_s, chunk_end_s, rate_hz in heard:
        # A frozen chip's one sample is given until a second of it is told as a fault.
        index = [at for at, before in zip(index, (last, *index), strict=False) if at != before]
        if not index:
            end_s = chunk_end_s
            continue
        assert index == list(range(index[0], index[0] + len(index)))
        assert index[0] > last
        if last >= 0 and start_s - end_s > 1.9 / rate_hz:
            found += 1
        else:
            assert index[0] == last + 1
        last, end_s = index[-1], chunk_end_s
    return found


@pytest.mark.parametrize("smbus_only", [False, True], ids=["I2C_RDWR", "SMBus"])
def test_every_sample_comes_once(tmp_path: Path, smbus_only: bool) -> None:
    heard, faults, _, rate_hz, *_ = listen(tmp_path, 60, smbus_only=smbus_only)
    assert rate_hz == pytest.approx(49.9, rel=5e-4)
    assert gaps(heard) == 0 and faults == {}
    assert heard[-1][0][-1] > 2900


def test_after_each_fault_samples_come_once_or_lie_in_a_gap(tmp_path: Path) -> None:
    met = tuple(f for f in all_faults(600) if f.kind not in ("kill", "disk_full"))
    heard, faults, steps, *_ = listen(tmp_path, 620, met)
    assert gaps(heard) >= 5
    assert steps == pytest.approx(37.5, abs=0.01)
    assert {"nack", "register lost", "overrun", "frozen"} <= set(faults)
    assert heard[-1][0][-1] > 28_000


def test_a_sample_is_dated_to_within_a_period_and_a_half_of_when_it_was_taken(
    tmp_path: Path,
) -> None:
    stall = (Fault(300.0, "stall", 5.0), Fault(400.0, "ntp_step", 3600.0))
    heard, *_, taken_s = listen(tmp_path, 600, stall)
    for index, start_s, *_ in heard:
        assert start_s - START_UTC_S == pytest.approx(taken_s[index[0]], abs=0.03)


def test_an_adapter_that_is_not_there_says_what_to_do() -> None:
    with pytest.raises(EdgekitError, match="edgekit doctor"):
        I2cBus(97, 0x53)


def test_a_bus_that_is_not_there_is_answered_with_those_that_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = [Path("/dev/i2c-20"), Path("/dev/i2c-1")]
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(there))
    with pytest.raises(EdgekitError, match="There are --bus 1, 20: see"):
        I2cBus(97, 0x53)


def test_an_adapter_that_takes_one_reading_a_call_loses_nothing(tmp_path: Path) -> None:
    """As the Raspberry Pi 0 to 4's own does: bcm2835 refuses a reading that is not the last."""
    heard, faults, _, rate_hz, *_ = listen(tmp_path, 60, one_reading=True)
    assert rate_hz == pytest.approx(49.9, rel=5e-4)
    assert gaps(heard) == 0 and faults == {}
    assert heard[-1][0][-1] > 2900
