"""Measure everything that monitoring costs on one bundle, live and over a whole night."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.recording import save_recording
from edgekit.train.datasets.synthetic import simulate_night

from .loggers import first_decision_s, loggers
from .record import Command, Monitoring

SECONDS, QUICK_S = 60.0, 10.0
ROUNDS = 5
WHOLE_HOURS, SHORT_HOURS = 8.0, 1.0
EDGEKIT = (sys.executable, "-m", "edgekit")


def measure(
    bundle: Bundle, quick: bool = False, progress: Callable[[str], None] = lambda line: None
) -> Monitoring:
    """Measure for about three minutes; `quick`: one round, over ten seconds and a night of an hour.

    Raises EdgekitError where a monitor does not start, UsageError without the simulated bus.
    """
    progress("the monitor and a plain logger beside it, over the simulated sensor, in real time")
    seconds, rounds = (QUICK_S, 1) if quick else (SECONDS, ROUNDS)
    hours = SHORT_HOURS if quick else WHOLE_HOURS
    with tempfile.TemporaryDirectory(prefix="edgekit-cost-") as place:
        folder = Path(place)
        edgekit, plain, plain_bytes_a_minute = loggers(bundle, folder, seconds)
        first_s = min(first_decision_s(bundle, folder / f"start-{k}") for k in range(rounds))
        night = simulated_night(bundle, folder, hours)
        return Monitoring(
            bundle=bundle.name,
            window_s=bundle.spec.window_s,
            seconds=seconds,
            rounds=rounds,
            edgekit=edgekit,
            plain=plain,
            plain_bytes_a_minute=plain_bytes_a_minute,
            first_decision_s=first_s,
            night_hours=hours,
            night_bytes=night.stat().st_size,
            rescore=rescore(night, bundle, rounds),
            report=report(night, rounds),
        )


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
