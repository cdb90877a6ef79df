"""Two sections of the page: accuracy of every form of the net, and accuracy under disturbances."""

from collections.abc import Sequence

from ..facts import Facts
from ..figure import Figure, Kind, share_figure, wilson
from ..section import (
    BASELINE,
    Cell,
    Chart,
    FigureSection,
    FigureTable,
    Row,
    Series,
    rows_chart,
)
from .disturb import DISTURBANCES
from .edge import ATAN2, FLOAT, GENERATED, LITERT, EdgeAccuracy, Form, HeadAccuracy
from .robustness import SEED, Robustness

DISTURBED = f"the disturbance drawn with seed {SEED}, with the 95 % Wilson interval"
HELD_OUT = "answers of the windows that the run held out, with the 95 % Wilson interval"


Records = Sequence[tuple[Facts, EdgeAccuracy]]


def edge_section(records: Records) -> FigureSection:
    return FigureSection(
        "accuracy",
        "How right is it?",
        "The same held-out windows by the float net, by the int8 model as a Raspberry Pi runs it "
        "and by the C that a microcontroller runs. Intervals treat windows as independent; those "
        "of one person are not, so figures vary more from person to person than the intervals "
        "show. Synthetic data are of simulated sleepers: they cannot show how well a real "
        "person's night is read.",
        sentences=tuple(_int8_sentence(facts, record) for facts, record in records),
        charts=(_forms_chart(records),) if records else (),
        tables=(_forms_table(records),) if records else (),
        detail_tables=tuple(_classes_table(group) for group in _of_the_same_classes(records)),
    )


def robustness_section(records: Sequence[tuple[Facts, Robustness]]) -> FigureSection:
    places = range(len(DISTURBANCES)) if records else ()
    return FigureSection(
        "robustness",
        "How robust is it?",
        "Held-out windows disturbed as wear disturbs them. The nets were not trained for this "
        "beyond their usual augmentation. The angle (atan2, dashed) answers the same windows.",
        sentences=tuple(_worst_sentence(place, records) for place in places),
        charts=tuple(_chart(place, records) for place in places),
        detail_tables=tuple(_levels_table(place, records) for place in places),
    )


def _worst_sentence(place: int, records: Sequence[tuple[Facts, Robustness]]) -> str:
    """Word the accuracies at the level that the first bundle answers worst."""
    disturbance = DISTURBANCES[place]
    first = records[0][1].curves[place]
    worst = first.net.index(min(first.net))
    best = first.net.index(max(first.net))
    nets = ", ".join(
        f"{facts.name} {100 * record.curves[place].net[worst]:.1f} % (from "
        f"{100 * max(record.curves[place].net):.1f})"
        for facts, record in records
    )
    angle = first.angle
    beside = f"; atan2 {100 * angle[worst]:.1f} % (from {100 * angle[best]:.1f})" if angle else ""
    return (
        f"{disturbance.name.capitalize()} of {disturbance.levels[worst]:g} {disturbance.unit}: "
        f"{nets}{beside} (measured)."
    )


def _forms_chart(records: Records) -> Chart:
    marks: dict[str, dict[str, Figure]] = {}
    for facts, record in records:
        for form in record.forms:
            if form.name != LITERT:  # as the generated C, to a tenth of a point
                name = BASELINE if form.name == ATAN2 else form.name
                share = share_figure(form.posture.accuracy, record.windows, HELD_OUT)
                marks.setdefault(name, {})[facts.name] = share
    return rows_chart(
        "accuracy",
        f"Windows answered right: {_task(records)}",
        "% of the held-out windows (measured)",
        marks,
        "atan2: the posture whose angle is nearest, without a network. Lines: the 95 % Wilson "
        "interval. Compare bundles within one data set and split only.",
        mark="bars",
        unit="%",
        x_limits=(0, 118),
    )


def _of_the_same_classes(records: Records) -> list[Records]:
    """Group the records whose tasks have the same classes and windows."""
    grouped: dict[tuple[object, ...], list[tuple[Facts, EdgeAccuracy]]] = {}
    for facts, record in records:
        key = (
            facts.split_text, record.postures, record.posture_windows, record.placements,
            record.placement_windows,
        )  # fmt: skip
        grouped.setdefault(key, []).append((facts, record))
    return list(grouped.values())


def _percent(share: float | None, count: int, source: str) -> Cell:
    if share is None or not count:
        return None
    return share_figure(share, count, source)


def _int8_sentence(facts: Facts, record: EdgeAccuracy) -> str:
    by_name = {form.name: form for form in record.forms}
    last = GENERATED if GENERATED in by_name else LITERT
    before, after = by_name[FLOAT].posture.accuracy, by_name[last].posture.accuracy
    angle = by_name.get(ATAN2)
    beside = (
        f"; the angle alone (atan2) reaches {100 * angle.posture.accuracy:.1f} %" if angle else ""
    )
    return (
        f"{facts.name} answers {100 * before:.1f} % of windows right ({facts.task}) in float and "
        f"{100 * after:.1f} % in {last} ({100 * (after - before):+.2f} points){beside} (measured; "
        f"{_windows_text(facts, record)})."
    )


