"""What a minute of monitoring costs: python -m edgekit.benchmarks.monitoring BUNDLE [SECONDS]

The real monitor over the simulated ADXL345, in real time, beside the plain logger that people write
first. Both run against the same simulated bus, whose own work is counted in both.
"""

import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from edgekit.device.night_reader import open_night
from edgekit.firmware.simulated_bus import World, make_world

SECONDS = 60.0
SETTLE_S = 6.0  # the start is measured by itself
TRACED_S = 10
TICKS = os.sysconf("SC_CLK_TCK")

# One sample a time, angle by atan2, a line of CSV that reaches the disk.
PLAIN_LOGGER = """
import csv, math, sys, time
from smbus2 import SMBus
bus = SMBus(1)
bus.write_byte_data(0x53, 0x31, 0x08)
bus.write_byte_data(0x53, 0x2C, 0x09)
bus.write_byte_data(0x53, 0x2D, 0x08)
with open(sys.argv[1], "w", newline="") as file:
    rows = csv.writer(file)
    while True:
        data = bus.read_i2c_block_data(0x53, 0x32, 6)
        x, y, z = (int.from_bytes(data[at:at + 2], "little", signed=True) for at in (0, 2, 4))
        rows.writerow((time.time(), x / 256, y / 256, z / 256, math.degrees(math.atan2(x, z))))
        file.flush()
        time.sleep(0.02)
"""


@dataclass(frozen=True)
class Cost:
    cpu_s_a_minute: float
    peak_mb: float
    calls_a_second: float  # of the system, without the bus transfers, which are simulated
    kept_kb: float  # the closed file, which a short night's schema fills more than its rows


def main(bundle: Path, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        night, log = folder / "a.night", folder / "log.csv"
        ours: list[str | Path]
        ours = [sys.executable, "-m", "edgekit", "monitor", "--bundle", bundle, "--out", night]
        peer: list[str | Path] = [sys.executable, "-c", PLAIN_LOGGER, log]
        for name, command, made in (("edgekit", ours, night), ("plain logger", peer, log)):
            world = _world(folder / name.replace(" ", "-"), seconds)
            cost = _measured(command, world, seconds, made)
            print(
                f"{name}: {cost.cpu_s_a_minute:.2f} CPU-s a minute, {cost.peak_mb:.1f} MB at most, "
                f"{cost.calls_a_second:.1f} system calls a second, {cost.kept_kb:.0f} kB "
                f"kept (measured over {seconds:g} s)"
            )
        with open_night(night) as made_night:
            print(f"edgekit decided {len(made_night.decisions())} windows")


def _world(folder: Path, seconds: float) -> World:
    """A sleeper at rest with a sensor's noise, 50 Hz, in counts of 1/256 g."""
    noise = np.random.default_rng(0).normal(0, 2, (round(50 * (seconds + 120)), 3))
    counts = np.rint(noise + np.array([0, 0, 256])).astype(np.int16)
    folder.mkdir()
    return make_world(folder, counts)


def _measured(command: list[str | Path], world: World, seconds: float, made: Path) -> Cost:
    process = subprocess.Popen(
        list(map(str, command)),
        env={**os.environ, **world.environment(speed=1.0)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    time.sleep(SETTLE_S)
    cpu_s = _cpu_s(process.pid)
    began = time.perf_counter()
    time.sleep(seconds)
    took_s = time.perf_counter() - began
    cost = Cost(
        (_cpu_s(process.pid) - cpu_s) * 60 / took_s,
        _status(process.pid, "VmHWM") / 1024,
        math.nan,
        math.nan,
    )
    calls_a_second = _calls_a_second(process.pid)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=30)
    return replace(cost, calls_a_second=calls_a_second, kept_kb=_size(made) / 1e3)


def _calls_a_second(pid: int) -> float:
    """Counted by strace after the rest was measured, for it costs time; NaN without strace."""
    if shutil.which("strace") is None:
        return math.nan
    words = ["timeout", "-s", "INT", str(TRACED_S), "strace", "-c", "-f", "-p", str(pid)]
    told = subprocess.run(words, capture_output=True, text=True, check=False).stderr
    total = [line.split() for line in told.splitlines() if line.endswith(" total")]
    return int(total[-1][3]) / TRACED_S if total else math.nan


def _cpu_s(pid: int) -> float:
    """User and system time of all its threads (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _status(pid: int, name: str) -> int:
    """A number of /proc/PID/status."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def _size(path: Path) -> int:
    """A SQLite file has a log beside it."""
    return sum(found.stat().st_size for found in path.parent.glob(f"{path.name}*"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS)
