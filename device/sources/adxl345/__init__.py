"""The ADXL345: its driver, and what edgekit knows of it."""

from ..i2c_bus import Bus
from ..sensor import NowS, Sensor, SensorKind, Sleep
from . import registers as reg
from .driver import Adxl345Driver
from .self_test import self_test


def _open(bus: Bus, rate_hz: float, now_s: NowS, sleep: Sleep) -> Sensor:
    return Adxl345Driver(bus, reg.nearest_rate_hz(rate_hz), now_s, sleep)


def _identify(bus: Bus) -> str:
    devid = bus.read(reg.DEVID, 1)[0]
    return "" if devid == reg.DEVID_VALUE else f"0x{devid:02x}, an ADXL345 0x{reg.DEVID_VALUE:02x}"


ADXL345 = SensorKind("ADXL345", reg.ADDRESSES, _open, _identify, self_test, reg.NOISE_MOST_G)
