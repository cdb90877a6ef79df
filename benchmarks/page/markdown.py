"""The page as Markdown: a short one to read, and in the folder of its name all tables and pictures.

page.md  page/<section>.md  page/constants.md  page/<chart>.svg
"""

from collections.abc import Sequence
from pathlib import Path

from edgekit.files import write_text
from edgekit.pages.markdown import MarkdownSection, bullets, document, table
from edgekit.pages.picture import standing_alone

from ..cards import Card
from ..section import Chart, FigureSection
from .bench_page import BenchPage
from .chart import markup
from .markdown_table import cell_text, figure_table

CONSTANTS = "constants"


def write_markdown(path: Path, page: BenchPage) -> None:
    """Write the page to `path`, its details and pictures to a folder of its name."""
    folder = path.with_suffix("")
    write_text(path, front_page(page, folder.name))
    for section in page.sections:
        write_text(folder / f"{section.name}.md", details(section, f"../{path.name}"))
        for chart in (*section.charts, *section.detail_charts):
            write_text(folder / f"{chart.name}.svg", standing_alone(markup(chart)))
    write_text(folder / f"{CONSTANTS}.md", constants(page, f"../{path.name}"))


def front_page(page: BenchPage, folder: str) -> str:
    """Return the short page; `folder` is that of its details, relative to it."""
    head = [page.made, page.kinds]
    if page.cards:
        head += [f"## In short\n\n{page.about}", _cards(page.cards)]
    if page.findings:
        head += ["## What you should know first", bullets(page.findings)]
    if page.overview.rows:
        head += [figure_table(page.overview, level="##")]
    return document(
        page.title,
        "\n\n".join(head),
        [
            *(_question(section, folder) for section in page.sections),
            MarkdownSection(
                "Constants and their documents",
                f"[Every constant of the models]({folder}/{CONSTANTS}.md), with its kind and "
                "document.",
                (),
                (),
            ),
        ],
    )


def details(section: FigureSection, back: str) -> str:
    """Return a section's own page: how it was measured, every table with its sources."""
    tables = (*section.tables, *section.detail_tables)
    charts = (*section.charts, *section.detail_charts)
    parts = [
        *(_chart(chart, ".") for chart in charts),
        *(figure_table(each) for each in tables if each.rows),
    ]
    head = f"{section.note}\n\n[Back to all benchmarks]({back})"
    return document(section.title, head, [MarkdownSection("In full", "", (), parts)])


def constants(page: BenchPage, back: str) -> str:
    parts = [figure_table(each) for each in page.constants]
    head = f"[Back to all benchmarks]({back})"
    section = MarkdownSection("In full", "", (), parts)
    return document("Constants and their documents", head, [section])


def _cards(cards: Sequence[Card]) -> str:
    rows = [
        (
            card.title,
            str(card.figure or "-"),
            card.figure.kind if card.figure else "",
            card.sentence,
        )
        for card in cards
    ]
    return table(
        ("", "", "kind", "in words"), [tuple(map(cell_text, row)) for row in rows], words=4
    )


def _question(section: FigureSection, folder: str) -> MarkdownSection:
    link = f"[How it was measured, every table and its sources]({folder}/{section.name}.md)"
    pictures = [_chart(chart, folder) for chart in section.charts]
    return MarkdownSection(section.title, "", section.sentences, [*pictures, link])


def _chart(chart: Chart, folder: str) -> str:
    picture = f"![{chart.title}]({folder}/{chart.name}.svg)"
    return f"{picture}\n\n{chart.note}" if chart.note else picture
