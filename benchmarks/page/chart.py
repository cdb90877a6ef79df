"""A chart drawn: lines, points or bars, each named where it is, with its uncertainty."""

from io import BytesIO
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from edgekit.files import whole_file

from ..section import Chart, Series

# Told apart by the colour-blind (after Okabe and Ito); whatever has a colour is named as well.
INK, GREY = "#22303c", "#6b7785"
PALETTE = (
    "#3b7dd8",
    "#e07b39",
    "#0a8a6a",
    "#b0508f",
    "#b08900",
    "#4aa8d8",
    "#8a3b12",
    "#d1495b",
)
MARKERS = "osD^vPX<"


def save_chart(chart: Chart, path: Path) -> None:
    with whole_file(path) as file:
        file.write(png(chart))


def png(chart: Chart) -> bytes:
    bars = sum(len(series.x) for series in chart.series) if chart.mark == "bars" else 0
    figure = Figure(figsize=(8.6, max(4.2, 0.9 + 0.3 * bars)), layout="constrained")
    axes = figure.subplots()
    if chart.mark == "bars":
        _bars(axes, chart)
    else:
        for place, series in enumerate(chart.series):
            _draw(axes, series, chart.mark, place)
    if chart.log_x:
        axes.set_xscale("log")
    if chart.log_y:
        axes.set_yscale("log")
    axes.set_title(chart.title, fontsize=11, color=INK, loc="left", fontweight="bold")
    axes.set_xlabel(chart.x, color=INK)
    axes.set_ylabel(chart.y, color=INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    if chart.mark != "bars" and len(chart.series) > 1:
        figure.legend(loc="outside right upper", frameon=False, fontsize=8.5)
    picture = BytesIO()
    figure.savefig(picture, dpi=130, format="png", metadata={"Software": None})
    return picture.getvalue()


def _draw(axes: Axes, series: Series, mark: str, place: int) -> None:
    colour = GREY if series.dashed else PALETTE[place % len(PALETTE)]
    marker = MARKERS[place % len(MARKERS)]
    if mark == "lines":
        style = "--" if series.dashed else "-"
        axes.plot(
            series.x,
            series.y,
            style,
            color=colour,
            marker=marker if len(series.x) <= 20 else "",
            markersize=4,
            linewidth=1.8,
            label=series.name,
        )
        if series.low:
            axes.fill_between(
                series.x, series.low, series.high, color=colour, alpha=0.13, linewidth=0
            )
    else:
        axes.errorbar(
            series.x,
            series.y,
            _around(series),
            fmt=marker,
            color=colour,
            elinewidth=1,
            markersize=7,
            label=series.name,
        )
    for x, y, name in zip(series.x, series.y, series.names, strict=False):
        axes.annotate(name, (x, y), (6, 4), textcoords="offset points", fontsize=8.5, color=colour)


def _bars(axes: Axes, chart: Chart) -> None:
    """Lying, the first on top; a series' bars stand together, each named at its left."""
    names, at = [], 0
    for place, series in enumerate(chart.series):
        colour = GREY if series.dashed else PALETTE[place % len(PALETTE)]
        rows = range(at, at + len(series.y))
        axes.barh(list(rows), series.y, xerr=_around(series), color=colour, ecolor=INK, height=0.7)
        names += [f"{series.name} {name}".strip() for name in series.names or ("",) * len(rows)]
        at += len(series.y)
    axes.set_yticks(range(at), names, fontsize=9)
    axes.set_ylim(at - 0.3, -0.7)


def _around(series: Series) -> list[list[float]] | None:
    """How far below and above each point its uncertainty goes."""
    if not series.low:
        return None
    below = [y - low for y, low in zip(series.y, series.low, strict=True)]
    above = [high - y for y, high in zip(series.y, series.high, strict=True)]
    return [below, above]
