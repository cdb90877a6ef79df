"""Sections as Markdown, pictures as files beside it."""

from collections.abc import Sequence
from pathlib import Path

from edgekit.files import write_text

from ..section import Chart, Section
from .chart import save_chart
from .printed import Entry, Printed, printed


def markdown(title: str, head: str, sections: Sequence[Section], pictures: str) -> str:
    """`pictures`: the folder of the charts' files, as the page should name it."""
    parts = [f"# {title}", head]
    for section in sections:
        parts += [f"## {section.title}", section.note]
        if section.sentences:
            parts.append("\n".join(f"- {sentence}" for sentence in section.sentences))
        parts += [_table(printed(table)) for table in section.tables if table.rows]
        parts += [_chart(chart, pictures) for chart in section.charts]
    return "\n\n".join(part for part in parts if part) + "\n"


def write_markdown(path: Path, title: str, head: str, sections: Sequence[Section]) -> None:
    """The page at `path`, its pictures in a folder of its name."""
    folder = path.with_suffix("")
    for section in sections:
        for chart in section.charts:
            save_chart(chart, folder / f"{chart.name}.png")
    write_text(path, markdown(title, head, sections, folder.name))


def _table(table: Printed) -> str:
    rule = ["---"] * table.words + ["---:"] * (len(table.heads) - table.words)
    lines = [[_entry(entry) for entry in table.heads], rule]
    lines += [[_entry(entry) for entry in row] for row in table.rows]
    rows = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    sources = "\n".join(f"{number}. {text}" for number, text in enumerate(table.sources, 1))
    return "\n\n".join(part for part in (f"### {table.title}", table.note, rows, sources) if part)


def _entry(entry: Entry) -> str:
    numbers = ",".join(map(str, entry.sources))
    text = entry.text.replace("|", "\\|")
    return f"{text} <sup>{numbers}</sup>" if numbers else text


def _chart(chart: Chart, pictures: str) -> str:
    picture = f"![{chart.title}]({pictures}/{chart.name}.png)"
    return f"{picture}\n\n{chart.note}" if chart.note else picture
