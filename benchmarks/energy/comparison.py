"""Compare nets and the baseline: accuracy against battery, over hops and modes of the sensor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edgekit.spec import adxl345_rates

from ..facts import Facts
from ..figure import Figure, Kind, share_figure, wilson
from ..section import Chart, FigureTable, Row, Series
from .angle import Angle
from .constants import ADXL345_UA, CELLS, FLASH_IMAGE_BYTES
from .wearable import (
    Decider,
    Setting,
    busy_ms,
    current,
    days,
    firmware_setting,
    inference_uj,
    parts,
)

BASELINE = "atan2"
HOPS_S = (0.6, 1.2, 2.0, 3.0, 6.0)

# By name: net or baseline, and its accuracy (0..1), None where it is not known.
Deciders = dict[str, tuple[Decider, float | None]]


@dataclass(frozen=True)
class Choice:
    decider: Decider
    accuracy: float | None  # a fraction of 1, of one window; None where it is not known
    setting: Setting
    current: Figure  # uA, of the whole wearable


def choices(decider: Decider, accuracy: float | None, rate_hz: float) -> tuple[Choice, ...]:
    """Return a choice for each mode of the sensor that gives windows of `rate_hz`, and each hop.

    All have the decider's accuracy at its own rate: a window is the same whatever the hop, and the
    noise of low power was not tried.
    """
    swept = []
    for chip_hz in adxl345_rates(rate_hz):
        for low_power in (False, True):
            for hop_s in HOPS_S:
                if (chip_hz, low_power) in ADXL345_UA:
                    setting = Setting(chip_hz, low_power, hop_s)
                    mean = current(parts(decider, setting))
                    swept.append(Choice(decider, accuracy, setting, mean))
    return tuple(swept)


def pareto_front(candidates: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Return the choices that no other dominates in accuracy and current."""
    return tuple(
        each for each in candidates if not any(_dominates(other, each) for other in candidates)
    )


def _dominates(one: Choice, other: Choice) -> bool:
    if one.accuracy is None or other.accuracy is None:
        return False
    at_least = one.accuracy >= other.accuracy and one.current.value <= other.current.value
    better = one.accuracy > other.accuracy or one.current.value < other.current.value
    return at_least and better


def comparable_groups(facts: Sequence[Facts]) -> list[list[Facts]]:
    """Group the bundles that were tested on the same windows, with the same rate and hop."""
    grouped: dict[tuple[object, ...], list[Facts]] = {}
    for fact in facts:
        key = (fact.data, fact.split, fact.seed, fact.test_windows, fact.rate_hz, fact.hop)
        grouped.setdefault(key, []).append(fact)
    return list(grouped.values())


def deciders_of(
    group: list[Facts],
    nets: Mapping[str, Decider],
    angle: Angle | None,
    baselines: Mapping[str, float],
) -> Deciders:
    """Return the group's nets with their int8 accuracy, and the baseline with its own."""
    deciders: Deciders = {fact.name: (nets[fact.name], fact.posture_int8) for fact in group}
    accuracy = next((baselines[fact.name] for fact in group if fact.name in baselines), None)
    if angle is not None and accuracy is not None:
        deciders[BASELINE] = (baseline(angle), accuracy)
    return deciders


def baseline(angle: Angle) -> Decider:
    source = f"counted in emulation: medians and the nearest angle in C, {angle.compiler}"
    return Decider(BASELINE, Figure(angle.instructions, "", Kind.COUNTED, source))


def costs(group: list[Facts], deciders: Deciders) -> FigureTable:
    rows = []
    for name, (decider, accuracy) in deciders.items():
        room = "yes" if all(fits(fact) for fact in group if fact.name == name) else "no"
        for low_power in (False, True):
            setting = firmware_setting(group[0].rate_hz, group[0].hop_s, low_power)
            mean = current(parts(decider, setting))
            figures = (busy_ms(decider.instructions), inference_uj(decider.instructions), mean)
            lasting = tuple(days(cell, mean) for cell in CELLS)
            rows.append(
                Row(
                    (name, setting.sensor, room),
                    (*figures, *lasting, _accuracy(accuracy, group[0])),
                )
            )
    return FigureTable(
        f"Who decides, and what it takes: {group[0].data}, split {group[0].split}",
        f"{group[0].tested_on}; accuracy of the int8 net, of one window. Low power's noise was not "
        "tried: its accuracy is normal power's.",
        ("who decides", "sensor", "fits the XIAO's flash"),
        (
            "core busy",
            "a window",
            "mean current",
            *(f"on a {cell.name}" for cell in CELLS),
            group[0].task,
        ),
        tuple(rows),
    )


