"""A section of the benchmarks' page: sentences, tables of figures and charts, without markup."""

from dataclasses import dataclass
from typing import Literal

from .figure import Figure

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
class Section:
    title: str
    note: str
    sentences: tuple[str, ...] = ()  # the section's findings, each with its figure
    tables: tuple[FigureTable, ...] = ()
    charts: tuple[Chart, ...] = ()
