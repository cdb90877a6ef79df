"""Draw a chart: lines, points or bars, each named where it is, with its uncertainty."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from edgekit.pages.palette import GREY, INK, MARKERS, SERIES
from edgekit.pages.picture import draw_frame, to_png

from ..section import Chart, Series

DPI = 130


def png(chart: Chart) -> bytes:
    """Return the chart's picture."""
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
    draw_frame(axes)
    if chart.mark != "bars" and len(chart.series) > 1:
        figure.legend(loc="outside right upper", frameon=False, fontsize=8.5)
    return to_png(figure, DPI)


def _draw(axes: Axes, series: Series, mark: str, place: int) -> None:
    colour = _colour(series, place)
    marker = MARKERS[place % len(SERIES)]
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
            _error_bars(series),
            fmt=marker,
            color=colour,
            elinewidth=1,
            markersize=7,
            label=series.name,
        )
    for x, y, name in zip(series.x, series.y, series.names, strict=False):
        axes.annotate(name, (x, y), (6, 4), textcoords="offset points", fontsize=8.5, color=colour)


def _colour(series: Series, place: int) -> str:
    return GREY if series.dashed else SERIES[place % len(SERIES)]


def _bars(axes: Axes, chart: Chart) -> None:
    """Draw horizontal bars, the first on top, those of a series together; names at the left."""
    names, at = [], 0
    for place, series in enumerate(chart.series):
        colour = _colour(series, place)
        rows = range(at, at + len(series.y))
        axes.barh(
            list(rows), series.y, xerr=_error_bars(series), color=colour, ecolor=INK, height=0.7
        )
        names += [f"{series.name} {name}".strip() for name in series.names or ("",) * len(rows)]
        at += len(series.y)
    axes.set_yticks(range(at), names, fontsize=9)
    axes.set_ylim(at - 0.3, -0.7)


def _error_bars(series: Series) -> list[list[float]] | None:
    """Return how far the uncertainty of each point goes below and above it."""
    if not series.low:
        return None
    below = [y - low for y, low in zip(series.y, series.low, strict=True)]
    above = [high - y for y, high in zip(series.y, series.high, strict=True)]
    return [below, above]
