"""A night from a simulated sensor on a simulated bus: the real command, in a process of its own."""

import math
import os
import sys
import time
from pathlib import Path

from edgekit.doubt import united
from edgekit.errors import EdgekitError, UsageError
from edgekit.misfits import misfits
from edgekit.night.meta import write_doubts
from edgekit.night.names import LONGEST_SUBJECT
from edgekit.recording import load_recording
from edgekit.text import one_line

from ..output import print_progress
from .night_options import NightOptions
from .sensor import SIMULATED_DOUBTS
from .watching import check_pins, web_address


def watch_simulated(options: NightOptions, recording: Path) -> None:
    """Run `edgekit monitor` where a simulated chip measures the recording, faults on request."""
    from edgekit.device.sources.sensors import DEFAULT_ADDRESS, parse_address
    from edgekit.device.sources.source import Replay
    from edgekit.firmware.emulate.simulated_bus import build_library
    from edgekit.firmware.emulate.simulated_night import watch_simulated_night

    if parse_address(options.address) != DEFAULT_ADDRESS:
        raise UsageError(f"the simulated sensor is at 0x{DEFAULT_ADDRESS:02x}: leave --address")
    alarm = "printed" if options.alarm == "supine" else options.alarm  # no motor is simulated
    check_pins(alarm, options.alarm_pin, options.interrupt_pin)
    if options.web is not None:
        web_address(options.web)
    measured = load_recording(recording)
    subject = options.subject or measured.subject
    night = options.new_night(measured.start_s if measured.clock == "utc" else time.time(), subject)
    bundle = options.loaded_bundle()
    about = Replay([measured]).about
    fit = misfits(bundle.spec, about.labelled_s, about.placements)
    # The command below prints and stores them with what it finds in the samples.
    os.environ[SIMULATED_DOUBTS] = write_doubts(united(about.doubts, fit))
    try:
        build_library()
    except EdgekitError as error:
        raise EdgekitError(
            f"{error}. Without a compiler: edgekit try, or edgekit monitor --replay FILE"
        ) from None
    command = [
        *(sys.executable, "-m", "edgekit", "monitor", "--out", str(night.resolve())),
        *("--bundle", str(bundle.folder.resolve()), "--bus", "1"),
    ]
    passed_on = {
        "--calibration": options.calibration,
        "--alarm": alarm,
        "--web": options.web,
        "--simulates": measured.source or recording.name,
        "--duration": f"{min(measured.duration_s, options.duration_s or math.inf):.3f}s",
        "--interrupt-pin": options.interrupt_pin,
        "--subject": one_line(subject)[:LONGEST_SUBJECT] or None,
    }
    for name, value in passed_on.items():
        command += [name, str(value)] if value is not None else []
    watch_simulated_night(
        command,
        recording,
        speed=options.times_real_time(),
        with_faults=options.faults,
        resume=options.resume,
        progress=print_progress,
    )
