"""The section on energy and battery life, computed from records alone."""

from collections.abc import Mapping, Sequence

from edgekit.spec import SLEEP, adxl345_rates

from ..facts import Facts
from ..figure import Figure, Kind, format_value
from ..meters.record import Metered, What
from ..section import Chart, FigureSection, FigureTable, Row, rows_chart
from . import comparison
from .angle import Angle
from .constants import ADXL345_UA, CELLS, PICO_MA
from .interval import product, total
from .pi import pi_chart, pi_sentences, pi_table
from .wearable import Decider, Setting, current, days, firmware_setting, parts

TITLE = "How long does the battery last?"
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
    counted = on_sensor(facts, instructions)
    nets = {fact.name: net_decider(fact, instructions) for fact in counted}
    groups = [
        (group, comparison.deciders_of(group, nets, angle, baselines))
        for group in comparison.comparable_groups(counted)
    ]
    days_by_name: dict[str, Figure] = {}
    for group, deciders in groups:
        for name, lasting in comparison.firmware_days(group, deciders).items():
            other = f"{name} ({group[0].data}, {group[0].split})"
            days_by_name[other if name in days_by_name else name] = lasting
    if worn and counted:
        mean = current(parts(nets[counted[0].name], _setting(counted[0])), worn)
        days_by_name[counted[0].name] = days(CELLS[0], mean)
    hop_charts = (
        comparison.hop_chart(f"battery-hop-{number}", group, deciders)
        for number, (group, deciders) in enumerate(groups, 1)
    )
    return FigureSection(
        "battery",
        TITLE,
        _NOTE,
        (*_sentences(counted, nets, angle, worn), *pi_sentences(monitoring)),
        charts=(_days_chart(days_by_name),) if days_by_name else (),
        tables=(
            *((comparison.costs(groups),) if groups else ()),
            pi_table(monitoring, _metered("monitoring", metered)),
        ),
        detail_tables=(
            *((_battery_days(counted[0], nets, worn),) if counted else ()),
            *((comparison.front_table(groups),) if groups else ()),
            _pico(),
        ),
        detail_charts=(*hop_charts, pi_chart(monitoring)),
    )


def on_sensor(facts: Sequence[Facts], instructions: Mapping[str, int]) -> list[Facts]:
    """Return the bundles whose instructions were counted and whose rate the sensor has."""
    return [fact for fact in facts if fact.name in instructions and adxl345_rates(fact.rate_hz)]


def _days_chart(days_by_name: Mapping[str, Figure]) -> Chart:
    return rows_chart(
        "battery",
        f"Days on a {CELLS[0].name}",
        "days (modelled)",
        {"": days_by_name},
        "A wearable that is never off, sensor in normal power, one decision each hop; lines show "
        "the worst and the best case of every input at once. atan2: posture by the angle of "
        "gravity, no network.",
        mark="bars",
        unit="days",
    )


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
        "its formula; its inputs are in the tables of constants.",
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
        "A Raspberry Pi Pico instead",
        "Its core asleep all the time and the sensor at 50 Hz: the board alone takes so much that "
        "the net hardly matters. A Pico is not for a small battery.",
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
        kind = f"its current, {mean}, was measured" if worn else "modelled"
        lasting = ", ".join(f"{_plain(days(cell, mean))} on a {cell.name}" for cell in CELLS)
        larger = "" if comparison.fits(fact) else ", if the XIAO's flash had room for it"
        sentences.append(
            f"{fact.name}: {lasting}{larger}; the net takes "
            f"{100 * inference.value / modelled.value:.0f} % of the current, the sensor "
            f"{100 * rows[0].current.value / modelled.value:.0f} % ({kind})."
        )
    sleeper = next((fact for fact in facts if fact.domain == SLEEP.domain), None)
    if sleeper is not None and angle is not None:
        sentences.append(
            "Without a network, by the angle of gravity alone (atan2): "
            f"{_plain(angle_days(angle, sleeper))} on a {CELLS[0].name} (modelled)."
        )
    return sentences


def _plain(figure: Figure) -> str:
    return f"{format_value(figure.value, figure.unit)} {figure.unit}"


def net_days(fact: Facts, instructions: Mapping[str, int]) -> Figure:
    """Return for how many days the first cell lasts with the bundle's net."""
    return days(CELLS[0], current(parts(net_decider(fact, instructions), _setting(fact))))


def angle_days(angle: Angle, fact: Facts) -> Figure:
    """Return for how many days the first cell lasts with atan2 instead of the bundle's net."""
    return days(CELLS[0], current(parts(comparison.baseline(angle), _setting(fact))))
