"""A night from a simulated sensor on a simulated bus: the real command, in a process of its own."""

import os
import sys
import time
from pathlib import Path

from edgekit.bundle import load_bundle
from edgekit.doubt import united
from edgekit.errors import UsageError
from edgekit.misfits import misfits
from edgekit.night.meta import write_doubts
from edgekit.night.names import LONGEST_SUBJECT
from edgekit.recording import load_recording
from edgekit.text import one_line

from ..folders import latest_bundle
from ..output import print_progress
from .night_options import NightOptions
from .sensor import SIMULATED_DOUBTS, check_pins


def watch_simulated(options: NightOptions, recording: Path) -> None:
    """Run `edgekit monitor` where a simulated chip measures the recording, faults on request."""
    from edgekit.device.sources.sensors import DEFAULT_ADDRESS, parse_address
    from edgekit.device.sources.source import Replay
    from edgekit.firmware.emulate.simulated_night import watch_simulated_night

    check_pins(options.alarm, options.alarm_pin, options.interrupt_pin)
    is_default_address = parse_address(options.address) == DEFAULT_ADDRESS
    if options.web or options.alarm == "supine" or not is_default_address:
        raise UsageError("--simulate has no --web, no motor (--alarm baseline) and one address")
    measured = load_recording(recording)
    subject = options.subject or measured.subject
    night = options.new_night(measured.start_s if measured.clock == "utc" else time.time(), subject)
    bundle = options.bundle or latest_bundle()
    about = Replay([measured]).about
    fit = misfits(load_bundle(bundle).spec, about.labelled_s, about.placements)
    # The command below prints and stores them with what it finds in the samples.
    os.environ[SIMULATED_DOUBTS] = write_doubts(united(about.doubts, fit))
    command = [
        *(sys.executable, "-m", "edgekit", "monitor", "--out", str(night.resolve())),
        *("--bundle", str(bundle.resolve()), "--bus", "1"),
    ]
    passed_on = {
        "--calibration": options.calibration,
        "--alarm": options.alarm,
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
