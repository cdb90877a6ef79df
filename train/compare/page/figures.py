"""Draw a comparison's pictures as the paper's: how methods learn, how nets and constants compare.

Each function takes the results of one data set and writes what they can fill; it returns the
pictures it wrote, in order. Lines are means over folds and seeds; bands, where there are few
lines, one standard deviation.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from statistics import fmean

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from edgekit.metrics import measure
from edgekit.pages.palette import BLUE, GREEN, GREY, INK, MARKERS, OCHRE, ORANGE, PURPLE
from edgekit.spec import TASKS

from ...figures import draw_confusion
from ...methods import METHODS, SmoothDistill
from ..results import (
    CONSTANTS,
    STUDENT,
    TEACHER,
    answers,
    compared_nets,
    judged_tasks,
    methods_study,
    shares_study,
    sweep_study,
)
from .drawing import (
    Line,
    caption,
    draw_lines,
    draw_point,
    looks,
    save,
)
from .studies import CONSTANT_NAMES, SHARE_FIGURES
from .tables import METHOD_NAMES, SPLIT_NAMES, cells_text, on_net, splits_of, values_by, whose

COLOURS = {
    "singletask": GREY,
    "multitask": GREEN,
    "sd-dropout": OCHRE,
    "born-again": PURPLE,
    STUDENT: BLUE,
    TEACHER: ORANGE,
}
COLOURS |= {method: INK for method in METHODS if method not in COLOURS}  # one without its own


def draw_curves(results: pl.DataFrame, folder: Path) -> list[Path]:
    """Draw validation accuracy against the epoch, by net and split (the paper's figure 8)."""
    rows = _side_by_side(results).filter(measure="validation_accuracy")
    drawn = []
    tasks = judged_tasks(results)
    for (net, split), part in _by_net_and_split(rows):
        figure = Figure(figsize=(6.5 * len(tasks), 4.4), layout="constrained")
        panels = figure.subplots(1, len(tasks), squeeze=False)[0]
        for axes, task in zip(panels, tasks, strict=True):
            of_task = part.filter(task=task).with_columns(pl.col("epoch") + 1)
            lines = [
                Line(METHOD_NAMES[who], COLOURS[who], of_task.filter(who=who))
                for who in whose(of_task)
            ]
            draw_lines(axes, lines, "epoch")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            caption(axes, f"{task}: validation accuracy, %", "epoch")
        title = f"{net}, {SPLIT_NAMES[split]}, {cells_text(part)} a method"
        drawn.append(save(figure, title, folder / f"curves-{net}-{split}.svg"))
    return drawn


def draw_confusions(results: pl.DataFrame, folder: Path) -> list[Path]:
    """Draw the confusion of Smooth-Distill's teacher, all cells together (the paper's figure 3)."""
    rows = _side_by_side(results).filter(who=TEACHER)
    drawn = []
    for (net, split), part in _by_net_and_split(rows):
        for task in TASKS:
            classes = part.filter(task=task, measure="class_windows")["name"]
            names = tuple(classes.unique(maintain_order=True))
            counts = part.filter(task=task, measure="confusion")
            if counts.is_empty():
                continue
            truth, answer = (
                np.repeat([names.index(name) for name in counts[which]], counts["value"].cast(int))
                for which in ("name", "answer")
            )
            path = folder / f"confusion-{net}-{split}-{task}.svg"
            title = f"{net}, {SPLIT_NAMES[split]}: {task}\n{cells_text(part)} together, %"
            draw_confusion(measure(truth, answer, names), title, path)
            drawn.append(path)
    return drawn


def draw_shares(results: pl.DataFrame, folder: Path) -> list[Path]:
    """Draw nets against the share of the training windows, a picture a split (figures 5 to 7)."""
    rows = answers(shares_study(results)).filter(who=TEACHER)
    rows = rows.with_columns(percent=100 * pl.col("train_share"))
    nets = rows["net"].unique(maintain_order=True).to_list()
    if rows["percent"].n_unique() < 2:
        return []
    drawn = []
    for split in splits_of(rows):
        figure = Figure(figsize=(16, 4.8), layout="constrained")
        for axes, (key, title) in zip(figure.subplots(1, 3), SHARE_FIGURES.items(), strict=True):
            part = rows.filter(split=split, task=key[0], measure=key[1])
            lines = [
                Line(net, colour, part.filter(net=net), marker)
                for net, (colour, marker) in zip(nets, looks(len(nets)), strict=True)
            ]
            draw_lines(axes, lines, "percent")
            caption(axes, f"{title}, %", "share of the training windows, %")
        title = f"{METHOD_NAMES[TEACHER]}, {SPLIT_NAMES[split]}"
        drawn.append(save(figure, title, folder / f"shares-{split}.svg"))
    return drawn


def draw_sweeps(results: pl.DataFrame, folder: Path) -> list[Path]:
    """Draw accuracy of teacher and student against each constant, a picture a net and split."""
    studies = {
        constant: answers(sweep_study(results, constant)).filter(measure="accuracy")
        for constant in CONSTANTS
    }
    studies = {constant: rows for constant, rows in studies.items() if not rows.is_empty()}
    if not studies:
        return []
    drawn = []
    tasks = judged_tasks(results)
    for (net, split), _ in _by_net_and_split(pl.concat(studies.values())):
        figure = Figure(figsize=(4.6 * len(studies), 3 * len(tasks)), layout="constrained")
        grid = figure.subplots(len(tasks), len(studies), squeeze=False)
        for column, (constant, study) in enumerate(studies.items()):
            for row, task in enumerate(tasks):
                part = study.filter(net=net, split=split, task=task)
                _draw_sweep(grid[row][column], part, constant)
                caption(grid[row][column], f"{task}: accuracy, %", CONSTANT_NAMES[constant])
        title = f"Smooth-Distill's constants on {net}, {SPLIT_NAMES[split]}"
        drawn.append(save(figure, title, folder / f"sweeps-{net}-{split}.svg"))
    return drawn


def draw_costs(results: pl.DataFrame, folder: Path) -> list[Path]:
    """Draw posture's accuracy against CPU seconds, a picture a net with a panel a split."""
    rows = answers(methods_study(results))
    drawn = []
    for net in compared_nets(results):
        part = on_net(rows, net)
        splits = splits_of(rows.filter(net=net))
        figure = Figure(figsize=(6.4 * len(splits), 4.6), layout="constrained")
        panels = figure.subplots(1, len(splits), squeeze=False)[0]
        for axes, split in zip(panels, splits, strict=True):
            _draw_cost(axes, part.filter(split=split))
            caption(axes, f"{SPLIT_NAMES[split]}: posture, accuracy, %", "CPU s of all trainings")
        panels[-1].legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.02, 0.5))
        title = f"{net}: accuracy and its cost, mean and standard deviation"
        drawn.append(save(figure, title, folder / f"cost-{net}.svg"))
    return drawn