def _forms_table(records: Sequence[tuple[Facts, EdgeAccuracy]]) -> FigureTable:
    rows = [
        Row(
            (facts.name, facts.data, facts.split, form.name),
            (
                _percent(form.posture.accuracy, record.windows, HELD_OUT),
                _f1(form.posture),
                _percent(head.accuracy, record.windows, HELD_OUT)
                if (head := _placement(form, record))
                else None,
                _f1(head),
            ),
        )
        for facts, record in records
        for form in record.forms
    ]
    windows = ", ".join(
        f"{facts.name} {record.windows:,} (seed {facts.seed})" for facts, record in records
    )
    return FigureTable(
        "From float to generated C",
        f"Held-out windows: {windows}. Split `subject` holds people out; `random-window` does not, "
        "and so looks better. atan2: the posture nearest to the angle of the median.",
        ("bundle", "data", "split", "form"),
        (task := _task(records), f"{task}, macro F1", "placement", "placement, macro F1"),
        tuple(rows),
    )


def _placement(form: Form, record: EdgeAccuracy) -> HeadAccuracy | None:
    """Return the placement head's accuracy; None where there is one placement to name."""
    return form.placement if len(record.placements) > 1 else None


def _task(records: Sequence[tuple[Facts, EdgeAccuracy | Robustness]]) -> str:
    return " or ".join(dict.fromkeys(facts.task for facts, _ in records))


def _windows_text(facts: Facts, record: EdgeAccuracy | Robustness) -> str:
    """Return how the tested windows were drawn and how many there are; `--quick` tests fewer."""
    return f"{facts.split_text}, {record.windows:,} of {facts.test_windows:,} windows"


def _f1(head: HeadAccuracy | None) -> Cell:
    if head is None:
        return None
    return Figure(100 * head.macro_f1, "%", Kind.MEASURED, "mean over classes")


def _classes_table(records: Records) -> FigureTable:
    """Table each class's share of right answers, every form of every bundle side by side."""
    facts, first = records[0]
    tasks = (
        (facts.task, first.postures, first.posture_windows),
        ("placement", first.placements, first.placement_windows),
    )
    columns: list[tuple[str, Form]] = []
    for each, record in records:
        columns += [(f"{each.name}: {form.name}", form) for form in record.forms if form.placement]
    angle = next((form for form in first.forms if form.placement is None), None)
    if angle is not None:  # of the same windows, so the same for every bundle
        columns.append((angle.name, angle))
    rows = [
        Row(
            (task, name, f"{count:,}"),
            tuple(_sensitivity(form, task, place, count) for _, form in columns),
        )
        for task, names, counts in tasks
        if len(names) > 1
        for place, (name, count) in enumerate(zip(names, counts, strict=True))
        if count
    ]
    return FigureTable(
        f"Class by class: {facts.data}, split {facts.split}",
        f"Sensitivity: the share of a class's windows that were given its name. "
        f"{_windows_text(facts, first)}.",
        ("task", "class", "windows"),
        tuple(name for name, _ in columns),
        tuple(rows),
    )


def _sensitivity(form: Form, task: str, place: int, count: int) -> Cell:
    head = form.placement if task == "placement" else form.posture
    return _percent(head.sensitivity[place], count, HELD_OUT) if head else None


def _levels_table(place: int, records: Sequence[tuple[Facts, Robustness]]) -> FigureTable:
    disturbance = DISTURBANCES[place]
    windows = "; ".join(
        f"{facts.name}, {_windows_text(facts, record)}" for facts, record in records
    )
    rows = [
        Row(
            (facts.name, decider),
            tuple(_percent(share, record.windows, DISTURBED) for share in shares),
        )
        for facts, record in records
        for decider, shares in (
            ("net", record.curves[place].net),
            ("atan2", record.curves[place].angle),
        )
        if shares
    ]
    return FigureTable(
        f"{_task(records).capitalize()}, {disturbance.name}",
        f"{disturbance.note[0].upper()}{disturbance.note[1:]}. The same held-out windows at every "
        f"level: {windows}.",
        ("bundle", "by"),
        tuple(f"{level:g} {disturbance.unit}" for level in disturbance.levels),
        tuple(rows),
    )


def _chart(place: int, records: Sequence[tuple[Facts, Robustness]]) -> Chart:
    disturbance = DISTURBANCES[place]
    lines = []
    drawn: set[tuple[float, ...]] = set()
    for facts, record in records:
        curve = record.curves[place]
        lines.append(_line(facts.name, curve.levels, curve.net, record.windows))
        if curve.angle and curve.angle not in drawn:  # nets of one data set share their windows
            drawn.add(curve.angle)
            name = f"atan2 ({facts.data})"
            lines.append(_line(name, curve.levels, curve.angle, record.windows, dashed=True))
    return Chart(
        f"robustness-{disturbance.name.replace(' ', '-')}",
        disturbance.name.capitalize(),
        f"{disturbance.name}, {disturbance.unit}",
        "% of windows right",
        tuple(lines),
        f"Measured: {disturbance.note}. Bands: the 95 % Wilson interval.",
        y_limits=(0, 100),
    )


def _line(
    name: str,
    levels: tuple[float, ...],
    shares: tuple[float, ...],
    count: int,
    dashed: bool = False,
) -> Series:
    bounds = [wilson(share, count) for share in shares]
    return Series(
        name,
        levels,
        tuple(100 * share for share in shares),
        tuple(100 * low for low, _ in bounds),
        tuple(100 * high for _, high in bounds),
        dashed=dashed,
    )