def front_table(group: list[Facts], deciders: Deciders) -> FigureTable:
    rows = [
        Row(
            (choice.decider.name, choice.setting.sensor, f"{choice.setting.hop_s:g} s"),
            (choice.current, days(CELLS[0], choice.current), _accuracy(choice.accuracy, group[0])),
        )
        for choice in sorted(
            pareto_front(_swept(group, deciders)), key=lambda choice: choice.current.value
        )
    ]
    return FigureTable(
        f"What nothing beats, of the sweep: {group[0].data}, split {group[0].split}",
        f"Hops of {', '.join(f'{hop:g}' for hop in HOPS_S)} s, the sensor's modes that give "
        f"windows of {group[0].rate_hz:g} Hz (a slower sensor gives none). A window is as right "
        "at any hop, so that the longest wins here; a long hop sees a turn later. Rows whose "
        "intervals overlap may be equally often right.",
        ("who decides", "sensor", "hop"),
        ("mean current", f"on a {CELLS[0].name}", group[0].task),
        tuple(rows),
    )


def _swept(group: list[Facts], deciders: Deciders) -> tuple[Choice, ...]:
    rate_hz = group[0].rate_hz
    return tuple(
        choice
        for decider, accuracy in deciders.values()
        for choice in choices(decider, accuracy, rate_hz)
    )


def accuracy_chart(name: str, group: list[Facts], deciders: Deciders) -> Chart:
    series = []
    for decider_name, (decider, accuracy) in deciders.items():
        setting = firmware_setting(group[0].rate_hz, group[0].hop_s)
        shown = [
            choice
            for choice in choices(decider, accuracy, group[0].rate_hz)
            if choice.setting.chip_hz == setting.chip_hz
        ]
        share = 0.0 if accuracy is None else accuracy
        low, high = wilson(share, group[0].test_windows)
        series.append(
            Series(
                decider_name,
                tuple(days(CELLS[0], choice.current).value for choice in shown),
                (100 * share,) * len(shown),
                (100 * low,) * len(shown),
                (100 * high,) * len(shown),
                names=tuple(_point_name(choice, setting) for choice in shown),
                dashed=decider_name == BASELINE,
            )
        )
    return Chart(
        name,
        f"Accuracy against battery: {group[0].data}, split {group[0].split}",
        f"days on a {CELLS[0].name} (modelled)",
        f"{group[0].task}, % of test windows",
        tuple(series),
        f"{group[0].tested_on}; bars: 95 % of Wilson's interval. From left to right hops of 0.6 to "
        "6 s; L: the sensor in low power.",
        "points",
    )


def _point_name(choice: Choice, bundle_setting: Setting) -> str:
    """Name the point of the bundle's own hop, or of the nearest one, and no other."""
    nearest = min(HOPS_S, key=lambda hop_s: abs(hop_s - bundle_setting.hop_s))
    if choice.setting.hop_s != nearest:
        return ""
    return f"{nearest:g} s" + (" L" if choice.setting.low_power else "")


def hop_chart(name: str, group: list[Facts], deciders: Deciders) -> Chart:
    setting = firmware_setting(group[0].rate_hz, group[0].hop_s)
    series = []
    for decider_name, (decider, _) in deciders.items():
        means = [
            current(parts(decider, Setting(setting.chip_hz, False, hop_s))) for hop_s in HOPS_S
        ]
        lasting = tuple(days(CELLS[0], mean).value for mean in means)
        series.append(Series(decider_name, HOPS_S, lasting, dashed=decider_name == BASELINE))
    return Chart(
        name,
        "Battery against how often is decided",
        "from one decision to the next, s",
        f"days on a {CELLS[0].name} (modelled)",
        tuple(series),
        f"Sensor at {setting.sensor}; the order of the lines is surer than their height.",
    )


def _accuracy(accuracy: float | None, fact: Facts) -> Figure | None:
    if accuracy is None:
        return None
    source = (
        "share of the test windows, as bundle.json says it, atan2's as its run.json: "
        f"{fact.tested_on}; 95 % of Wilson's interval"
    )
    return share_figure(accuracy, fact.test_windows, source)


def fits(fact: Facts) -> bool:
    """Return whether the weights alone fit into the XIAO's flash."""
    return fact.file_bytes["model.tflite"] < FLASH_IMAGE_BYTES.value
