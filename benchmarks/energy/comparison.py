"""Nets and the baseline beside each other: what each takes, how often each is right."""

from collections.abc import Mapping, Sequence

from ..facts import Facts
from ..figure import Figure, Kind, wilson
from ..section import Chart, Row, Series, Table
from .angle import Angle
from .constants import CELLS, FLASH_IMAGE_BYTES
from .sweep import HOPS_S, Choice, choices, front
from .wearable import Decider, Setting, busy_ms, current, days, inference_uj, parts, usual

BASELINE = "atan2"

Everyone = dict[str, tuple[Decider, float | None]]  # by name: who decides, and how often rightly


def groups(facts: Sequence[Facts]) -> list[list[Facts]]:
    """Those that may be compared: of the same windows, as often."""
    found: dict[tuple[object, ...], list[Facts]] = {}
    for fact in facts:
        key = (fact.data, fact.split, fact.seed, fact.test_windows, fact.rate_hz, fact.hop)
        found.setdefault(key, []).append(fact)
    return list(found.values())


def everyone(
    group: list[Facts],
    nets: Mapping[str, Decider],
    angle: Angle | None,
    baselines: Mapping[str, float],
) -> Everyone:
    found: Everyone = {fact.name: (nets[fact.name], fact.posture_int8) for fact in group}
    right = next((baselines[fact.name] for fact in group if fact.name in baselines), None)
    if angle is not None and right is not None:
        found[BASELINE] = (baseline(angle), right)
    return found


def baseline(angle: Angle) -> Decider:
    source = f"counted in emulation: medians and the nearest angle in C, {angle.compiler}"
    return Decider(BASELINE, Figure(angle.instructions, "", Kind.COUNTED, source))


def costs(group: list[Facts], who: Everyone) -> Table:
    rows = []
    for name, (decider, right) in who.items():
        room = "yes" if all(fits(fact) for fact in group if fact.name == name) else "no"
        for low_power in (False, True):
            setting = usual(group[0].rate_hz, group[0].hop / group[0].rate_hz, low_power)
            mean = current(parts(decider, setting))
            figures = (busy_ms(decider.instructions), inference_uj(decider.instructions), mean)
            lasting = tuple(days(cell, mean) for cell in CELLS)
            rows.append(
                Row((name, setting.sensor, room), (*figures, *lasting, _accuracy(right, group[0])))
            )
    return Table(
        f"Who decides, and what it takes: {group[0].data}, split {group[0].split}",
        f"{group[0].trial}; accuracy of the int8 net, of one window. Low power's noise was not "
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


def front_table(group: list[Facts], who: Everyone) -> Table:
    rows = [
        Row(
            (one.decider.name, one.setting.sensor, f"{one.setting.hop_s:g} s"),
            (one.current, days(CELLS[0], one.current), _accuracy(one.accuracy, group[0])),
        )
        for one in sorted(front(_swept(group, who)), key=lambda one: one.current.value)
    ]
    return Table(
        f"What nothing beats, of the sweep: {group[0].data}, split {group[0].split}",
        f"Hops of {', '.join(f'{hop:g}' for hop in HOPS_S)} s, the sensor's modes that give "
        f"windows of {group[0].rate_hz:g} Hz (a slower sensor gives none). A window is as right "
        "at any hop, so that the longest wins here; a long hop sees a turn later. Rows whose "
        "intervals overlap may be equally often right.",
        ("who decides", "sensor", "hop"),
        ("mean current", f"on a {CELLS[0].name}", group[0].task),
        tuple(rows),
    )


def _swept(group: list[Facts], who: Everyone) -> tuple[Choice, ...]:
    rate_hz = group[0].rate_hz
    return tuple(
        choice for decider, right in who.values() for choice in choices(decider, right, rate_hz)
    )


def accuracy_chart(name: str, group: list[Facts], who: Everyone) -> Chart:
    series = []
    for one, (decider, right) in who.items():
        setting = usual(group[0].rate_hz, group[0].hop / group[0].rate_hz)
        shown = [
            choice
            for choice in choices(decider, right, group[0].rate_hz)
            if choice.setting.chip_hz == setting.chip_hz
        ]
        share = 0.0 if right is None else right
        low, high = wilson(share, group[0].test_windows)
        series.append(
            Series(
                one,
                tuple(days(CELLS[0], choice.current).value for choice in shown),
                (100 * share,) * len(shown),
                (100 * low,) * len(shown),
                (100 * high,) * len(shown),
                names=tuple(_marked(choice, setting) for choice in shown),
                dashed=one == BASELINE,
            )
        )
    return Chart(
        name,
        f"Accuracy against battery: {group[0].data}, split {group[0].split}",
        f"days on a {CELLS[0].name} (modelled)",
        f"{group[0].task}, % of test windows",
        tuple(series),
        f"{group[0].trial}; bars: 95 % of Wilson's interval. From left to right hops of 0.6 to "
        "6 s; L: the sensor in low power.",
        "points",
    )


def _marked(choice: Choice, usual_setting: Setting) -> str:
    """The point of the bundle's own hop, or of the one next to it."""
    nearest = min(HOPS_S, key=lambda hop_s: abs(hop_s - usual_setting.hop_s))
    if choice.setting.hop_s != nearest:
        return ""
    return f"{nearest:g} s" + (" L" if choice.setting.low_power else "")


def hop_chart(name: str, group: list[Facts], who: Everyone) -> Chart:
    setting = usual(group[0].rate_hz, group[0].hop / group[0].rate_hz)
    series = []
    for one, (decider, _) in who.items():
        means = [
            current(parts(decider, Setting(setting.chip_hz, False, hop_s))) for hop_s in HOPS_S
        ]
        lasting = tuple(days(CELLS[0], mean).value for mean in means)
        series.append(Series(one, HOPS_S, lasting, dashed=one == BASELINE))
    return Chart(
        name,
        "Battery against how often is decided",
        "from one decision to the next, s",
        f"days on a {CELLS[0].name} (modelled)",
        tuple(series),
        f"Sensor at {setting.sensor}; the order of the lines is surer than their height.",
    )


def _accuracy(right: float | None, fact: Facts) -> Figure | None:
    if right is None:
        return None
    low, high = wilson(right, fact.test_windows)
    source = (
        "share of the test windows, as bundle.json says it, atan2's as its run.json: "
        f"{fact.trial}; 95 % of Wilson's interval"
    )
    return Figure(100 * right, "%", Kind.MEASURED, source, 100 * low, 100 * high)


def fits(fact: Facts) -> bool:
    """Whether the weights alone leave room in the XIAO's flash."""
    return fact.file_bytes["model.tflite"] < FLASH_IMAGE_BYTES.value
