"""Tables of figures as text: units in the headings, and numbers that lead to the sources."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..figure import Figure, format_value
from ..section import Cell, FigureTable

NO_FIGURE = "-"


@dataclass(frozen=True)
class Entry:
    """Text, and the numbers of its sources; none where the heading names the source."""

    text: str
    sources: tuple[int, ...] = ()


@dataclass(frozen=True)
class PrintedTable:
    title: str
    note: str
    words: int  # columns, from the left, that name the row
    heads: tuple[Entry, ...]
    rows: tuple[tuple[Entry, ...], ...]
    sources: tuple[str, ...]  # number 1 first; each begins with its kind


def print_table(table: FigureTable) -> PrintedTable:
    """Format the table. A unit or source that all of a column shares stands in its heading."""
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
    """Return heading and entries; sources that are not yet in `sources` are appended."""
    figures = [cell for cell in cells if cell is not None]
    units = {figure.unit for figure in figures}
    shared = {_source(figure) for figure in figures}
    unit = units.pop() if len(units) == 1 else None
    if unit:
        head = f"{head}, {unit}"
    in_head = tuple(_number(source, sources) for source in shared) if len(shared) == 1 else ()
    entries = []
    for cell in cells:
        if cell is None:
            entries.append(Entry(NO_FIGURE))
            continue
        numbers = () if in_head else (_number(_source(cell), sources),)
        entries.append(Entry(str(cell) if unit is None else _without_unit(cell), numbers))
    return Entry(head, in_head), entries


def _without_unit(figure: Figure) -> str:
    value = format_value(figure.value, figure.unit)
    if figure.low is None or figure.high is None:
        return value
    low, high = format_value(figure.low, figure.unit), format_value(figure.high, figure.unit)
    return value if low == value == high else f"{value} ({low} to {high})"


def _source(figure: Figure) -> str:
    return f"{figure.kind}: {figure.source}"


def _number(source: str, sources: list[str]) -> int:
    if source not in sources:
        sources.append(source)
    return sources.index(source) + 1
