"""The section on energy and battery life, computed from records alone."""

from collections.abc import Mapping, Sequence

from edgekit.spec import SLEEP, adxl345_rates

from ..facts import Facts
from ..figure import Figure, Kind
from ..meters.record import Metered, What
from ..section import FigureSection, FigureTable, Row
from . import comparison
from .angle import Angle
from .constant_tables import constant_tables
from .constants import ADXL345_UA, CELLS, PICO_MA
from .interval import product, total
from .pi import pi_chart, pi_sentences, pi_table
from .wearable import Decider, Setting, current, days, firmware_setting, parts

TITLE = "Energy and battery life"
_NOTE = (
    "Models, not measurements: the currents of a XIAO nRF52840 and an ADXL345 from their data "
    "sheets, times computed from instructions that were counted in emulation. No "
    "board was at hand. Bounds are intervals: the worst of each input at once."
)


def section(
    facts: Sequence[Facts],
    instructions: Mapping[str, int],
    angle: Angle | None,
    baselines: Mapping[str, float],
    monitoring: Figure | None,
    metered: Sequence[Metered] = (),
) -> FigureSection:
    """Return the section; what was not measured leaves its rows out.

    `instructions` of a window on a Cortex-M4 and `baselines`, atan2's accuracy (0..1) on the same
    test windows, are by the bundle's name; a baseline is missing where atan2 cannot answer.
    `monitoring`: CPU seconds a minute of the monitor. What was metered replaces what is modelled.
    """
    worn = _metered("wearable", metered)
    counted = [fact for fact in facts if fact.name in instructions and adxl345_rates(fact.rate_hz)]
    nets = {fact.name: net_decider(fact, instructions) for fact in counted}
    tables = [_battery_days(counted[0], nets, worn)] if counted else []
    charts = []
    for number, group in enumerate(comparison.comparable_groups(counted), 1):
        deciders = comparison.deciders_of(group, nets, angle, baselines)
        tables += [comparison.costs(group, deciders), comparison.front_table(group, deciders)]
        charts.append(comparison.accuracy_chart(f"energy-accuracy-{number}", group, deciders))
        charts.append(comparison.hop_chart(f"energy-hop-{number}", group, deciders))
    tables += [_pico(), pi_table(monitoring, _metered("monitoring", metered)), *constant_tables()]
    charts.append(pi_chart(monitoring))
    sentences = (*_sentences(counted, nets, angle, worn), *pi_sentences(monitoring))
    return FigureSection(TITLE, _NOTE, sentences, tuple(tables), tuple(charts))


def net_decider(fact: Facts, instructions: Mapping[str, int]) -> Decider:
    source = "counted in emulation: the C on a Cortex-M4, of the window that took the most"
    return Decider(fact.name, Figure(instructions[fact.name], "", Kind.COUNTED, source))


def _metered(what: What, metered: Sequence[Metered]) -> Metered | None:
    return next((each for each in metered if each.what == what), None)


def _setting(fact: Facts) -> Setting:
    """Return how the firmware runs the sensor, with the hop of the bundle's spec."""
    return firmware_setting(fact.rate_hz, fact.hop_s)


def _battery_days(fact: Facts, nets: Mapping[str, Decider], metered: Metered | None) -> FigureTable:
    setting = _setting(fact)
    rows = parts(nets[fact.name], setting)
    mean = current(rows, metered)
    cells = [Row((f"days on a {cell.name}, never off",), (days(cell, mean),)) for cell in CELLS]
    shown = [Row((row.name,), (row.current,)) for row in rows]
    return FigureTable(
        f"From the data sheet to battery days: {fact.name}",
        f"One window every {setting.hop_s:g} s, sensor at {setting.sensor}. Each row's source is "
        "its formula; what stands in it is in the tables of constants below.",
        ("part",),
        ("mean current",),
        (*shown, Row(("together",), (mean,)), *cells),
    )


def _pico() -> FigureTable:
    rows = []
    for clocks, asleep in PICO_MA.items():
        mean = total("uA", "the board alone", product("uA", "", asleep, 1e3), ADXL345_UA[50, False])
        rows.append(Row((clocks,), (asleep, *(days(cell, mean) for cell in CELLS))))
    return FigureTable(
        "A Pico in its place",
        "Its core asleep all the time and the sensor at 50 Hz: what a net adds is little beside "
        "it. A Pico is not for a small battery.",
        ("Pico",),
        ("board asleep", *(f"on a {cell.name}" for cell in CELLS)),
        tuple(rows),
    )


def _sentences(
    facts: Sequence[Facts],
    nets: Mapping[str, Decider],
    angle: Angle | None,
    metered: Metered | None,
) -> list[str]:
    sentences = []
    for fact in facts:
        rows = parts(nets[fact.name], _setting(fact))
        modelled, inference = current(rows), rows[4].current
        worn = metered if fact is facts[0] else None
        mean = current(rows, worn)
        instead = f"; its current, {mean}, was metered" if worn else ""
        larger = "" if comparison.fits(fact) else ", had the XIAO's flash room for it"
        sentences.append(
            f"{fact.name}: {days(CELLS[0], mean)} on a {CELLS[0].name}, {days(CELLS[1], mean)} on "
            f"a {CELLS[1].name}{larger}; the net is {100 * inference.value / modelled.value:.0f} % "
            f"of the current, the sensor {100 * rows[0].current.value / modelled.value:.0f} % "
            f"(modelled{instead})."
        )
    sleeper = next((fact for fact in facts if fact.domain == SLEEP.domain), None)
    if sleeper is not None and angle is not None:
        mean = current(parts(comparison.baseline(angle), _setting(sleeper)))
        sentences.append(f"With atan2 in the net's place: {days(CELLS[0], mean)} (modelled).")
    return sentences
