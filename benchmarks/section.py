"""A section of the benchmarks' page: sentences, tables of figures and charts; no markup."""

from dataclasses import dataclass
from typing import Literal

from .figure import Figure

Cell = Figure | None  # None: there is no such figure, and the table's note says why


@dataclass(frozen=True)
class Row:
    words: tuple[str, ...]  # what the row is of
    figures: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    title: str
    note: str  # what was done, over how much of what: windows, split, seed, data
    words: tuple[str, ...]  # headings over the rows' words
    columns: tuple[str, ...]  # headings over the figures, without units
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Series:
    """A line or a cloud of points; `low` and `high` bound each y where that is known."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    names: tuple[str, ...] = ()  # of each point, written beside it
    dashed: bool = False  # a baseline


@dataclass(frozen=True)
class Chart:
    name: str  # of its file
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
    sentences: tuple[str, ...] = ()  # what a reader should take away, each with its figure
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
