"""Registers of the INA226 and INA219. Pure; no bus.

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
class InaChip:
    """Registers and scales, configured for 16 averages of shunt and bus in turn.

    `calibration` makes a step of the current register one step of the shunt's, so that nothing is
    lost to rounding (equation 3 of either data sheet).
    """

    name: str
    configuration: int
    calibration: int
    average_s: float  # of shunt and bus together
    shunt_lsb_v: float
    max_current: int  # of the current register; beyond it the shunt's voltage is out of range
    bus_lsb_v: float
    bus_shift: int  # bits of the bus register below its voltage
    flags: int  # register of the next two bits
    ready: int
    overflow: int

    def amperes(self, current: int, shunt_ohms: float) -> float:
        return signed(current) * self.shunt_lsb_v / shunt_ohms

    def volts(self, bus: int) -> float:
        return (bus >> self.bus_shift) * self.bus_lsb_v

    def max_amperes(self, shunt_ohms: float) -> float:
        return self.max_current * self.shunt_lsb_v / shunt_ohms


CHIPS = {
    "ina226": InaChip(
        name="INA226",
        configuration=0x4527,  # AVG 010: 16; both conversion times 100: 1.1 ms; mode 111 (3 to 6)
        calibration=2048,
        average_s=16 * 2 * 1.1e-3,
        shunt_lsb_v=2.5e-6,
        max_current=32767,  # 81.92 mV
        bus_lsb_v=1.25e-3,
        bus_shift=0,
        flags=MASK_ENABLE,
        ready=1 << 3,  # CVRF, cleared by being read
        overflow=1 << 2,  # OVF
    ),
    "ina219": InaChip(
        name="INA219",
        configuration=0x3E67,  # 32 V; PG 11: 320 mV; both ADCs 1100: 16 samples, 8.51 ms; mode 111
        calibration=4096,
        average_s=2 * 8.51e-3,
        shunt_lsb_v=10e-6,
        max_current=32000,  # 320 mV
        bus_lsb_v=4e-3,
        bus_shift=3,
        flags=BUS,
        ready=1 << 1,  # CNVR, cleared by reading POWER
        overflow=1 << 0,  # OVF
    ),
}


def swapped(word: int) -> int:
    """Swap the bytes: SMBus sends the low byte first, these chips the high one."""
    return (word & 0xFF) << 8 | word >> 8


def signed(word: int) -> int:
    """Return a word of 16 bits as two's complement."""
    return word - 0x10000 if word & 0x8000 else word
