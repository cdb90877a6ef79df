"""What the wearable takes: a row for each part, from the data sheet to the days of a cell.

Sensor, core and bus are those of the XIAO nRF52840's image, worn, its radio and serial line off. A
part's current is its mean over time: what it takes while it works, by the share of time that it
works. Bounds are intervals.
"""

from dataclasses import dataclass

from ..figure import Figure
from ..meters.record import Metered
from . import constants as of
from .interval import product, quotient, told, total


@dataclass(frozen=True)
class Setting:
    """How the sensor runs, and from one decision's window to the next one's."""

    chip_hz: int
    low_power: bool
    hop_s: float

    @property
    def sensor(self) -> str:
        return f"{self.chip_hz} Hz, {'low power' if self.low_power else 'normal'}"


@dataclass(frozen=True)
class Decider:
    """A net, or the baseline."""

    name: str
    instructions: Figure  # of a window on a Cortex-M4


@dataclass(frozen=True)
class Part:
    name: str
    current: Figure  # uA, the mean over time


def chip_rates(rate_hz: float) -> tuple[int, ...]:
    """The sensor's rates that give windows of `rate_hz`: each sample the mean of so many of its.

    The firmware takes the lowest (firmware/src/average.h).
    """
    rates = sorted({chip_hz for chip_hz, _ in of.ADXL345_UA})
    return tuple(chip_hz for chip_hz in rates if chip_hz >= rate_hz and chip_hz % rate_hz == 0)


def usual(rate_hz: float, hop_s: float, low_power: bool = False) -> Setting:
    """As the firmware runs it; raises IndexError where no rate of the sensor suits."""
    return Setting(chip_rates(rate_hz)[0], low_power, hop_s)


def parts(decider: Decider, setting: Setting) -> tuple[Part, ...]:
    """Raises KeyError for a mode of the sensor that its data sheet does not have."""
    return (
        Part(f"sensor, {setting.sensor}", of.ADXL345_UA[setting.chip_hz, setting.low_power]),
        Part("microcontroller asleep", of.MCU_SLEEP_UA),
        Part("bus transfers", _on_the_bus(setting, of.TWIM_MA)),
        Part("bus pull-ups", _on_the_bus(setting, of.PULL_UP_MA)),
        Part(f"inference, {decider.name}", _each_hop(decider.instructions, setting)),
        Part("core beside the net", _beside(setting)),
        Part("flash", _flash()),
        Part("regulator and charger", of.BOARD_UA),
    )


def current(rows: tuple[Part, ...], metered: Metered | None = None) -> Figure:
    """The sum in uA; a metered wearable's, where there is one."""
    if metered is not None:
        source = (
            f"{metered.figure().source}, over {told(of.SUPPLY_V)}; where the meter was at a cell "
            "or at USB the current was less, as its voltage was more"
        )
        kind, scale = metered.figure().kind, 1e6 / of.SUPPLY_V.value
        return metered.mean_w.figure("uA", kind, source, scale)
    names = ", ".join(row.name for row in rows)
    return total("uA", f"the sum of: {names}", *(row.current for row in rows))


def days(cell: of.Cell, mean: Figure) -> Figure:
    """Worn day and night, from a full cell."""
    charge = product(
        "mAh", "capacity x the part of it that is usable", cell.capacity_mah, cell.usable
    )
    leak = product("uA", "", cell.capacity_mah, cell.lost_a_month, 1e3 / of.HOURS_A_MONTH)
    source = (
        f"{told(cell.capacity_mah)} x {told(cell.usable)} / ({told(mean)} + {told(leak)} that the "
        "cell loses by itself), in days of 24 h"
    )
    return quotient("days", source, product("", "", charge, 1e3 / 24), total("", "", mean, leak))


def busy_ms(instructions: Figure) -> Figure:
    """How long the core works for so many instructions."""
    source = (
        f"{told(instructions)} instructions x {told(of.CYCLES_AN_INSTRUCTION)} each / "
        f"{told(of.CLOCK_MHZ)}; instructions: {instructions.source}"
    )
    each = 1e-3 / of.CLOCK_MHZ.value
    return product("ms", source, instructions, of.CYCLES_AN_INSTRUCTION, each)


def inference_uj(instructions: Figure) -> Figure:
    """The core's energy for one window, of the supply."""
    busy = busy_ms(instructions)
    source = f"{told(busy)} x {told(of.MCU_RUN_MA)} x {told(of.SUPPLY_V)}; {busy.source}"
    return product("uJ", source, busy, of.MCU_RUN_MA, of.SUPPLY_V)


def _each_hop(instructions: Figure, setting: Setting) -> Figure:
    busy = busy_ms(instructions)
    source = f"{told(busy)} x {told(of.MCU_RUN_MA)} every {setting.hop_s:g} s; {busy.source}"
    return product("uA", source, busy, of.MCU_RUN_MA, 1 / setting.hop_s)


def _on_the_bus(setting: Setting, taken: Figure) -> Figure:
    share = setting.chip_hz * of.SAMPLE_BITS.value / (1e3 * of.BUS_KHZ.value)
    source = (
        f"{setting.chip_hz} samples a second x {told(of.SAMPLE_BITS)} / {told(of.BUS_KHZ)}, "
        f"{1e3 * share:.1f} ms of each second, x {told(taken)}"
    )
    return product("uA", source, taken, 1e3 * share)


def _beside(setting: Setting) -> Figure:
    samples = product("", "", of.INSTRUCTIONS_A_SAMPLE, setting.chip_hz)
    windows = product("", "", of.INSTRUCTIONS_A_WINDOW, 1 / setting.hop_s)
    source = (
        f"{setting.chip_hz} samples a second of {told(of.INSTRUCTIONS_A_SAMPLE)} and a window of "
        f"{told(of.INSTRUCTIONS_A_WINDOW)} every {setting.hop_s:g} s, both assumed"
    )
    busy = busy_ms(total("", source, samples, windows))  # of each second
    return product(
        "uA", f"{told(busy)} a second x {told(of.MCU_RUN_MA)}; {busy.source}", busy, of.MCU_RUN_MA
    )


def _flash() -> Figure:
    each_ms = of.FLASH_WORD_US.value / 4e3 + of.FLASH_PAGE_MS.value / 4096
    busy = product("ms", "", of.FLASH_NIGHT_BYTES, each_ms)
    source = (
        f"{told(of.FLASH_NIGHT_BYTES)} a night, each word {told(of.FLASH_WORD_US)} and each page's "
        f"erasure {told(of.FLASH_PAGE_MS)}: {told(busy)} x {told(of.FLASH_MA)} over 8 h"
    )
    return product("uA", source, busy, of.FLASH_MA, 1 / of.NIGHT_S)
