"""Measure the running monitor and its start, beside the plain logger that people write first.

Both run as processes of their own in the same seconds of real time, each on a simulated bus with
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

SETTLE_S = 6.0  # after the start, which is measured by itself
TRACED_S = 10
DECIDED = re.compile(r", \d+ %$")  # the end of a decision's line in the plain view

PLAIN_LOGGER = Path(__file__).with_name("plain_logger.py")


def loggers(bundle: Bundle, folder: Path, seconds: float) -> tuple[Logger, Logger, float]:
    """Measure both over the same seconds, so that what slows one slows both.

    Returns the monitor, the plain logger, and how many bytes of CSV a minute the latter writes.
    """
    own, peer = _world(folder / "edgekit", seconds), _world(folder / "plain", seconds)
    log = peer.folder / "log.csv"
    with (
        _running(_monitor(bundle), own) as edgekit,
        _running([sys.executable, "-P", PLAIN_LOGGER, log], peer) as plain,
    ):
        time.sleep(SETTLE_S)
        bytes_before, began = log.stat().st_size, time.perf_counter()
        own_cost, peer_cost = _watched((edgekit, plain), seconds)
        bytes_a_s = (log.stat().st_size - bytes_before) / (time.perf_counter() - began)
        return own_cost, peer_cost, 60 * bytes_a_s


@contextmanager
def monitor_running(bundle: Bundle) -> Iterator[None]:
    """Run the monitor while the block runs, for a power meter."""
    with (
        tempfile.TemporaryDirectory(prefix="edgekit-metered-") as place,
        _running(_monitor(bundle), _world(Path(place) / "edgekit", 0.0)),
    ):
        yield


def first_decision_s(bundle: Bundle, folder: Path) -> float:
    """Return the seconds from the command to its first line with a decision.

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
    """Make a simulated bus: a sleeper at rest with a sensor's noise, 50 Hz, counts of 1/256 g."""
    noise = np.random.default_rng(0).normal(0, 2, (round(50 * (seconds + 120)), 3))
    return make_world(folder, np.rint(noise + np.array([0, 0, 256])).astype(np.int16))


@contextmanager
def _running(command: Sequence[str | Path], world: World) -> Iterator["subprocess.Popen[str]"]:
    """Run a command in the world's folder and time; end it by Ctrl-C, as its user would."""
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
    """Measure running processes over the same seconds. Raises EdgekitError when one has ended."""
    if any(process.poll() is not None for process in processes):
        raise EdgekitError("a logger ended at its start")
    pids, began = [process.pid for process in processes], time.perf_counter()
    before = [_counters(pid) for pid in pids]
    time.sleep(seconds)
    after, took_s = [_counters(pid) for pid in pids], time.perf_counter() - began
    measured = []
    for pid, was, now in zip(pids, before, after, strict=True):
        cpu, wakes, disk_bytes = ((b - a) / took_s for a, b in zip(was, now, strict=True))
        peak_mb = _status(pid, "VmHWM") * 1024 / 1e6
        # After the rest, because strace costs time.
        measured.append(Logger(60 * cpu, peak_mb, _calls_a_second(pid), wakes, disk_bytes))
    return measured


def _calls_a_second(pid: int) -> float | None:
    if shutil.which("strace") is None:
        return None
    words = ["timeout", "-s", "INT", str(TRACED_S), "strace", "-c", "-f", "-p", str(pid)]
    summary = subprocess.run(words, capture_output=True, text=True, check=False).stderr
    total = [line.split() for line in summary.splitlines() if line.endswith(" total")]
    return int(total[-1][3]) / TRACED_S if total else None


def _counters(pid: int) -> tuple[float, int, int]:
    """Return CPU seconds, wake-ups and bytes written since the process's start (proc(5))."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    wakes = sum(_status(int(thread.name), "voluntary_ctxt_switches") for thread in threads)
    written = next(
        int(line.split()[1])
        for line in Path(f"/proc/{pid}/io").read_text().splitlines()
        if line.startswith("write_bytes:")
    )
    return cpu_s(pid), wakes, written


def cpu_s(pid: int) -> float:
    """Return the CPU time of all threads of a process, to the nanosecond.

    A tick of /proc/PID/stat would be a third of what is measured here. The clock's number is that
    of clock_getcpuclockid(3), which Python has for threads alone.
    """
    return time.clock_gettime(~pid << 3 | 2)


def _status(pid: int, name: str) -> int:
    """Return a number of /proc/PID/status."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
