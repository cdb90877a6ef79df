"""A night from the sensor on this computer's own bus."""

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.bundle import Bundle
from edgekit.doubt import Doubt
from edgekit.errors import UsageError
from edgekit.night.meta import read_doubts

from ..output import print_doubts, print_progress, print_result
from .night_options import NightOptions, chosen_calibration

SIMULATED_DOUBTS = "EDGEKIT_SIM_DOUBTS"  # of the recording that a simulated sensor measures

if TYPE_CHECKING:
    from edgekit.calibration import Calibration
    from edgekit.device.monitor.alarm import Treatment
    from edgekit.device.monitor.progress import NightProgress
    from edgekit.device.monitor.views.view import View


def watch_sensor(options: NightOptions) -> None:
    """Write the sensor's night until Ctrl-C. Raises UsageError for an option of a simulation."""
    from edgekit.device.decide.answer import BundleAnswer
    from edgekit.device.monitor.monitor import record_night
    from edgekit.device.monitor.progress import read_progress
    from edgekit.device.monitor.views.view import Views
    from edgekit.device.sources.gpio_line import GpioLine
    from edgekit.device.sources.i2c_bus import I2cBus
    from edgekit.device.sources.sensor_source import SensorSource
    from edgekit.device.sources.sensors import open_sensor, parse_address

    address = parse_address(options.address)
    check_pins(options.alarm, options.alarm_pin, options.interrupt_pin)
    night = options.new_night()
    if options.faults or options.speed != "1":
        raise UsageError("--faults and --speed are for --simulate: a sensor has its own time")
    bundle = options.loaded_bundle()
    calibration = chosen_calibration(options.calibration)
    doubts = _doubts(bundle, calibration)
    with ExitStack() as stack:
        needs_progress = options.resume and (options.web or options.alarm)
        progress = read_progress(night) if needs_progress else None
        treatment = _treatment(options, bundle, progress, stack)
        views = _views(options, night.parent, progress, stack)
        pin = options.interrupt_pin
        line = GpioLine(pin) if pin is not None else None
        sensor = open_sensor(I2cBus(options.bus, address), bundle.spec.rate_hz)
        source = SensorSource(sensor, options.wearer, line, doubts=doubts)
        answer = BundleAnswer(bundle, source.about.exact_rate, calibration)
        views.append(_terminal(stack))
        result = record_night(source, answer, night, Views(views), options.resume, treatment)
    print_doubts(result.doubts, night.name)
    print_result(
        f"{night}: {result.recorded_s / 3600:.2f} h, {result.windows:,} decisions, "
        f"{result.gaps} gaps"
    )


def _doubts(bundle: Bundle, calibration: "Calibration | None") -> tuple[Doubt, ...]:
    """Return what is doubtful before the first sample; a simulation says it of its recording."""
    from edgekit.device.plausibility.mounting import not_calibrated

    simulated = os.environ.get(SIMULATED_DOUBTS)
    if simulated is not None:
        return read_doubts(simulated)
    return () if calibration else not_calibrated(bundle.spec, "Run: edgekit calibrate")


def check_pins(alarm: str | None, alarm_pin: int | None, interrupt_pin: int | None) -> None:
    """Refuse an unknown alarm, one that vibrates without a pin, and an impossible pin for INT1.

    Raises UsageError.
    """
    from edgekit.device.sources.gpio_line import check_pin

    if alarm not in (None, "supine", "baseline"):
        raise UsageError(f"--alarm is 'supine' or 'baseline', not {alarm!r}")
    if alarm == "supine" and alarm_pin is None:
        raise UsageError("--alarm supine needs the motor's pin: --alarm-pin 18, say")
    if alarm_pin is not None:
        check_pin(alarm_pin, "the motor")
    if interrupt_pin is not None:
        check_pin(interrupt_pin)
        if interrupt_pin == alarm_pin:
            raise UsageError(f"GPIO{alarm_pin} takes the motor or the sensor's INT1, not both")


def _views(
    options: NightOptions, nights: Path, progress: "NightProgress | None", stack: ExitStack
) -> "list[View]":
    """Open the dashboard and systemd's notifier where they are asked for."""
    from edgekit.device.monitor.views.notify import notifier

    views: list[View] = []
    if options.web:
        from edgekit.device.monitor.views.dashboard.view import web_view

        page = stack.enter_context(
            web_view(options.web, nights=nights, progress=progress, subject=options.wearer)
        )
        print_progress(f"dashboard  {page.invitation(to_a_person=sys.stderr.isatty())}")
        views.append(page)
    if systemd := notifier():
        stack.callback(systemd.close)
        views.append(systemd)
    return views


def _terminal(stack: ExitStack) -> "View":
    from edgekit.device.monitor.views.terminal import terminal_view

    return stack.enter_context(terminal_view())


def _treatment(
    options: NightOptions, bundle: Bundle, progress: "NightProgress | None", stack: ExitStack
) -> "Treatment | None":
    """Return the alarm's treatment; a baseline counts and never vibrates."""
    from edgekit.device.monitor.alarm import Policy, Therapy, Treatment
    from edgekit.device.monitor.vibrator import Vibrator

    if options.alarm is None:
        return None
    therapy = Therapy(Policy(baseline=options.alarm == "baseline"), bundle.spec, progress)
    if options.alarm == "baseline":
        return Treatment(therapy, lambda _strength, _seconds: None)
    assert options.alarm_pin is not None
    motor = stack.enter_context(Vibrator(options.alarm_pin, print_progress))
    return Treatment(therapy, motor.vibrate)
