"""A minute of monitoring, and the start, beside the plain logger that people write first.

Both run as processes of their own in real time and at the same time, each on a simulated bus with
the same samples; the bus's own work is counted in both.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.firmware.emulate.simulated_bus import World, make_world

from .record import Logger

SETTLE_S = 6.0  # the start is measured by itself
TRACED_S = 10
DECIDED = re.compile(r", \d+ %$")  # how the plain view ends a line with a decision

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


def loggers(bundle: Bundle, folder: Path, seconds: float) -> tuple[Logger, Logger, float]:
    """edgekit's and the plain one over the same seconds, so that what slows one slows both.

    The last is how many bytes of CSV a minute the plain one writes.
    """
    own, peer = _world(folder / "edgekit", seconds), _world(folder / "plain", seconds)
    log = peer.folder / "log.csv"
    with (
        _running(_monitor(bundle), own) as edgekit,
        _running([sys.executable, "-c", PLAIN_LOGGER, log], peer) as plain,
    ):
        time.sleep(SETTLE_S)
        bytes_before, began = log.stat().st_size, time.perf_counter()
        found = _watched((edgekit, plain), seconds)
        bytes_a_s = (log.stat().st_size - bytes_before) / (time.perf_counter() - began)
        return found[0], found[1], 60 * bytes_a_s


@contextmanager
def monitor_running(bundle: Bundle) -> Iterator[None]:
    """The monitor at work as above, for a power meter to look at."""
    with (
        tempfile.TemporaryDirectory(prefix="edgekit-metered-") as place,
        _running(_monitor(bundle), _world(Path(place) / "edgekit", 0.0)),
    ):
        yield


def first_decision_s(bundle: Bundle, folder: Path) -> float:
    """From the command to its first line with a decision.

    Raises EdgekitError when the monitor ends before.
    """
    world = _world(folder, 0.0)
    began = time.perf_counter()
    with _running(_monitor(bundle), world) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if DECIDED.search(line):
                return time.perf_counter() - began
    raise EdgekitError("the monitor ended before its first decision")


def _monitor(bundle: Bundle) -> list[str | Path]:
    words = ("--bundle", bundle.folder.resolve(), "--out", "a.night")
    return [sys.executable, "-m", "edgekit", "monitor", *words]


def _world(folder: Path, seconds: float) -> World:
    """A sleeper at rest with a sensor's noise, 50 Hz, in counts of 1/256 g."""
    noise = np.random.default_rng(0).normal(0, 2, (round(50 * (seconds + 120)), 3))
    return make_world(folder, np.rint(noise + np.array([0, 0, 256])).astype(np.int16))


@contextmanager
def _running(command: Sequence[str | Path], world: World) -> Iterator["subprocess.Popen[str]"]:
    """In the world's folder and time, and ended as its user would."""
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=world.folder,
        env={**os.environ, **world.environment(speed=1.0)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def _watched(processes: Sequence["subprocess.Popen[str]"], seconds: float) -> list[Logger]:
    """Raises EdgekitError when one ended."""
    if any(process.poll() is not None for process in processes):
        raise EdgekitError("a logger ended at its start")
    pids, began = [process.pid for process in processes], time.perf_counter()
    before = [_taken(pid) for pid in pids]
    time.sleep(seconds)
    after, took_s = [_taken(pid) for pid in pids], time.perf_counter() - began
    found = []
    for pid, was, now in zip(pids, before, after, strict=True):
        cpu, wakes, disk_bytes = ((b - a) / took_s for a, b in zip(was, now, strict=True))
        peak_mb = _status(pid, "VmHWM") * 1024 / 1e6
        # After the rest, for strace costs time.
        found.append(Logger(60 * cpu, peak_mb, _calls_a_second(pid), wakes, disk_bytes))
    return found


def _calls_a_second(pid: int) -> float | None:
    if shutil.which("strace") is None:
        return None
    words = ["timeout", "-s", "INT", str(TRACED_S), "strace", "-c", "-f", "-p", str(pid)]
    told = subprocess.run(words, capture_output=True, text=True, check=False).stderr
    total = [line.split() for line in told.splitlines() if line.endswith(" total")]
    return int(total[-1][3]) / TRACED_S if total else None


def _taken(pid: int) -> tuple[float, int, int]:
    """Since its start: CPU seconds, times that it was woken, bytes written (proc(5))."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    wakes = sum(_status(int(thread.name), "voluntary_ctxt_switches") for thread in threads)
    written = next(
        int(line.split()[1])
        for line in Path(f"/proc/{pid}/io").read_text().splitlines()
        if line.startswith("write_bytes:")
    )
    return _cpu_s(pid), wakes, written


def _cpu_s(pid: int) -> float:
    """Of all its threads, to the nanosecond: a tick of /proc/PID/stat is a third of what is seen.

    The clock's number is clock_getcpuclockid(3)'s, which Python has of threads alone.
    """
    return time.clock_gettime(~pid << 3 | 2)


def _status(pid: int, name: str) -> int:
    """A number of /proc/PID/status."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
