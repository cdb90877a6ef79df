"""Table how well the methods answer: over all, by class, by person, by placement.

Each takes the results of one data set and returns a table for each net that methods stand on. A
figure that is missing so far is a dash; a table without figures is left out.
"""

from collections.abc import Callable, Iterable

import numpy as np
import polars as pl

from ...paper import WISDM_ACCURACY
from ..results import TEACHER, answers, compared_nets, judged_tasks, methods_study
from .tables import (
    METHOD_NAMES,
    NOTHING,
    SPLIT_NAMES,
    SPREAD,
    Column,
    Table,
    cells_text,
    mean,
    name_of,
    on_net,
    splits_of,
    spread,
    values_by,
    whose,
)

OVER_ALL = {"accuracy": "accuracy", "macro_f1": "macro F1", "balanced_accuracy": "balanced"}
BY_CLASS = {
    "class_windows": "windows",
    "class_accuracy": "accuracy",
    "sensitivity": "sensitivity",
    "ppv": "PPV",
    "npv": "NPV",
}
NO_NET = "no net"  # the heading of baselines that were compared alone
POINTS = ("people", "lowest", "lower quartile", "median", "upper quartile", "highest")


def methods_tables(results: pl.DataFrame) -> list[Table]:
    """Table every method on a net, by task: both splits side by side, the baselines below."""
    rows = answers(methods_study(results)).filter(pl.col("measure").is_in(list(OVER_ALL)))
    splits = splits_of(rows)
    columns = (Column("method"), *_columns(splits, (*OVER_ALL.values(), "n")))
    tasks = judged_tasks(results)
    tables = []
    for net in compared_nets(results) or [NO_NET]:
        for task in tasks:
            part = on_net(rows, net).filter(task=task)
            values = values_by(part, "who", "split", "measure")
            lines = []
            for who in whose(part):
                line = [name_of(who)]
                for split in splits:
                    of_split = [values.get((who, split, measure), []) for measure in OVER_ALL]
                    line += [*map(spread, of_split), str(len(of_split[0]))]
                lines.append(tuple(line))
            if "wisdm" in results["dataset"]:
                lines.append(_papers(task, splits))
            note = f"{SPREAD}; n is the number of cells."
            tables.append(Table(f"{net}: {task}", note, columns, tuple(lines)))
    return tables


def class_tables(results: pl.DataFrame) -> list[Table]:
    """Table Smooth-Distill's teacher on a net, class by class."""
    rows = answers(methods_study(results)).filter(
        pl.col("measure").is_in(list(BY_CLASS)), who=TEACHER
    )
    splits = splits_of(rows)
    columns = (Column("class"), *_columns(splits, BY_CLASS.values()))

    def table(net: str) -> Table:
        part = rows.filter(net=net)
        values = values_by(part, "task", "name", "split", "measure")
        lines = []
        for task, name in dict.fromkeys(key[:2] for key in values):
            line = [f"{task}: {name}"]
            for split in splits:
                for measure in BY_CLASS:
                    scale, digits = (1, 0) if measure == "class_windows" else (100, 1)
                    line.append(mean(values.get((task, name, split, measure)), scale, digits))
            lines.append(tuple(line))
        note = (
            "Each class against all others; per cent, measured, mean over "
            f"{cells_text(part)}. Windows: those of the class that judge a cell."
        )
        title = f"{net}: {METHOD_NAMES[TEACHER]}, class by class"
        return Table(title, note, columns, tuple(lines))

    return _filled(table, results)


def subject_tables(results: pl.DataFrame) -> list[Table]:
    """Table how accuracy spreads over the people who were held out, on a net."""
    rows = answers(methods_study(results)).filter(measure="subject_accuracy", split="subject")
    tasks = judged_tasks(results)
    columns = (Column("method"), *(Column(point, task) for task in tasks for point in POINTS))

    def table(net: str) -> Table:
        part = on_net(rows, net)
        people = part.group_by("who", "task", "name", maintain_order=True).agg(
            pl.col("value").mean()
        )
        values = values_by(people, "who", "task")
        lines = [
            (name_of(who), *(p for task in tasks for p in _points(values.get((who, task), []))))
            for who in whose(part)
        ]
        title = f"{net}: from person to person ({SPLIT_NAMES['subject']})"
        note = (
            "Accuracy of each person's windows, per cent, measured; whoever was held out with "
            f"several seeds counts once, with the mean. Over {cells_text(part)} a method."
        )
        return Table(title, note, columns, tuple(lines))

    return _filled(table, results)


def placement_tables(results: pl.DataFrame) -> list[Table]:
    """Table posture's accuracy by where the sensor is worn, on a net; none for a single place."""
    rows = answers(methods_study(results)).filter(measure="placement_accuracy")
    places = rows["name"].unique(maintain_order=True).to_list()
    if len(places) < 2:
        return []
    splits = splits_of(rows)
    columns = (Column("method"), *_columns(splits, places))

    def table(net: str) -> Table:
        part = on_net(rows, net)
        values = values_by(part, "who", "split", "name")
        lines = [
            (name_of(who), *(spread(values.get((who, s, p))) for s in splits for p in places))
            for who in whose(part)
        ]
        title = f"{net}: posture, by where the sensor is worn"
        note = f"Accuracy. {SPREAD}; {cells_text(part)}."
        return Table(title, note, columns, tuple(lines))

    return _filled(table, results)


def _filled(table: Callable[[str], Table], results: pl.DataFrame) -> list[Table]:
    """Return the table of each net that methods stand on, where it has rows."""
    return [filled for net in compared_nets(results) if (filled := table(net)).rows]


def _columns(splits: list[str], names: Iterable[str]) -> tuple[Column, ...]:
    names = tuple(names)
    return tuple(Column(name, SPLIT_NAMES[split]) for split in splits for name in names)


def _papers(task: str, splits: list[str]) -> tuple[str, ...]:
    """Return the paper's line: its student, on random windows alone."""
    line = ["the paper (student, 300 epochs)"]
    for split in splits:
        accuracy = f"{100 * WISDM_ACCURACY[task]:.1f}" if split == "random-window" else NOTHING
        line += [accuracy, *[NOTHING] * len(OVER_ALL)]
    return tuple(line)


def _points(values: list[float]) -> tuple[str, ...]:
    """Return POINTS of a distribution, in per cent."""
    if not values:
        return (NOTHING,) * len(POINTS)
    quarters = np.percentile(values, (0, 25, 50, 75, 100))
    return str(len(values)), *(f"{100 * value:.1f}" for value in quarters)
