"""The night of a sensor on this computer's own bus, or of one that is simulated on it."""

import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from edgekit.bundle import Bundle, load_bundle
from edgekit.device.sources.sensors import DEFAULT_ADDRESS
from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import load_recording
from edgekit.spec import ADXL345_COUNTS_PER_G

from .folders import NIGHTS, latest_bundle, latest_night
from .output import print_progress

if TYPE_CHECKING:
    from edgekit.calibration import Calibration
    from edgekit.device.monitor.alarm import Treatment
    from edgekit.device.monitor.monitor import MonitorResult
    from edgekit.device.monitor.progress import NightProgress

CALIBRATION = Path("calibration.json")  # where `edgekit calibrate` leaves it
LONGEST_BREAK_S = 4 * 3600.0  # within a night, from the newest row to --resume
AWAY_S = 30.0  # from a simulated kill to the next start, as systemd's
MOST_RESTARTS = 10
SIMULATED_HZ = 50.0


@dataclass(frozen=True)
class SensorNight:
    """What the command was told."""

    night: Path
    resume: bool
    bundle: Path | None
    bus: int
    address: int
    interrupt_pin: int | None
    calibration: Path | None
    alarm: str | None  # 'supine' or 'baseline'
    alarm_pin: int | None
    web: str | None  # the address to listen on
    subject: str


def watch_sensor(asked: SensorNight) -> "MonitorResult":
    from edgekit.device.decide.answer import BundleAnswer
    from edgekit.device.monitor.monitor import record_night
    from edgekit.device.monitor.progress import read_progress
    from edgekit.device.monitor.views.notify import notifier
    from edgekit.device.monitor.views.terminal import terminal_view
    from edgekit.device.monitor.views.view import View, Views
    from edgekit.device.sources.gpio_line import GpioLine
    from edgekit.device.sources.i2c_bus import I2cBus
    from edgekit.device.sources.sensor_source import SensorSource
    from edgekit.device.sources.sensors import open_sensor

    bundle = load_bundle(asked.bundle or latest_bundle())
    calibration = _calibration(asked.calibration)
    if calibration is None:
        _say("no calibration: the sensor's own axes are taken for the body's. edgekit calibrate")
    with ExitStack() as stack:
        needs_progress = asked.resume and (asked.web or asked.alarm)
        progress = read_progress(asked.night) if needs_progress else None
        treatment = _treatment(asked, bundle, progress, stack)
        views: list[View] = []
        if asked.web:
            from edgekit.device.monitor.views.dashboard.view import web_view

            page = stack.enter_context(
                web_view(asked.web, nights=asked.night.parent, progress=progress)
            )
            _say(f"dashboard  {page.invitation(to_a_person=sys.stderr.isatty())}")
            views.append(page)
        if told := notifier():
            stack.callback(told.close)
            views.append(told)
        line = GpioLine(asked.interrupt_pin) if asked.interrupt_pin is not None else None
        sensor = open_sensor(I2cBus(asked.bus, asked.address), bundle.spec.rate_hz)
        source = SensorSource(sensor, asked.subject, line)
        answer = BundleAnswer(bundle, source.about.exact_rate, calibration)
        views.append(stack.enter_context(terminal_view()))
        return record_night(source, answer, asked.night, Views(views), asked.resume, treatment)


def _calibration(named: Path | None) -> "Calibration | None":
    from edgekit.device.mount.calibrate import load_calibration

    path = named or (CALIBRATION if CALIBRATION.is_file() else None)
    return load_calibration(path) if path else None


def check_pins(alarm: str | None, alarm_pin: int | None, interrupt_pin: int | None) -> None:
    """Raises UsageError for another alarm, one that vibrates without a pin, and a pin for INT1 that
    cannot be.
    """
    from edgekit.device.sources.gpio_line import check_pin

    if alarm not in (None, "supine", "baseline"):
        raise UsageError(f"--alarm is 'supine' or 'baseline', not {alarm!r}")
    if alarm == "supine" and alarm_pin is None:
        raise UsageError("--alarm supine needs the motor's pin: --alarm-pin 18, say")
    if interrupt_pin is not None:
        check_pin(interrupt_pin)
        if interrupt_pin == alarm_pin:
            raise UsageError(f"GPIO{alarm_pin} takes the motor or the sensor's INT1, not both")


