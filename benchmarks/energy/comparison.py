"""Compare nets and the baseline: accuracy against battery, over hops and modes of the sensor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edgekit.spec import adxl345_rates

from ..facts import Facts
from ..figure import Figure, Kind, share_figure
from ..section import BASELINE, Chart, FigureTable, Row, Series
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

HOPS_S = (0.6, 1.2, 2.0, 3.0, 6.0)

# By name: net or baseline, and its accuracy (0..1), None where it is not known.
Deciders = dict[str, tuple[Decider, float | None]]
Group = tuple[list[Facts], Deciders]  # bundles that were tested on the same windows


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


def costs(groups: Sequence[Group]) -> FigureTable:
    """Table every decider of every group, in each mode of the sensor."""
    rows = [
        Row(
            (name, f"{group[0].data}, {group[0].split}", setting.sensor, room),
            (
                busy_ms(decider.instructions),
                inference_uj(decider.instructions),
                mean := current(parts(decider, setting)),
                *(days(cell, mean) for cell in CELLS),
                _accuracy(accuracy, group[0]),
            ),
        )
        for group, deciders in groups
        for name, (decider, accuracy) in deciders.items()
        for room in ("yes" if all(fits(f) for f in group if f.name == name) else "no",)
        for low_power in (False, True)
        for setting in (firmware_setting(group[0].rate_hz, group[0].hop_s, low_power),)
    ]
    return FigureTable(
        "What each decider takes",
        "Accuracy is that of the int8 net, of one window; compare it within one data set and split "
        "only. The sensor's low-power mode is noisier; its effect on accuracy was not measured, so "
        "both modes show the same.",
        ("decider", "data, split", "sensor", "fits the XIAO's flash"),
        (
            "core busy",
            "a window",
            "mean current",
            *(f"on a {cell.name}" for cell in CELLS),
            "accuracy",
        ),
        tuple(rows),
    )


def firmware_days(group: list[Facts], deciders: Deciders) -> dict[str, Figure]:
    """Return for how many days the first cell lasts as the firmware runs the sensor, by decider."""
    setting = firmware_setting(group[0].rate_hz, group[0].hop_s)
    return {
        name: days(CELLS[0], current(parts(decider, setting)))
        for name, (decider, _) in deciders.items()
    }


def front_table(groups: Sequence[Group]) -> FigureTable:
    rows = [
        Row(
            (
                choice.decider.name,
                f"{group[0].data}, {group[0].split}",
                choice.setting.sensor,
                f"{choice.setting.hop_s:g} s",
            ),
            (choice.current, days(CELLS[0], choice.current), _accuracy(choice.accuracy, group[0])),
        )
        for group, deciders in groups
        for choice in sorted(
            pareto_front(_swept(group, deciders)), key=lambda choice: choice.current.value
        )
    ]
    return FigureTable(
        "Best trade-offs: no other setting is better in both current and accuracy",
        f"Of hops of {', '.join(f'{hop:g}' for hop in HOPS_S)} s and the sensor's modes that give "
        "windows of the net's rate. A window is as accurate at any hop, so the longest wins here; "
        "a long hop notices a turn later. Rows whose intervals overlap may be equally accurate.",
        ("decider", "data, split", "sensor", "hop"),
        ("mean current", f"on a {CELLS[0].name}", "accuracy"),
        tuple(rows),
    )


def _swept(group: list[Facts], deciders: Deciders) -> tuple[Choice, ...]:
    rate_hz = group[0].rate_hz
    return tuple(
        choice
        for decider, accuracy in deciders.values()
        for choice in choices(decider, accuracy, rate_hz)
    )


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
        f"Deciding less often: {group[0].data}, {group[0].split}",
        "seconds from one decision to the next",
        f"days on a {CELLS[0].name} (modelled)",
        tuple(series),
        f"Sensor at {setting.sensor}. The order of the lines is more certain than their height.",
        y_limits=(0, 1.15 * max(max(each.y) for each in series)),
    )


def _accuracy(accuracy: float | None, fact: Facts) -> Figure | None:
    if accuracy is None:
        return None
    source = (
        "share of the test windows, from bundle.json, atan2's from its run.json: "
        f"{fact.tested_on}; 95 % Wilson interval"
    )
    return share_figure(accuracy, fact.test_windows, source, Kind.EARLIER)


def fits(fact: Facts) -> bool:
    """Return whether the weights alone fit into the XIAO's flash."""
    return fact.file_bytes["model.tflite"] < FLASH_IMAGE_BYTES.value
