"""The sensors that edgekit has a driver for, and how one is opened by its address."""

import time

from edgekit.errors import UsageError

from .adxl345 import ADXL345
from .clock import Now
from .i2c_bus import Bus
from .sensor import NowS, Sensor, SensorKind, Sleep

KINDS: tuple[SensorKind, ...] = (ADXL345,)
DEFAULT_ADDRESS = KINDS[0].addresses[0]


def open_sensor(
    bus: Bus, rate_hz: float, now_s: NowS = lambda: Now.read().boottime_s, sleep: Sleep = time.sleep
) -> Sensor:
    """Return the driver of the sensor at the bus's address, at its rate nearest to `rate_hz`."""
    kind = next(kind for kind in KINDS if bus.address in kind.addresses)
    return kind.open(bus, rate_hz, now_s, sleep)


def parse_address(text: str) -> int:
    """Return the I2C address in `text`. Raises UsageError where no known sensor answers at it."""
    try:
        address = int(text, 0)
    except ValueError:
        address = -1
    if not any(address in kind.addresses for kind in KINDS):
        known = ", ".join(
            f"{' or '.join(f'0x{at:02x}' for at in kind.addresses)} ({kind.name})" for kind in KINDS
        )
        raise UsageError(f"a sensor answers at {known}, not at {text!r}")
    return address
