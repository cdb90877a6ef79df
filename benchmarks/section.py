"""A section of the benchmarks' page: sentences, tables of figures and charts, without markup."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .figure import Figure, Spread

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
    """A line, points or bars; `low` and `high` bound each y where that is known."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    names: tuple[str, ...] = ()  # of the points, written beside them
    dashed: bool = False  # a baseline


@dataclass(frozen=True)
class Chart:
    name: str  # of its file, without suffix
    title: str
    x: str  # with its unit
    y: str
    series: tuple[Series, ...]
    note: str = ""
    mark: Literal["lines", "points", "bars"] = "lines"
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True)
class FigureSection:
    title: str
    note: str
    sentences: tuple[str, ...] = ()  # the section's findings, each with its figure
    tables: tuple[FigureTable, ...] = ()
    charts: tuple[Chart, ...] = ()


def bar_chart(
    name: str, title: str, x: str, bars: Mapping[str, Mapping[str, Spread | float]], note: str
) -> Chart:
    """Return horizontal bars on a logarithmic axis: series -> bar -> length, with its bounds."""
    series = []
    for series_name, lengths in bars.items():
        spreads = [each for each in lengths.values() if isinstance(each, Spread)]
        series.append(
            Series(
                series_name,
                tuple(float(place) for place in range(len(lengths))),
                tuple(_median(each) for each in lengths.values()),
                tuple(each.low for each in spreads),
                tuple(each.high for each in spreads),
                tuple(lengths),
            )
        )
    return Chart(name, title, x, "", tuple(series), note, mark="bars", log_x=True)


def _median(length: Spread | float) -> float:
    return length.median if isinstance(length, Spread) else float(length)
