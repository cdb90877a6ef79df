"""Run a monitor's command through a whole night on the simulated bus, restarted as by systemd."""

import math
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import load_recording
from edgekit.signals import exit_code_of
from edgekit.spec import ADXL345_COUNTS_PER_G
from edgekit.speed import checked_speed

from .simulated_bus import Fault, all_faults, make_world

SIMULATED_HZ = 50.0
AWAY_S = 30.0  # from a simulated kill to the next start, as systemd's
MOST_RESTARTS = 10


def watch_simulated_night(
    command: Sequence[str],
    recording: Path,
    *,
    speed: float,
    with_faults: bool,
    resume: bool,
    progress: Callable[[str], None],
) -> None:
    """Run `command` where a simulated chip measures the recording, until its night has ended.

    The world's clock begins at the recording's start, where that is in UTC. The command ends its
    night by itself, or gets a SIGINT well after the last sample; one that a fault kills is started
    again with --resume. `speed` is times real time, infinity as fast as it goes. Raises UsageError
    for a speed or a rate that cannot be simulated, EdgekitError where the command fails,
    KeyboardInterrupt for a Ctrl-C before the night began.
    """
    checked_speed(speed, "a simulation")
    measured = load_recording(recording)
    if measured.rate_hz != SIMULATED_HZ:
        raise UsageError(
            f"{recording} holds {measured.rate_hz:g} Hz, and the simulated sensor measures at "
            f"{SIMULATED_HZ:g} Hz: use --replay, or make one with: edgekit simulate"
        )
    counts = np.rint(measured.xyz_g * ADXL345_COUNTS_PER_G).astype(np.int16)  # (N, 3)
    faults = list(all_faults(measured.duration_s)) if with_faults else []
    faults.append(Fault(measured.duration_s + 120.0, "signal", signal.SIGINT))
    start_s = measured.start_s if measured.clock == "utc" else time.time()
    with tempfile.TemporaryDirectory(prefix="edgekit-world-") as folder:
        world = make_world(Path(folder), counts, faults, start_utc_s=start_s)
        environment = os.environ | world.environment(None if math.isinf(speed) else speed)
        for start in range(MOST_RESTARTS):
            resumed = ["--resume"] if start or resume else []
            code = exit_code_of(subprocess.Popen([*command, *resumed], env=environment))
            if code != -signal.SIGKILL:
                break
            progress(f"killed, as planned; started again after {AWAY_S:.0f} s")
            world.restart_after(AWAY_S)
    if code in (-signal.SIGINT, 130):
        raise KeyboardInterrupt
    if code:
        raise EdgekitError("the simulated night did not end well: see above")