def _treatment(
    asked: SensorNight, bundle: Bundle, progress: "NightProgress | None", stack: ExitStack
) -> "Treatment | None":
    from edgekit.device.monitor.alarm import Policy, Therapy, Treatment
    from edgekit.device.monitor.vibrator import Vibrator

    if asked.alarm is None:
        return None
    therapy = Therapy(Policy(baseline=asked.alarm == "baseline"), bundle.spec, progress)
    if asked.alarm == "baseline":
        return Treatment(therapy, lambda _strength, _seconds: None)
    assert asked.alarm_pin is not None
    motor = stack.enter_context(Vibrator(asked.alarm_pin, _say))
    return Treatment(therapy, motor.vibrate)


def night_under_way(bundle: Path | None, calibration: Path | None, by_sensor: bool) -> bool:
    """Whether the newest night was written to lately and, if `by_sensor`, by this very monitor.

    A service starts each evening, and after each fault. The newest rows of a night may lie in its
    write-ahead log alone; a clock that stood still makes no night younger than now.
    """
    from edgekit.night.reader import open_night

    if not list(NIGHTS.glob("*.night")):
        return False
    newest = latest_night()
    written_s = newest.stat().st_mtime
    with suppress(FileNotFoundError):
        log = newest.with_name(newest.name + "-wal")
        written_s = max(written_s, log.stat().st_mtime)
    if not 0 <= time.time() - written_s < LONGEST_BREAK_S:
        return False
    if not by_sensor:
        return True
    try:
        with open_night(newest) as night:
            return (
                night.meta.exact_rate  # measured by a sensor on this computer
                and night.meta.bundle_digest == load_bundle(bundle or latest_bundle()).digest
                and night.meta.calibration == _calibration(calibration)
            )
    except EdgekitError:
        return False


def watch_simulated(recording: Path, asked: SensorNight, speed: float, with_faults: bool) -> None:
    """The same command in processes of their own, on a bus where the simulated chip measures the
    recording; one that a fault kills is started again, as systemd would.
    """
    from edgekit.firmware.emulate.simulated_bus import ALL_FAULTS, Fault, make_world

    if asked.web or asked.alarm == "supine" or asked.address != DEFAULT_ADDRESS:
        raise UsageError("--simulate has no --web, no motor (--alarm baseline) and one address")
    if not speed > 0:
        raise UsageError(f"a simulation's speed is above 0 (1 is real time), not {speed}")
    measured = load_recording(recording)
    if measured.rate_hz != SIMULATED_HZ:
        raise UsageError(
            f"{recording} holds {measured.rate_hz:g} Hz, and the simulated sensor measures at "
            f"{SIMULATED_HZ:g} Hz: use --replay, or make one with: edgekit simulate"
        )
    counts = np.rint(measured.xyz_g * ADXL345_COUNTS_PER_G).astype(np.int16)
    end_s = measured.duration_s + 1.0
    faults = list(ALL_FAULTS(measured.duration_s)) if with_faults else []
    faults.append(Fault(end_s + 60.0 * with_faults, "signal", signal.SIGINT))
    bundle = asked.bundle or latest_bundle()
    command = [
        *(sys.executable, "-m", "edgekit", "monitor", "--out", str(asked.night.resolve())),
        *("--bundle", str(bundle.resolve()), "--bus", "1"),
    ]
    options = {
        "--calibration": asked.calibration,
        "--alarm": asked.alarm,
        "--interrupt-pin": asked.interrupt_pin,
    }
    for name, value in options.items():
        command += [name, str(value)] if value is not None else []
    with tempfile.TemporaryDirectory(prefix="edgekit-world-") as folder:
        world = make_world(Path(folder), counts, faults)
        environment = os.environ | world.environment(None if math.isinf(speed) else speed)
        for start in range(MOST_RESTARTS):
            resumed = ["--resume"] if start or asked.resume else []
            ended = exit_code_of(subprocess.Popen(command + resumed, env=environment))
            if ended != -signal.SIGKILL:
                break
            _say(f"killed, as planned; started again after {AWAY_S:.0f} s")
            world.restart_after(AWAY_S)
    if ended in (-signal.SIGINT, 130):  # Ctrl-C before its night began
        raise KeyboardInterrupt
    if ended:
        raise EdgekitError("the simulated night did not end well: see above")


def exit_code_of(process: "subprocess.Popen[bytes]") -> int:
    """Ctrl-C reaches it too, SIGTERM is passed on: it is left to end its night."""
    # A handler that raises loses, now and then, the code of a process that ended just then.
    handlers: dict[int, Callable[..., None]] = {
        signal.SIGINT: lambda *_: None,
        signal.SIGTERM: lambda *_: process.terminate(),
    }
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        return process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(line: str) -> None:
    print_progress(line)
