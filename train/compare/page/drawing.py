"""Draw the parts of a comparison's pictures: named lines, points with their spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from edgekit.pages.palette import INK, MARKERS, NETS
from edgekit.pages.picture import draw_frame, save_svg


def looks(count: int) -> list[tuple[str, str]]:
    """Return `count` pairs of a colour and a marker; up to 100 differ."""
    return [
        (NETS[k % len(NETS)], MARKERS[(k + k // len(NETS)) % len(MARKERS)]) for k in range(count)
    ]


@dataclass(frozen=True)
class Line:
    """A name, how it is drawn, and its points: rows of a column for x, and `value` (0..1)."""

    name: str
    colour: str
    rows: pl.DataFrame
    marker: str = ""


def draw_lines(axes: Axes, lines: Sequence[Line], x: str) -> None:
    """Draw means at each x in per cent, with names at the ends.

    Up to three lines each have a band of one standard deviation; more would hide one another.
    """
    ends = []
    for line in lines:
        points = (
            line.rows.group_by(x)
            .agg(mean=100 * pl.col("value").mean(), sd=100 * pl.col("value").std().fill_null(0))
            .sort(x)
        )
        if points.is_empty():
            continue
        at, mean, sd = (points[column].to_numpy() for column in (x, "mean", "sd"))
        axes.plot(at, mean, color=line.colour, marker=line.marker, markersize=5, linewidth=1.8)
        if len(lines) <= 3:
            axes.fill_between(at, mean - sd, mean + sd, color=line.colour, alpha=0.12, linewidth=0)
        ends.append((float(at[-1]), float(mean[-1]), line.name, line.colour))
    _name_ends(axes, ends)


def draw_point(
    axes: Axes, x: Sequence[float], y: Sequence[float], name: str, colour: str, marker: str
) -> None:
    """Draw the mean of a cloud, with a standard deviation each way."""
    clouds = [pl.Series(values, dtype=pl.Float64) for values in (x, y)]
    (at_x, at_y), (sd_x, sd_y) = (
        [float(getattr(cloud, figure)() or 0) for cloud in clouds] for figure in ("mean", "std")
    )
    axes.errorbar(at_x, at_y, sd_y, sd_x, color=colour, elinewidth=1, alpha=0.5)
    axes.scatter([at_x], [at_y], s=60, color=colour, marker=marker, zorder=3, label=name)


def caption(axes: Axes, title: str, x: str) -> None:
    """Name a panel that is drawn; a y axis that does not start at zero says where it starts."""
    low = axes.get_ylim()[0]
    title = f"{title} (axis from {low:.0f})" if low > 0.5 else title
    axes.set_title(title, loc="left")
    axes.set_xlabel(x)
    draw_frame(axes)


def save(figure: Figure, title: str, path: Path) -> Path:
    figure.suptitle(title, fontsize=11, color=INK, x=0.01, ha="left", fontweight="bold")
    save_svg(figure, path, title)
    return path


def _name_ends(axes: Axes, ends: list[tuple[float, float, str, str]]) -> None:
    """Write each line's name beside its last point, pushed apart where they would touch."""
    low, high = axes.get_ylim()
    apart = 0.052 * (high - low)
    ends = sorted(ends, key=lambda end: end[1])
    heights: list[float] = []
    for _, y, _, _ in ends:
        heights.append(max(y, heights[-1] + apart) if heights else y)
    # Pushing goes upwards only; let the pile sink to where its lines are on average.
    sink = sum(h - e[1] for h, e in zip(heights, ends, strict=True)) / max(len(ends), 1)
    for (x, y, name, colour), height in zip(ends, heights, strict=True):
        axes.annotate(
            name,
            xy=(x, y),
            xytext=(1.03, height - sink),
            textcoords=axes.get_yaxis_transform(),
            va="center",
            color=colour,
            fontsize=9,
            arrowprops={
                "arrowstyle": "-",
                "relpos": (0, 0.5),  # to the name's left edge
                "color": colour,
                "linewidth": 0.6,
                "alpha": 0.6,
            },
        )
    axes.set_ylim(low, high)
