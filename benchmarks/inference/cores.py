"""Model the time of counted instructions: a chip of each core, its clock, its cycles."""

from dataclasses import dataclass

from ..energy.constants import CLOCK_MHZ, CYCLES_AN_INSTRUCTION
from ..figure import Figure, Kind
from .record import Emulated


@dataclass(frozen=True)
class Microcontroller:
    name: str
    clock_mhz: Figure
    cycles: Figure  # per instruction


def _clock(mhz: float, document: str) -> Figure:
    return Figure(mhz, "MHz", Kind.DATA_SHEET, document)


def _cycles(value: float, low: float, high: float, source: str) -> Figure:
    return Figure(value, "cycles", Kind.MODELLED, source, low, high)


CHIPS = {
    "cortex-m0plus": Microcontroller(
        "RP2040",
        _clock(133, "RP2040 data sheet, 1: dual Cortex-M0+, up to 133 MHz"),
        _cycles(
            1.38,
            1.0,
            2.0,
            "ARM DDI 0484C, table 3.1 (zero wait states): 1 cycle, but 2 of a load or a branch "
            "taken. 4 products are 4 MULS, 4 ADDS and 5 loads (docs/firmware-numbers.md, the "
            "floor): 18 cycles of 13 instructions. The ends: nothing but the one or the other",
        ),
    ),
    "cortex-m4": Microcontroller(
        "nRF52840",
        CLOCK_MHZ,
        CYCLES_AN_INSTRUCTION,
    ),
    "cortex-m33": Microcontroller(
        "nRF5340",
        _clock(128, "Zephyr's page of the nRF5340 DK: application core at up to 128 MHz"),
        _cycles(1.42, 1.0, 2.0, "assumed: as a Cortex-M4's; high: weights that wait for flash"),
    ),
    "cortex-m55": Microcontroller(
        "Alif Ensemble, RTSS-HP",
        _clock(400, "Alif, white paper on the Ensemble's power saving: RTSS-HP at up to 400 MHz"),
        _cycles(1.5, 1.0, 2.5, "assumed: a vector instruction takes 2 cycles, others overlap it"),
    ),
}


def time_ms(counted: Emulated) -> Figure:
    """Return the modelled time of one window, on hardware that nothing was run on."""
    chip = CHIPS[counted.core]
    cycles, mhz = chip.cycles, chip.clock_mhz.value
    assert cycles.low is not None and cycles.high is not None
    one_cycle_ms = counted.instructions / mhz / 1000  # at one cycle per instruction
    return Figure(
        cycles.value * one_cycle_ms,
        "ms",
        Kind.MODELLED,
        f"{counted.instructions:,} instructions counted x {cycles.value:g} cycles "
        f"({cycles.low:g} to {cycles.high:g}) / {mhz:g} MHz. Cycles: {cycles.source}. "
        f"Clock: {chip.clock_mhz.source}",
        cycles.low * one_cycle_ms,
        cycles.high * one_cycle_ms,
    )
