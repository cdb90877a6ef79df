"""Draw the pictures of a run: its curves of learning, and its confusion matrices."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from edgekit.metrics import Metrics
from edgekit.pages.palette import BLUE, INK, ORANGE, PALE
from edgekit.pages.picture import draw_frame, save_png
from edgekit.spec import TASKS
from edgekit.text import short

from .loop import Epoch

STUDENT, TEACHER, TRAIN = BLUE, ORANGE, PALE
DPI = 120
LETTERS_ABREAST = 10  # of a class below its column


def draw_curves(history: list[Epoch], title: str, path: Path) -> None:
    """Draw the loss, and each task's accuracy of student and teacher, against the epoch."""
    epochs = [row.epoch + 1 for row in history]
    tasks = [task for task in TASKS if getattr(history[-1], f"train_{task}") is not None]
    figure = Figure(figsize=(4 * (1 + len(tasks)), 3.8), layout="constrained")
    loss, *of_tasks = figure.subplots(1, 1 + len(tasks))
    loss.plot(epochs, [row.loss for row in history], color=INK)
    loss.set_title("training loss")
    for axes, task in zip(of_tasks, tasks, strict=True):
        for who, label, colour in (
            ("train", "student, training windows", TRAIN),
            ("student", "student, validation", STUDENT),
            ("teacher", "teacher, validation", TEACHER),
        ):
            values = [getattr(row, f"{who}_{task}") for row in history]
            if None not in values:
                axes.plot(epochs, [100 * v for v in values], color=colour, label=label)
        axes.set_title(f"{task}: accuracy, %")
    of_tasks[-1].legend(frameon=False, fontsize=8)
    for axes in (loss, *of_tasks):
        draw_frame(axes)
        axes.margins(x=0.02)
        axes.set_xlabel("epoch")
    figure.suptitle(title, fontsize=10, color=INK)
    save_png(figure, path, DPI)


def draw_confusion(metrics: Metrics, title: str, path: Path) -> None:
    """Draw a confusion matrix: rows the truth, columns the answers, in per cent of the truth."""
    counts = np.array(metrics.confusion, dtype=float)
    share = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [short(each.name) for each in metrics.classes]
    size = 2.6 + 0.46 * len(names)
    figure = Figure(figsize=(size + 0.8, size), layout="constrained")
    axes = figure.subplots()
    axes.imshow(share, cmap="Blues", vmin=0, vmax=100)
    for row, column in np.ndindex(share.shape):
        if share[row, column] >= 0.5:
            colour = "white" if share[row, column] > 55 else INK
            text = f"{share[row, column]:.0f}"
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=8)
    is_upright = len(names) > 4 or max(map(len, names)) > LETTERS_ABREAST
    axes.set_xticks(range(len(names)), names, rotation=90 if is_upright else 0, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_xlabel("answer")
    axes.set_ylabel("truth (rows sum to 100 %)")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0)
    axes.set_title(title, fontsize=9, color=INK)
    save_png(figure, path, DPI)
