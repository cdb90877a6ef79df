"""A table of figures as Markdown, its sources numbered below it."""

from edgekit.pages.markdown import table

from ..section import FigureTable
from .printed import Entry, print_table


def figure_table(figures: FigureTable, level: str = "###") -> str:
    """Return heading, note, table and sources; `level` is the heading's."""
    printed = print_table(figures)
    heads, *rows = ([_entry(entry) for entry in row] for row in (printed.heads, *printed.rows))
    sources = "\n".join(f"{number}. {text}" for number, text in enumerate(printed.sources, 1))
    parts = (f"{level} {printed.title}", printed.note, table(heads, rows, printed.words), sources)
    return "\n\n".join(part for part in parts if part)


def cell_text(text: str) -> str:
    """Return text as a cell may hold it."""
    return text.replace("|", "\\|")


def _entry(entry: Entry) -> str:
    numbers = ",".join(map(str, entry.sources))
    text = cell_text(entry.text)
    return f"{text} <sup>{numbers}</sup>" if numbers else text
