"""Sections as Markdown, their pictures as files beside it."""

from collections.abc import Sequence
from pathlib import Path

from edgekit.files import whole_file, write_text
from edgekit.pages.markdown import MarkdownSection, document, table

from ..section import Chart, FigureSection
from .chart import png
from .printed import Entry, PrintedTable, print_table


def markdown(title: str, head: str, sections: Sequence[FigureSection], pictures: str) -> str:
    """Return the page. `pictures` is the folder of the charts' files, relative to the page."""
    return document(
        title,
        head,
        [
            MarkdownSection(
                section.title,
                section.note,
                section.sentences,
                [
                    *(_table(print_table(table)) for table in section.tables if table.rows),
                    *(_chart(chart, pictures) for chart in section.charts),
                ],
            )
            for section in sections
        ],
    )


def write_markdown(path: Path, title: str, head: str, sections: Sequence[FigureSection]) -> None:
    """Write the page to `path`, and its pictures to a folder of its name."""
    folder = path.with_suffix("")
    for section in sections:
        for chart in section.charts:
            with whole_file(folder / f"{chart.name}.png") as file:
                file.write(png(chart))
    write_text(path, markdown(title, head, sections, folder.name))


def _table(printed: PrintedTable) -> str:
    heads, *rows = ([_entry(entry) for entry in row] for row in (printed.heads, *printed.rows))
    sources = "\n".join(f"{number}. {text}" for number, text in enumerate(printed.sources, 1))
    parts = (f"### {printed.title}", printed.note, table(heads, rows, printed.words), sources)
    return "\n\n".join(part for part in parts if part)


def _entry(entry: Entry) -> str:
    numbers = ",".join(map(str, entry.sources))
    text = entry.text.replace("|", "\\|")
    return f"{text} <sup>{numbers}</sup>" if numbers else text


def _chart(chart: Chart, pictures: str) -> str:
    picture = f"![{chart.title}]({pictures}/{chart.name}.png)"
    return f"{picture}\n\n{chart.note}" if chart.note else picture
