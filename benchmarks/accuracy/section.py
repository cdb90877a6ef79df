"""Two sections of the page: accuracy where it runs, and accuracy as wear disturbs it."""

from collections.abc import Sequence

from ..facts import Facts
from ..figure import Figure, Kind, wilson
from ..section import Cell, Chart, Row, Section, Series, Table
from .disturb import DISTURBANCES
from .edge import ATAN2, FLOAT, GENERATED, LITERT, EdgeAccuracy, Form, Head
from .robustness import SEED, Robustness

DISTURBED = f"the disturbance drawn with seed {SEED}, with 95 % of Wilson's interval"
HELD_OUT = "answers of the windows that the run held out, with 95 % of Wilson's interval"


def edge_section(found: Sequence[tuple[Facts, EdgeAccuracy]]) -> Section:
    return Section(
        "Accuracy at the edge",
        "The same held-out windows by the float net, by the int8 model as a Raspberry Pi runs it "
        "and by the C that a microcontroller runs. Intervals take windows for independent; those "
        "of one person are not, so that between people the figures vary more than they say. Data "
        "called synthetic are of simulated sleepers: how well a person's night is read they do not "
        "tell.",
        sentences=tuple(_lost(facts, of) for facts, of in found),
        tables=(
            *([_all(found)] if found else []),
            *(_classes(facts, of) for facts, of in found),
        ),
    )


def robustness_section(found: Sequence[tuple[Facts, Robustness]]) -> Section:
    charts = tuple(_chart(place, found) for place in range(len(DISTURBANCES))) if found else ()
    return Section(
        "Robustness",
        "Held-out windows disturbed as wear disturbs them; the net was given nothing to prepare "
        "for it beyond its own augmentation. The angle (dashed) answers the same windows.",
        tables=tuple(_levels(place, found) for place in range(len(DISTURBANCES))) if found else (),
        charts=charts,
    )


def _percent(share: float | None, count: int, source: str) -> Cell:
    if share is None or not count:
        return None
    low, high = wilson(share, count)
    return Figure(100 * share, "%", Kind.MEASURED, source, 100 * low, 100 * high)


def _lost(facts: Facts, of: EdgeAccuracy) -> str:
    by_name = {form.name: form for form in of.forms}
    last = GENERATED if GENERATED in by_name else LITERT
    before, after = by_name[FLOAT].posture.accuracy, by_name[last].posture.accuracy
    angle = by_name.get(ATAN2)
    beside = f"; the angle alone has {100 * angle.posture.accuracy:.1f} %" if angle else ""
    return (
        f"{facts.name}: {facts.task} {100 * before:.1f} % in float, {100 * after:.1f} % in "
        f"{last} ({100 * (after - before):+.2f} points){beside} ({_tried(facts, of)})."
    )


def _all(found: Sequence[tuple[Facts, EdgeAccuracy]]) -> Table:
    rows = [
        Row(
            (facts.name, facts.data, facts.split, form.name),
            (
                _percent(form.posture.accuracy, of.windows, HELD_OUT),
                _f1(form.posture),
                _percent(form.placement.accuracy, of.windows, HELD_OUT) if form.placement else None,
                _f1(form.placement),
            ),
        )
        for facts, of in found
        for form in of.forms
    ]
    windows = ", ".join(f"{facts.name} {of.windows:,} (seed {facts.seed})" for facts, of in found)
    return Table(
        "From float to generated C",
        f"Held-out windows: {windows}. Split `subject` holds people out; `random-window` does not, "
        "and flatters. atan2 is the posture whose angle is nearest to the median's.",
        ("bundle", "data", "split", "form"),
        (task := _task(found), f"{task}, macro F1", "placement", "placement, macro F1"),
        tuple(rows),
    )


def _task(found: Sequence[tuple[Facts, EdgeAccuracy | Robustness]]) -> str:
    return " or ".join(dict.fromkeys(facts.task for facts, _ in found))


def _tried(facts: Facts, of: EdgeAccuracy | Robustness) -> str:
    """Of the held-out windows those that were tried here: not all of them where it is quick."""
    return f"{facts.drawn}, {of.windows:,} of {facts.test_windows:,} windows"


def _f1(head: Head | None) -> Cell:
    if head is None:
        return None
    return Figure(100 * head.macro_f1, "%", Kind.MEASURED, "mean over classes")


def _classes(facts: Facts, of: EdgeAccuracy) -> Table:
    tasks = (
        (facts.task, of.postures, of.posture_windows),
        ("placement", of.placements, of.placement_windows),
    )
    rows = [
        Row(
            (task, name, f"{count:,}"),
            tuple(_sensitivity(form, task, place, count) for form in of.forms),
        )
        for task, names, counts in tasks
        for place, (name, count) in enumerate(zip(names, counts, strict=True))
        if count
    ]
    return Table(
        f"{facts.name}: class by class",
        f"Sensitivity: of a class's windows, those called so. {_tried(facts, of)}.",
        ("task", "class", "windows"),
        tuple(form.name for form in of.forms),
        tuple(rows),
    )


def _sensitivity(form: Form, task: str, place: int, count: int) -> Cell:
    head = form.placement if task == "placement" else form.posture
    return _percent(head.sensitivity[place], count, HELD_OUT) if head else None


def _levels(place: int, found: Sequence[tuple[Facts, Robustness]]) -> Table:
    one = DISTURBANCES[place]
    windows = "; ".join(f"{facts.name}, {_tried(facts, of)}" for facts, of in found)
    rows = [
        Row(
            (facts.name, who),
            tuple(_percent(share, of.windows, DISTURBED) for share in shares),
        )
        for facts, of in found
        for who, shares in (("net", of.curves[place].net), ("atan2", of.curves[place].angle))
        if shares
    ]
    return Table(
        f"{_task(found).capitalize()}, {one.name}",
        f"{one.note[0].upper()}{one.note[1:]}. The same held-out windows at every level: "
        f"{windows}.",
        ("bundle", "by"),
        tuple(f"{level:g} {one.unit}" for level in one.levels),
        tuple(rows),
    )


def _chart(place: int, found: Sequence[tuple[Facts, Robustness]]) -> Chart:
    one = DISTURBANCES[place]
    lines = []
    angled: set[tuple[float, ...]] = set()
    for facts, of in found:
        curve = of.curves[place]
        lines.append(_line(facts.name, curve.levels, curve.net, of.windows))
        if curve.angle and curve.angle not in angled:  # nets of one data set share their windows
            angled.add(curve.angle)
            name = f"atan2 ({facts.data})"
            lines.append(_line(name, curve.levels, curve.angle, of.windows, dashed=True))
    return Chart(
        f"robustness-{one.name.replace(' ', '-')}",
        f"{_task(found).capitalize()}, {one.name}",
        f"{one.name}, {one.unit}",
        f"{_task(found)} accuracy, %",
        tuple(lines),
        f"Measured: {one.note}. Bands: 95 % of Wilson's interval.",
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
