"""A night from the sensor on this computer's own bus."""

import os
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from edgekit import samples
from edgekit.bundle import Bundle
from edgekit.doubt import Doubt
from edgekit.errors import EdgekitError, UsageError
from edgekit.night.meta import read_doubts

from ..output import print_doubts, print_progress, print_result
from .night_options import NightOptions, loaded_calibration
from .watching import check_pins, limited, opened_terminal, opened_views, treatment

if TYPE_CHECKING:
    from edgekit.calibration import Calibration

SIMULATED_DOUBTS = "EDGEKIT_SIM_DOUBTS"  # of the recording that a simulated sensor measures


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
    is_simulated = options.simulates is not None
    if bundle.folder == samples.bundle() and not is_simulated:
        print_progress(
            "its answers on real people were never measured. Your own: edgekit record, edgekit "
            "train, edgekit convert"
        )
    calibration = loaded_calibration(options.calibration)
    doubts = _doubts(bundle, calibration)
    with ExitStack() as stack:
        needs_progress = options.resume and (options.web or options.alarm)
        progress = read_progress(night) if needs_progress else None
        vibrating = treatment(options, bundle, progress, stack)
        views = opened_views(options, options.wearer, night, progress, stack)
        pin = options.interrupt_pin
        line = GpioLine(pin) if pin is not None else None
        try:
            sensor = open_sensor(I2cBus(options.bus, address), bundle.spec.rate_hz)
        except EdgekitError as error:
            web = " --web" if options.web is not None else ""
            raise EdgekitError(
                f"{error}. Without a sensor: edgekit monitor --simulate{web}"
            ) from None
        measuring = SensorSource(sensor, options.wearer, line, doubts=doubts)
        if is_simulated:
            name = f"simulated {measuring.about.source}, measuring {options.simulates}"
            measuring.about = replace(measuring.about, source=name)
        source = limited(measuring, options, night)
        answer = BundleAnswer(bundle, source.about.exact_rate, calibration)
        views.append(opened_terminal(stack))
        result = record_night(source, answer, night, Views(views), options.resume, vibrating)
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
