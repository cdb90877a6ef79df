"""Model the wearable's current, part by part, and how many days a battery cell lasts.

Sensor, core and bus are those of the XIAO nRF52840's image, worn, its radio and serial line off. A
part's current is its mean over time: what it draws while it works, times the share of time that it
works. Bounds are intervals.
"""

from dataclasses import dataclass

from edgekit.spec import adxl345_rates

from ..figure import Figure
from ..meters.record import Metered
from . import constants
from .interval import product, quotient, term, total


@dataclass(frozen=True)
class Setting:
    """How the sensor runs, and the time from one window to the next."""

    chip_hz: int
    low_power: bool
    hop_s: float

    @property
    def sensor(self) -> str:
        return f"{self.chip_hz} Hz, {'low power' if self.low_power else 'normal'}"


@dataclass(frozen=True)
class Decider:
    """What decides a window: a net, or the baseline."""

    name: str
    instructions: Figure  # of a window on a Cortex-M4


@dataclass(frozen=True)
class Part:
    name: str
    current: Figure  # uA, the mean over time


def firmware_setting(rate_hz: float, hop_s: float, low_power: bool = False) -> Setting:
    """Return how the firmware runs the sensor.

    Raises IndexError where no rate of the sensor gives windows of `rate_hz`.
    """
    return Setting(adxl345_rates(rate_hz)[0], low_power, hop_s)


def parts(decider: Decider, setting: Setting) -> tuple[Part, ...]:
    """Return the mean current of each part.

    Raises KeyError for a mode of the sensor that its data sheet does not have.
    """
    return (
        Part(f"sensor, {setting.sensor}", constants.ADXL345_UA[setting.chip_hz, setting.low_power]),
        Part("microcontroller asleep", constants.MCU_SLEEP_UA),
        Part("bus transfers", _while_on_bus(setting, constants.TWIM_MA)),
        Part("bus pull-ups", _while_on_bus(setting, constants.PULL_UP_MA)),
        Part(f"inference, {decider.name}", _inference(decider.instructions, setting)),
        Part("core beside the net", _core_beside_net(setting)),
        Part("flash", _flash()),
        Part("regulator and charger", constants.BOARD_UA),
    )


def current(rows: tuple[Part, ...], metered: Metered | None = None) -> Figure:
    """Return the sum in uA, or the current of a metered wearable where there is one."""
    if metered is not None:
        source = (
            f"{metered.figure().source}, over {term(constants.SUPPLY_V)}; where the meter was at a "
            "cell or at USB the current was less, as its voltage was more"
        )
        kind, scale = metered.figure().kind, 1e6 / constants.SUPPLY_V.value
        return metered.mean_w.figure("uA", kind, source, scale)
    names = ", ".join(row.name for row in rows)
    return total("uA", f"the sum of: {names}", *(row.current for row in rows))


def days(cell: constants.BatteryCell, mean: Figure) -> Figure:
    """Return for how many days of 24 h a full cell lasts at a mean current in uA."""
    charge = product(
        "mAh", "capacity x the part of it that is usable", cell.capacity_mah, cell.usable
    )
    leak = product("uA", "", cell.capacity_mah, cell.lost_a_month, 1e3 / constants.HOURS_A_MONTH)
    source = (
        f"{term(cell.capacity_mah)} x {term(cell.usable)} / ({term(mean)} + {term(leak)} that the "
        "cell loses by itself), in days of 24 h"
    )
    return quotient("days", source, product("", "", charge, 1e3 / 24), total("", "", mean, leak))


def busy_ms(instructions: Figure) -> Figure:
    """Return how long the core works for the instructions, in ms."""
    source = (
        f"{term(instructions)} instructions x {term(constants.CYCLES_AN_INSTRUCTION)} each / "
        f"{term(constants.CLOCK_MHZ)}; instructions: {instructions.source}"
    )
    each = 1e-3 / constants.CLOCK_MHZ.value
    return product("ms", source, instructions, constants.CYCLES_AN_INSTRUCTION, each)


def inference_uj(instructions: Figure) -> Figure:
    """Return the core's energy for one window in uJ, at its supply."""
    busy = busy_ms(instructions)
    source = (
        f"{term(busy)} x {term(constants.MCU_RUN_MA)} x {term(constants.SUPPLY_V)}; {busy.source}"
    )
    return product("uJ", source, busy, constants.MCU_RUN_MA, constants.SUPPLY_V)


def _inference(instructions: Figure, setting: Setting) -> Figure:
    busy = busy_ms(instructions)
    source = f"{term(busy)} x {term(constants.MCU_RUN_MA)} every {setting.hop_s:g} s; {busy.source}"
    return product("uA", source, busy, constants.MCU_RUN_MA, 1 / setting.hop_s)


def _while_on_bus(setting: Setting, busy_current: Figure) -> Figure:
    share = setting.chip_hz * constants.SAMPLE_BITS.value / (1e3 * constants.BUS_KHZ.value)
    source = (
        f"{setting.chip_hz} samples a second x {term(constants.SAMPLE_BITS)} / "
        f"{term(constants.BUS_KHZ)}, {1e3 * share:.1f} ms of each second, x {term(busy_current)}"
    )
    return product("uA", source, busy_current, 1e3 * share)


def _core_beside_net(setting: Setting) -> Figure:
    samples = product("", "", constants.INSTRUCTIONS_A_SAMPLE, setting.chip_hz)
    windows = product("", "", constants.INSTRUCTIONS_A_WINDOW, 1 / setting.hop_s)
    source = (
        f"{setting.chip_hz} samples a second of {term(constants.INSTRUCTIONS_A_SAMPLE)} and a "
        f"window of {term(constants.INSTRUCTIONS_A_WINDOW)} every {setting.hop_s:g} s, both assumed"
    )
    busy = busy_ms(total("", source, samples, windows))  # of each second
    return product(
        "uA",
        f"{term(busy)} a second x {term(constants.MCU_RUN_MA)}; {busy.source}",
        busy,
        constants.MCU_RUN_MA,
    )


def _flash() -> Figure:
    each_ms = constants.FLASH_WORD_US.value / 4e3 + constants.FLASH_PAGE_MS.value / 4096
    busy = product("ms", "", constants.FLASH_NIGHT_BYTES, each_ms)
    source = (
        f"{term(constants.FLASH_NIGHT_BYTES)} a night, each word {term(constants.FLASH_WORD_US)} "
        f"and each page's erasure {term(constants.FLASH_PAGE_MS)}: {term(busy)} x "
        f"{term(constants.FLASH_MA)} over 8 h"
    )
    return product("uA", source, busy, constants.FLASH_MA, 1 / constants.NIGHT_S)
