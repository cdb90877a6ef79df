"""Draw the pictures of a run: its curves of learning, and its confusion matrices."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from edgekit.metrics import Metrics
from edgekit.pages.palette import BLUE, GREY, INK, ORANGE, PALE, PAPER
from edgekit.pages.picture import draw_frame, save_svg
from edgekit.spec import TASKS
from edgekit.text import short

from .loop import Epoch

STUDENT, TEACHER, TRAIN = BLUE, ORANGE, PALE
LETTERS_ABREAST = 10  # of a class below its column
PALEST, DARKEST = 0.04, 0.96  # a cell's opacity at 0 % and at 100 %


def draw_curves(history: list[Epoch], shipped: str, title: str, path: Path) -> None:
    """Draw the loss, and each task's accuracy of student and teacher, against the epoch.

    A line marks the epoch whose weights ship: the best on validation of `shipped`, student or
    teacher. Every axis starts at zero, and the accuracies share theirs.
    """
    epochs = [row.epoch + 1 for row in history]
    tasks = [task for task in TASKS if getattr(history[-1], f"train_{task}") is not None]
    figure = Figure(figsize=(3.7 * (1 + len(tasks)), 3.9), layout="constrained")
    loss, *of_tasks = figure.subplots(1, 1 + len(tasks))
    loss.plot(epochs, [row.loss for row in history], color=INK, linewidth=1.8)
    loss.set_title("training loss", loc="left")
    loss.set_ylim(bottom=0)
    for axes, task in zip(of_tasks, tasks, strict=True):
        for who, label, colour in (
            ("train", "student, training windows", TRAIN),
            ("student", "student, validation", STUDENT),
            ("teacher", "teacher, validation", TEACHER),
        ):
            values = [getattr(row, f"{who}_{task}") for row in history]
            if None not in values:
                axes.plot(epochs, [100 * v for v in values], color=colour, label=label, lw=1.8)
        axes.set_title(f"{task}: accuracy, %", loc="left")
        axes.set_ylim(0, 101)
    best = shipping_epoch(history, shipped)
    for axes in (loss, *of_tasks):
        draw_frame(axes)
        axes.margins(x=0.02)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("epoch")
        if best is not None:
            axes.axvline(best + 1, color=GREY, linewidth=1, linestyle=(0, (4, 3)))
    if best is not None:
        _name_epoch(loss, best + 1, epochs[-1], shipped)
    figure.legend(
        *of_tasks[-1].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=3,
        frameon=False,
        fontsize=9,
    )
    figure.suptitle(title, fontsize=11, color=INK, x=0.01, ha="left", fontweight="bold")
    save_svg(figure, path, f"Curves of learning: {title}")


def shipping_epoch(history: list[Epoch], shipped: str) -> int | None:
    """Return the epoch, from 0, that was best on validation; None where nothing was judged."""
    scores = []
    for row in history:
        known = [v for task in TASKS if (v := getattr(row, f"{shipped}_{task}")) is not None]
        scores.append(sum(known) / len(known) if known else -1.0)
    best = max(scores, default=-1.0)
    return None if best < 0 else scores.index(best)


def draw_confusion(metrics: Metrics, title: str, path: Path) -> None:
    """Draw a confusion matrix: rows the truth, columns the answers, in per cent of the truth."""
    counts = np.array(metrics.confusion, dtype=float)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [short(each.name) for each in metrics.classes]
    size = 2.4 + 0.4 * len(names)
    figure = Figure(figsize=(max(size + 0.8, 4.2), size), layout="constrained")
    axes = figure.subplots()
    for row, column in np.ndindex(share.shape):
        value = float(share[row, column])
        opacity = PALEST + (DARKEST - PALEST) * value
        axes.add_patch(
            Rectangle((column - 0.47, row - 0.47), 0.94, 0.94, color=BLUE, alpha=opacity, lw=0)
        )
        if value >= 0.005:
            colour = PAPER if value > 0.55 else INK
            text = f"{100 * value:.0f}"
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=8)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_aspect("equal")
    is_upright = len(names) > 4 or max(map(len, names)) > LETTERS_ABREAST
    axes.set_xticks(range(len(names)), names, rotation=90 if is_upright else 0, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_xlabel("answer")
    axes.set_ylabel("truth (rows sum to 100 %)")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0)
    first, _, rest = title.partition("\n")
    axes.set_title(rest, fontsize=8.5, loc="left")
    figure.suptitle(first, fontsize=10, color=INK, x=0.01, ha="left", fontweight="bold")
    save_svg(figure, path, f"Confusion matrix, {title}".replace("\n", ", "))


def _name_epoch(axes: Axes, epoch: int, last: int, shipped: str) -> None:
    """Write beside the line which epoch ships, on the side that has room."""
    left = epoch > last / 2
    axes.annotate(
        f"epoch {epoch} ships\n({shipped}, best on validation)",
        (epoch, 0.97),
        (-5 if left else 5, 0),
        xycoords=axes.get_xaxis_transform(),
        textcoords="offset points",
        ha="right" if left else "left",
        va="top",
        fontsize=8.5,
        color=INK,
    )
