"""Write the pages of a results folder: HTML in one file, Markdown with its folder."""

from pathlib import Path

from edgekit.files import write_text
from edgekit.pages.templates import load_templates

from ..figure import format_value
from ..firmware.budget import read_budget
from ..results import read_results
from .bench_page import BenchPage, bench_page
from .card_bars import card_bars
from .chart import markup
from .markdown import write_markdown
from .printed import print_table


def write_pages(folder: Path, page: Path | None, markdown: Path | None) -> BenchPage:
    """Write the page of a results folder as HTML, as Markdown, or both; return what it says.

    Raises UsageError where the folder holds no results.
    """
    bench = bench_page(read_results(folder), read_budget())
    if page:
        write_text(page, html(bench))
    if markdown:
        write_markdown(markdown, bench)
    return bench


def html(page: BenchPage) -> str:
    """Return the page as one file that fetches nothing."""
    template = load_templates(Path(__file__).parent).get_template("page.html")
    return template.render(
        page=page,
        title=page.title,
        sections=page.sections,
        print_table=print_table,
        card_bars=card_bars,
        markup=markup,
        format_value=format_value,
    )
