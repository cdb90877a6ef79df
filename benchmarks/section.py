"""A section of the benchmarks' pages: a question, what answers it, and the details behind that.

Sentences, tables of figures and charts, without markup.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .figure import Figure, Spread

BASELINE = "atan2"  # posture by the angle of gravity alone, without a network

Cell = Figure | None  # None where there is no such figure; the table's note says why


@dataclass(frozen=True)
class Row:
    words: tuple[str, ...]  # that name the row
    figures: tuple[Cell, ...]


@dataclass(frozen=True)
class FigureTable:
    title: str
    note: str  # how it was measured: windows, split, seed, data
    words: tuple[str, ...]  # headings over the rows' words
    columns: tuple[str, ...]  # headings over the figures, without units
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Series:
    """A line, or marks on rows; `low` and `high` bound each y where that is known."""

    name: str
    x: tuple[float, ...]  # empty of marks on rows
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    names: tuple[str, ...] = ()  # of the rows
    dashed: bool = False  # a baseline


@dataclass(frozen=True)
class Chart:
    name: str  # of its file, without suffix
    title: str
    x: str  # with its unit
    y: str
    series: tuple[Series, ...]
    note: str = ""
    mark: Literal["lines", "bars", "dots"] = "lines"  # bars start at zero, dots stand on rows
    unit: str = ""  # of the values beside bars and dots
    log_x: bool = False
    log_y: bool = False
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None


@dataclass(frozen=True)
class FigureSection:
    name: str  # of its page of details, without suffix
    title: str  # the question
    note: str  # how it was measured
    sentences: tuple[str, ...] = ()  # the answer, each with its figures
    charts: tuple[Chart, ...] = ()
    tables: tuple[FigureTable, ...] = ()  # all bundles side by side
    detail_tables: tuple[FigureTable, ...] = ()
    detail_charts: tuple[Chart, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.tables or self.detail_tables)


def rows_chart(
    name: str,
    title: str,
    x: str,
    marks: Mapping[str, Mapping[str, Figure | Spread | float]],
    note: str,
    *,
    mark: Literal["bars", "dots"] = "dots",
    unit: str = "",
    x_limits: tuple[float, float] | None = None,
) -> Chart:
    """Return a chart of rows: series -> row -> value, with its bounds.

    Dots stand on a logarithmic axis, bars on one that starts at zero.
    """
    series = []
    for series_name, values in marks.items():
        bounds = [_bounds(each) for each in values.values()]
        is_bounded = any(low < high for low, high in bounds)
        series.append(
            Series(
                series_name,
                (),
                tuple(_middle(each) for each in values.values()),
                tuple(low for low, _ in bounds) if is_bounded else (),
                tuple(high for _, high in bounds) if is_bounded else (),
                tuple(values),
                dashed=series_name == BASELINE,
            )
        )
    return Chart(
        name, title, x, "", tuple(series), note, mark, unit, log_x=mark == "dots", x_limits=x_limits
    )


def _middle(value: Figure | Spread | float) -> float:
    if isinstance(value, Spread):
        return value.median
    return value.value if isinstance(value, Figure) else float(value)


def _bounds(value: Figure | Spread | float) -> tuple[float, float]:
    if isinstance(value, float | int) or value.low is None or value.high is None:
        return _middle(value), _middle(value)
    return value.low, value.high
