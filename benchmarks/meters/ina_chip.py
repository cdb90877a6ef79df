"""INA226 and INA219: what their registers mean. Pure; no bus.

INA226: Texas Instruments SBOS547, June 2011, from page 18 on; its identity: SBOS547B, September
2024, table 7-1. INA219: SBOS448F, September 2011, pages 25 to 30. Words are 16 bits, the high byte
first.
"""

from dataclasses import dataclass

CONFIGURATION, SHUNT, BUS, POWER, CURRENT, CALIBRATION = range(6)
MASK_ENABLE = 0x06  # INA226 alone
MANUFACTURER, DIE = 0xFE, 0xFF  # INA226 alone
TEXAS_INSTRUMENTS = 0x5449
DIE_INA226 = 0x226  # above four bits of revision


@dataclass(frozen=True)
class Chip:
    """Configured for 16 averages, shunt and bus in turn; `calibration` makes the current register
    count in steps of the shunt's, so no more is lost in it (equation 3 of either data sheet).
    """

    name: str
    configuration: int
    calibration: int
    average_s: float  # of shunt and bus together
    shunt_lsb_v: float
    most: int  # of the current register: beyond it the shunt's voltage is out of range
    bus_lsb_v: float
    bus_shift: int  # bits of the bus register below its voltage
    flags: int  # the register of the next two
    ready: int
    overflow: int

    def amperes(self, current: int, shunt_ohms: float) -> float:
        return signed(current) * self.shunt_lsb_v / shunt_ohms

    def volts(self, bus: int) -> float:
        return (bus >> self.bus_shift) * self.bus_lsb_v

    def most_amperes(self, shunt_ohms: float) -> float:
        return self.most * self.shunt_lsb_v / shunt_ohms


CHIPS = {
    "ina226": Chip(
        name="INA226",
        configuration=0x4527,  # AVG 010: 16; both conversion times 100: 1.1 ms; mode 111 (3 to 6)
        calibration=2048,
        average_s=16 * 2 * 1.1e-3,
        shunt_lsb_v=2.5e-6,
        most=32767,  # 81.92 mV
        bus_lsb_v=1.25e-3,
        bus_shift=0,
        flags=MASK_ENABLE,
        ready=1 << 3,  # CVRF, cleared by being read
        overflow=1 << 2,  # OVF
    ),
    "ina219": Chip(
        name="INA219",
        configuration=0x3E67,  # 32 V; PG 11: 320 mV; both ADCs 1100: 16 samples, 8.51 ms; mode 111
        calibration=4096,
        average_s=2 * 8.51e-3,
        shunt_lsb_v=10e-6,
        most=32000,  # 320 mV
        bus_lsb_v=4e-3,
        bus_shift=3,
        flags=BUS,
        ready=1 << 1,  # CNVR, cleared by reading POWER
        overflow=1 << 0,  # OVF
    ),
}


def swapped(word: int) -> int:
    """SMBus has the low byte first, these chips the high one."""
    return (word & 0xFF) << 8 | word >> 8


def signed(word: int) -> int:
    return word - 0x10000 if word & 0x8000 else word