def _side_by_side(results: pl.DataFrame) -> pl.DataFrame:
    """Select the methods' answers on the nets where several methods were trained."""
    nets = compared_nets(results)
    return answers(methods_study(results)).filter(pl.col("net").is_in(nets))


def _by_net_and_split(rows: pl.DataFrame) -> Iterator[tuple[tuple[str, str], pl.DataFrame]]:
    """Yield the parts that hold rows, nets as they come, people held out before random windows."""
    for net in rows["net"].unique(maintain_order=True):
        for split in splits_of(rows.filter(net=net)):
            yield (net, split), rows.filter(net=net, split=split)


def _draw_sweep(axes: Axes, rows: pl.DataFrame, constant: str) -> None:
    """Space values evenly, because they differ by factors; mark the default one."""
    values = sorted(rows[constant].unique().to_list())
    places = rows.with_columns(place=pl.col(constant).replace_strict(values, range(len(values))))
    default = getattr(SmoothDistill(), constant)
    if default in values:
        axes.axvline(values.index(default), color=INK, alpha=0.12, linewidth=9)
    lines = [
        Line(weights, colour, places.filter(weights=weights), "o")
        for weights, colour in (("teacher", ORANGE), ("student", BLUE))
    ]
    draw_lines(axes, lines, "place")
    axes.set_xticks(range(len(values)), [f"{value:g}" for value in values])


def _draw_cost(axes: Axes, rows: pl.DataFrame) -> None:
    """Draw a point a method; a baseline is a line across, because its cost is of another kind."""
    accuracy = rows.filter(task="posture", measure="accuracy")
    seconds = values_by(rows.filter(task="", measure="cpu_s"), "method")
    label_at = count(0.01, 0.25)  # side by side: two lines may lie on one another
    for who in whose(accuracy):
        part = accuracy.filter(who=who)
        percent = (100 * part["value"]).to_list()
        if who in COLOURS:
            cpu_s = seconds.get((part["method"][0],), [])
            marker = MARKERS[list(COLOURS).index(who)]
            draw_point(axes, cpu_s, percent, METHOD_NAMES[who], COLOURS[who], marker)
        else:
            axes.axhline(fmean(percent), color=INK, alpha=0.5, linewidth=1, linestyle=(0, (4, 3)))
            axes.annotate(
                f"{who}, no net",
                (next(label_at), fmean(percent)),
                xycoords=axes.get_yaxis_transform(),
                va="bottom",
                fontsize=8,
                color=INK,
            )
    axes.set_xlim(left=0)
