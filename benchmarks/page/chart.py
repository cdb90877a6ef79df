"""Draw a chart: lines, bars from zero, or dots on rows, with their uncertainty.

Pictures are as narrow as a phone, so that letters are never scaled below what can be read.
"""

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from edgekit.pages.palette import GREY, INK, MARKERS, RULE, SERIES
from edgekit.pages.picture import draw_frame, svg

from ..figure import format_value
from ..section import Chart, Series

WIDTH_IN, LINES_IN = 4.6, 3.1
ROW_IN, MARK_IN = 0.16, 0.15  # a row's own height, and that of each mark in it
NAME_LINE_IN = 0.15  # of a row's name
LABELLED = 3  # series whose values are written beside their bars


def markup(chart: Chart) -> str:
    """Return the chart's picture as SVG within a page."""
    series, rows = chart.series, row_names(chart)
    legend_in = 0.19 * ((len(series) + 1) // 2) if len(series) > 1 else 0.0
    height = LINES_IN if chart.mark == "lines" else len(rows) * _row_in(rows, len(series)) + 0.75
    figure = Figure(figsize=(WIDTH_IN, height + legend_in), layout="constrained")
    axes = figure.subplots()
    draw_frame(axes)
    if chart.mark == "lines":
        for place, each in enumerate(series):
            _draw_line(axes, each, place)
    else:
        _draw_rows(axes, chart, rows)
    if chart.log_x:
        axes.set_xscale("log")
        _mark_powers_of_ten(axes.xaxis)
    if chart.log_y:
        axes.set_yscale("log")
        _mark_powers_of_ten(axes.yaxis)
    for axis, limits in (("x", chart.x_limits), ("y", chart.y_limits)):
        if limits:
            getattr(axes, f"set_{axis}lim")(*limits)
    axes.set_xlabel(chart.x)
    axes.set_ylabel(chart.y)
    figure.suptitle(chart.title, fontsize=10, color=INK, x=0.01, ha="left", fontweight="bold")
    if len(series) > 1:
        figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=8.5)
    return svg(figure, chart.title)


def _mark_powers_of_ten(axis: Axis) -> None:
    """Write a plain number at powers of ten, and nothing between them."""
    axis.set_major_locator(LogLocator(10, numticks=6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: _short_number(value)))
    axis.set_minor_formatter(NullFormatter())


def _short_number(value: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g} {letter}"
    return f"{value:g}"


def row_names(chart: Chart) -> list[str]:
    """Return the names of all series' rows, each once, as they come."""
    return list(dict.fromkeys(name for series in chart.series for name in series.names))


def _row_in(rows: list[str], series: int) -> float:
    """Return the height of each row: of its marks, or of the name with the most lines."""
    lines = max((_in_lines(name).count("\n") + 1 for name in rows), default=1)
    return max(ROW_IN + MARK_IN * series, NAME_LINE_IN * lines)


def _in_lines(name: str) -> str:
    return name.replace(", ", ",\n")


def _draw_line(axes: Axes, series: Series, place: int) -> None:
    colour = _colour(series, place)
    axes.plot(
        series.x,
        series.y,
        "--" if series.dashed else "-",
        color=colour,
        marker=MARKERS[place % len(SERIES)] if len(series.x) <= 20 else "",
        markersize=3.5,
        linewidth=1.6,
        label=series.name,
    )
    if series.low:
        axes.fill_between(series.x, series.low, series.high, color=colour, alpha=0.13, linewidth=0)


def _draw_rows(axes: Axes, chart: Chart, rows: list[str]) -> None:
    """Draw each series' marks, one below the other within a row, the first row on top."""
    count = len(chart.series)
    share = MARK_IN / _row_in(rows, count)  # of a row, that a mark has
    for place, series in enumerate(chart.series):
        at = [rows.index(name) + share * (place - (count - 1) / 2) for name in series.names]
        colour = _colour(series, place)
        if chart.mark == "bars":
            axes.barh(at, series.y, color=colour, height=0.86 * share, label=series.name)
        else:
            marker = MARKERS[place % len(MARKERS)]
            axes.plot(series.y, at, marker, color=colour, markersize=5, label=series.name)
        if series.low:
            axes.hlines(at, series.low, series.high, color=INK if _bars(chart) else colour, lw=1)
        if count <= LABELLED:
            ends = series.high or series.y
            for y, value, end in zip(at, series.y, ends, strict=True):
                axes.annotate(
                    format_value(value, chart.unit),
                    (max(end, value), y),
                    (4, 0),
                    textcoords="offset points",
                    va="center",
                    fontsize=8,
                    color=INK,
                )
    axes.grid(visible=False, axis="y")
    if not _bars(chart):
        for row in range(len(rows)):
            axes.axhline(row + 0.5, color=RULE, linewidth=0.7)
    axes.set_yticks(range(len(rows)), [_in_lines(name) for name in rows])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.margins(x=0.16 if count <= LABELLED else 0.05)
    if _bars(chart):
        axes.set_xlim(left=0)


def _bars(chart: Chart) -> bool:
    return chart.mark == "bars"


def _colour(series: Series, place: int) -> str:
    return GREY if series.dashed else SERIES[place % len(SERIES)]
