"""Open what `edgekit record` records from: the sensor, a wearable, or the simulation."""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.errors import UsageError
from edgekit.spec import SLEEP

from ..monitor.night_options import calibration_file, loaded_calibration
from ..output import print_progress

if TYPE_CHECKING:
    from edgekit.calibration import Calibration
    from edgekit.device.record.protocol import Protocol
    from edgekit.device.record.session import SessionView
    from edgekit.device.sources.source import Source

OF_THE_BUS = ("bus", "address", "interrupt_pin", "calibration")


@dataclass(frozen=True)
class SourceOptions:
    """Options of the source, as the user typed them."""

    subject: str
    rate_hz: int
    bus: int
    address: str
    interrupt_pin: int | None
    calibration: Path | None
    serial: str | None
    simulate: bool
    speed: str | None

    def check(self, typed: Mapping[str, str]) -> None:
        """Refuse options on the command line that the source does not use. Raises UsageError."""
        if self.serial is not None and self.simulate:
            raise UsageError("--simulate is a sensor of its own: leave --serial")
        if self.speed is not None and not self.simulate:
            raise UsageError("--speed is for --simulate: a sensor has its own time")
        unused = [typed[name] for name in OF_THE_BUS if name in typed]
        if unused and (self.serial is not None or self.simulate):
            raise UsageError(f"{', '.join(unused)} is for the sensor on this computer's bus")
        if "rate" in typed and self.serial is not None:
            raise UsageError("--rate is for a sensor: a wearable samples at the rate of its net")


@dataclass(frozen=True)
class OpenedSource:
    source: "Source"
    calibration: "Calibration | None" = None  # to apply to its samples
    views: "tuple[SessionView, ...]" = ()  # who follows the prompts besides a person


@contextmanager
def opened_source(options: SourceOptions, protocol: "Protocol") -> Iterator[OpenedSource]:
    """Open the source, and close it after the block."""
    if options.simulate:
        yield _simulated(options, protocol)
    elif options.serial is not None:
        yield from _wearable(options, options.serial)
    else:
        yield _sensor(options, protocol)


def _simulated(options: SourceOptions, protocol: "Protocol") -> OpenedSource:
    from .simulated import check_simulation, simulated

    check_simulation(protocol, options.rate_hz)
    speed = math.inf if options.speed == "full" else _number(options.speed or "1")
    source, wearer = simulated(options.subject, speed)
    return OpenedSource(source, views=(wearer,))


def _wearable(options: SourceOptions, port: str) -> Iterator[OpenedSource]:
    from edgekit.device.sources.wearable.wearable import Wearable

    from ..monitor.wearable import greeted

    with greeted(port, None) as (link, greeting):
        yield OpenedSource(Wearable(link, greeting, options.subject))


def _sensor(options: SourceOptions, protocol: "Protocol") -> OpenedSource:
    from edgekit.device.sources.gpio_line import GpioLine
    from edgekit.device.sources.i2c_bus import I2cBus
    from edgekit.device.sources.sensor_source import SensorSource
    from edgekit.device.sources.sensors import open_sensor, parse_address

    address = parse_address(options.address)
    calibration = loaded_calibration(calibration_file(options.calibration))
    if calibration is None and protocol.domain == SLEEP.domain:
        print_progress(
            "no calibration: assuming x to your left, y to your head, z out of your stomach. "
            "If it sits otherwise: edgekit calibrate --upright"
        )
    line = GpioLine(options.interrupt_pin) if options.interrupt_pin is not None else None
    sensor = open_sensor(I2cBus(options.bus, address), options.rate_hz)
    return OpenedSource(SensorSource(sensor, options.subject, line), calibration)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"--speed is a number or 'full', not {text!r}") from None
