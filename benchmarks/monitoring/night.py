"""Measure what a whole night's commands cost, on a night of the simulated sensor."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.recording import save_recording
from edgekit.train.datasets.synthetic import simulate_night

from .record import Command

WHOLE_HOURS, SHORT_HOURS = 8.0, 1.0
EDGEKIT = (sys.executable, "-m", "edgekit")


def simulated_night(bundle: Bundle, folder: Path, hours: float) -> Path:
    """Record a sleeper's night by the monitor over the simulated sensor, faster than real time."""
    recording, night = folder / "recording.npz", folder / "whole.night"
    save_recording(simulate_night(0, hours).recording, recording)
    words = ("--simulate", recording, "--speed", "full", "--out", night)
    _run([*EDGEKIT, "monitor", "--bundle", bundle.folder.resolve(), *words], folder)
    return night


def rescore(night: Path, bundle: Bundle, rounds: int) -> Command:
    def command(again: Path) -> list[str | Path]:
        return [*EDGEKIT, "rescore", night, "--bundle", bundle.folder.resolve(), "--out", again]

    return _best(command, night.parent, rounds)


def report(night: Path, rounds: int) -> Command:
    return _best(lambda out: [*EDGEKIT, "report", night, "--out", out], night.parent, rounds)


def _best(command: Callable[[Path], list[str | Path]], folder: Path, rounds: int) -> Command:
    """Run `command(output)` so many times, each with an output of its own; return the minima."""
    runs = [_run(command(folder / f"{time.monotonic_ns()}.out"), folder) for _ in range(rounds)]
    return Command(min(run.wall_s for run in runs), min(run.cpu_s for run in runs))


def _run(command: list[str | Path], folder: Path) -> Command:
    """Run and time a command. Raises EdgekitError with its stderr where it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    stderr = process.stderr.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # Popen did not wait for it
    if process.returncode:
        raise EdgekitError(f"{' '.join(map(str, command))}: {stderr.strip()}")
    wall_s = time.perf_counter() - began
    return Command(wall_s, used.ru_utime + used.ru_stime)
