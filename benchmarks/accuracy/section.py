"""Two sections of the page: accuracy of every form of the net, and accuracy under disturbances."""

from collections.abc import Sequence

from ..facts import Facts
from ..figure import Figure, Kind, share_figure, wilson
from ..section import Cell, Chart, FigureSection, FigureTable, Row, Series
from .disturb import DISTURBANCES
from .edge import ATAN2, FLOAT, GENERATED, LITERT, EdgeAccuracy, Form, HeadAccuracy
from .robustness import SEED, Robustness

DISTURBED = f"the disturbance drawn with seed {SEED}, with 95 % of Wilson's interval"
HELD_OUT = "answers of the windows that the run held out, with 95 % of Wilson's interval"


def edge_section(records: Sequence[tuple[Facts, EdgeAccuracy]]) -> FigureSection:
    return FigureSection(
        "Accuracy at the edge",
        "The same held-out windows by the float net, by the int8 model as a Raspberry Pi runs it "
        "and by the C that a microcontroller runs. Intervals take windows for independent; those "
        "of one person are not, so that between people the figures vary more than they say. Data "
        "called synthetic are of simulated sleepers: how well a person's night is read they do not "
        "tell.",
        sentences=tuple(_int8_sentence(facts, record) for facts, record in records),
        tables=(
            *([_forms_table(records)] if records else []),
            *(_classes_table(facts, record) for facts, record in records),
        ),
    )


def robustness_section(records: Sequence[tuple[Facts, Robustness]]) -> FigureSection:
    charts = tuple(_chart(place, records) for place in range(len(DISTURBANCES))) if records else ()
    return FigureSection(
        "Robustness",
        "Held-out windows disturbed as wear disturbs them; the net was given nothing to prepare "
        "for it beyond its own augmentation. The angle (dashed) answers the same windows.",
        tables=tuple(_levels_table(place, records) for place in range(len(DISTURBANCES)))
        if records
        else (),
        charts=charts,
    )


def _percent(share: float | None, count: int, source: str) -> Cell:
    if share is None or not count:
        return None
    return share_figure(share, count, source)


def _int8_sentence(facts: Facts, record: EdgeAccuracy) -> str:
    by_name = {form.name: form for form in record.forms}
    last = GENERATED if GENERATED in by_name else LITERT
    before, after = by_name[FLOAT].posture.accuracy, by_name[last].posture.accuracy
    angle = by_name.get(ATAN2)
    beside = f"; the angle alone has {100 * angle.posture.accuracy:.1f} %" if angle else ""
    return (
        f"{facts.name}: {facts.task} {100 * before:.1f} % in float, {100 * after:.1f} % in "
        f"{last} ({100 * (after - before):+.2f} points){beside} ({_windows_text(facts, record)})."
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
        "and flatters. atan2 is the posture whose angle is nearest to the median's.",
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


def _classes_table(facts: Facts, record: EdgeAccuracy) -> FigureTable:
    tasks = (
        (facts.task, record.postures, record.posture_windows),
        ("placement", record.placements, record.placement_windows),
    )
    rows = [
        Row(
            (task, name, f"{count:,}"),
            tuple(_sensitivity(form, task, place, count) for form in record.forms),
        )
        for task, names, counts in tasks
        if len(names) > 1
        for place, (name, count) in enumerate(zip(names, counts, strict=True))
        if count
    ]
    return FigureTable(
        f"{facts.name}: class by class",
        f"Sensitivity: of a class's windows, those called so. {_windows_text(facts, record)}.",
        ("task", "class", "windows"),
        tuple(form.name for form in record.forms),
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
        f"{_task(records).capitalize()}, {disturbance.name}",
        f"{disturbance.name}, {disturbance.unit}",
        f"{_task(records)} accuracy, %",
        tuple(lines),
        f"Measured: {disturbance.note}. Bands: 95 % of Wilson's interval.",
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
