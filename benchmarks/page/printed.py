"""A table in words: units in the headings, and a number at each figure for where it is from."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..figure import Figure, said
from ..section import Cell, Table

NOTHING = "-"


@dataclass(frozen=True)
class Entry:
    """Text, and the numbers of the sources that it names; none where the heading names it."""

    text: str
    sources: tuple[int, ...] = ()


@dataclass(frozen=True)
class PrintedTable:
    title: str
    note: str
    words: int  # how many columns, from the left, name the row
    heads: tuple[Entry, ...]
    rows: tuple[tuple[Entry, ...], ...]
    sources: tuple[str, ...]  # number 1 first; each begins with its kind


def print_table(table: Table) -> PrintedTable:
    """A unit or a source that a whole column has in common stands in its heading, once."""
    sources: list[str] = []
    columns = [
        _column(head, [row.figures[place] for row in table.rows], sources)
        for place, head in enumerate(table.columns)
    ]
    heads = [*(Entry(word) for word in table.words), *(head for head, _ in columns)]
    rows = [
        (*(Entry(word) for word in row.words), *(cells[place] for _, cells in columns))
        for place, row in enumerate(table.rows)
    ]
    return PrintedTable(
        table.title, table.note, len(table.words), tuple(heads), tuple(rows), tuple(sources)
    )


def _column(head: str, cells: Sequence[Cell], sources: list[str]) -> tuple[Entry, list[Entry]]:
    figures = [cell for cell in cells if cell is not None]
    units = {figure.unit for figure in figures}
    shared = {_source(figure) for figure in figures}
    unit = units.pop() if len(units) == 1 else None
    if unit:
        head = f"{head}, {unit}"
    of_all = tuple(_number(source, sources) for source in shared) if len(shared) == 1 else ()
    return Entry(head, of_all), [
        _entry(cell, unit is not None, bool(of_all), sources) for cell in cells
    ]


def _entry(cell: Cell, unit_said: bool, source_said: bool, sources: list[str]) -> Entry:
    if cell is None:
        return Entry(NOTHING)
    number = () if source_said else (_number(_source(cell), sources),)
    return Entry(_value(cell) if unit_said else str(cell), number)


def _value(figure: Figure) -> str:
    """Without its unit."""
    value = said(figure.value, figure.unit)
    if figure.low is None or figure.high is None:
        return value
    low, high = said(figure.low, figure.unit), said(figure.high, figure.unit)
    return value if low == value == high else f"{value} ({low} to {high})"


def _source(figure: Figure) -> str:
    return f"{figure.kind}: {figure.source}"


def _number(source: str, sources: list[str]) -> int:
    if source not in sources:
        sources.append(source)
    return sources.index(source) + 1
