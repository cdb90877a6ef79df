"""Draw what an adaptation changed: each class before and after, own minutes and old people."""

from collections.abc import Mapping
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from edgekit.adaptation import Change
from edgekit.pages.palette import BLUE, GREY, INK, ORANGE, PAPER
from edgekit.pages.picture import draw_frame, save_svg


def draw_adaptation(
    names: tuple[str, ...],
    own: Mapping[int, Change],
    old: Mapping[int, Change],
    title: str,
    path: Path,
) -> None:
    """Draw a line for each class, by its index into `names`: from before to after."""
    figure = Figure(figsize=(10, 1.9 + 0.3 * len(names)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    _draw_part(left, own, "own minutes (those that did not train)", BLUE)
    _draw_part(right, old, "old people (the run's test windows)", ORANGE)
    left.set_yticks(range(len(names)), names)
    left.set_ylim(len(names) - 0.5, -0.5)
    figure.legend(
        handles=[
            Line2D([], [], marker="o", linestyle="", color=PAPER, markeredgecolor=GREY),
            Line2D([], [], marker="o", linestyle="", color=BLUE),
            Line2D([], [], marker="o", linestyle="", color=ORANGE),
        ],
        labels=["before", "after, own", "after, old"],
        loc="outside lower center",
        ncols=3,
        frameon=False,
        fontsize=8,
    )
    figure.suptitle(title, fontsize=11, color=INK, x=0.01, ha="left", fontweight="bold")
    save_svg(figure, path, f"What the adaptation changed, class by class: {title}")


def _draw_part(axes: Axes, changes: Mapping[int, Change], title: str, colour: str) -> None:
    draw_frame(axes)
    for row, change in changes.items():
        before, after = 100 * change.before, 100 * change.after
        axes.plot([before, after], [row, row], color=colour, linewidth=2, zorder=2)
        axes.plot(before, row, "o", color=PAPER, markeredgecolor=GREY, zorder=3)
        axes.plot(after, row, "o", color=colour, zorder=4)
    axes.set_xlim(-3, 103)
    axes.set_xlabel("right, % of the class's windows")
    axes.set_title(title, fontsize=9)
