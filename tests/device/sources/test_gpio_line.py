"""The real gpiod and its system calls, in a process whose /dev/gpiochip0 is simulated."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("smbus2")
pytest.importorskip("gpiod")
if sys.platform != "linux":
    pytest.skip("a library to preload", allow_module_level=True)

from edgekit.device.sources.gpio_line import GpioLine
from edgekit.errors import UsageError
from edgekit.firmware.emulate.simulated_bus import Fault, make_world
from edgekit.night.reader import open_night
from edgekit.recording import save_recording
from edgekit.spec import SLEEP
from tests.helpers.numbered_samples import numbered

LISTEN = """
import json, sys, time
import numpy as np
from edgekit.device.sources.i2c_bus import I2cBus
from edgekit.device.sources.gpio_line import GpioLine
from edgekit.device.sources.sensor_source import SensorSource
from edgekit.device.sources.sensors import open_sensor
from edgekit.errors import EdgekitError
line = GpioLine(17)
try: said = GpioLine(17).name
except EdgekitError as error: said = str(error)
rose = []
wait = line.wait
def counted(seconds):
    rose.append(wait(seconds))
    return rose[-1]
line.wait = counted
index, events, faults = [], [], []
end_s = time.clock_gettime(time.CLOCK_BOOTTIME) + 60
for chunk in SensorSource(open_sensor(I2cBus(1, 0x53), 50), line=line).chunks():
    counts = np.round(chunk.xyz_g * 256).astype(int)
    index += (counts[:, 0] + 1000 * counts[:, 1]).tolist()
    events += [kind for kind, _ in chunk.events]
    faults += [kind for kind, _ in chunk.faults]
    if time.clock_gettime(time.CLOCK_BOOTTIME) > end_s: break
print(json.dumps([index, rose, events, faults, said]))
"""


def listen(tmp_path: Path, faults: tuple[Fault, ...] = (), int1: int = 17, **adapter: bool):  # type: ignore[no-untyped-def]
    """Samples by number, whether INT1 rose at each wait, events, faults; of a second request."""
    world = make_world(tmp_path / "world", numbered(5000), faults, clock_ppm=-10_000, **adapter)
    done = subprocess.run(
        [sys.executable, "-c", LISTEN],
        env={**os.environ, **world.environment(), "EDGEKIT_SIM_INT1": str(int1)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("one_reading", [False, True], ids=["I2C_RDWR", "Pi 0 to 4"])
def test_int1_paces_the_drains_and_every_sample_comes_once(tmp_path: Path, one_reading) -> None:
    index, rose, events, faults, _ = listen(tmp_path, one_reading=one_reading)
    assert index == list(range(len(index))) and len(index) > 2900
    assert all(rose) and len(rose) / 60 < 3
    assert (events, faults) == ([], [])


def test_an_int1_that_is_wired_to_another_pin_is_reported_once_and_no_sample_is_lost(
    tmp_path: Path,
) -> None:
    index, rose, events, _, _ = listen(tmp_path, int1=4)
    assert index == list(range(len(index))) and len(index) > 2900
    assert rose == [False] * 3 and events == ["interrupt lost"]


def test_after_a_brown_out_int1_paces_again(tmp_path: Path) -> None:
    brown_out = Fault(20.0, "brown_out", 20_000)
    _, rose, events, faults, _ = listen(tmp_path, (brown_out,))
    assert "interrupt lost" not in events and "register lost" in faults
    assert all(rose[-50:]) and not all(rose)


def test_a_pin_that_is_in_use_is_reported(tmp_path: Path) -> None:
    assert "GPIO17 is in use by another program" in listen(tmp_path)[-1]


@pytest.mark.parametrize("pin", [-1, 2, 28])
def test_a_pin_that_the_header_lacks_or_the_bus_needs_is_refused(pin: int) -> None:
    with pytest.raises(UsageError, match="GPIO4 to GPIO27"):
        GpioLine(pin)


def monitored(tmp_path: Path, bundle, *words: str) -> subprocess.CompletedProcess[str]:  # type: ignore[no-untyped-def]
    command = [sys.executable, "-m", "edgekit", "monitor", "--bundle", str(bundle.folder), *words]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)


def test_a_night_that_int1_paces_has_every_sample(tmp_path: Path, bundle, lying) -> None:
    save_recording(lying(SLEEP.postures[0], seconds=60.0), tmp_path / "lying.npz")
    simulated = ("--simulate", "lying.npz", "--speed", "full", "--interrupt-pin", "17")
    done = monitored(tmp_path, bundle, *simulated, "--out", "a.night")
    assert done.returncode == 0, done.stderr
    with open_night(tmp_path / "a.night") as night:
        assert sum(len(samples.xyz_g) for samples in night.samples()) > 2900
        assert [event.kind for event in night.events()] == ["start", "stop"]


@pytest.mark.parametrize(
    "words, line",
    [
        (("--interrupt-pin", "2"), "INT1 goes to one of GPIO4 to GPIO27"),
        (("--alarm", "supine", "--alarm-pin", "99"), "the motor goes to one of GPIO4 to GPIO27"),
        (("--interrupt-pin", "18", "--alarm-pin", "18"), "GPIO18 takes the motor or"),
    ],
)
def test_a_pin_that_cannot_be_ends_the_command_with_one_line(
    tmp_path: Path, bundle, words, line
) -> None:
    done = monitored(tmp_path, bundle, *words)
    assert done.returncode and "Traceback" not in done.stderr
    assert line in " ".join(done.stderr.split()), done.stderr
