"""The page of a results folder, as it is written: HTML, Markdown, or both."""

from pathlib import Path

from edgekit.files import write_text

from ..firmware.budget import read_budget
from ..results import read_results
from ..section import Section
from ..sections import TITLE, head, sections
from .html import html
from .markdown import write_markdown


def write_pages(folder: Path, page: Path | None, markdown: Path | None) -> tuple[Section, ...]:
    """What the pages say; raises UsageError where the folder holds no results."""
    results = read_results(folder)
    told = sections(results, read_budget())
    if page:
        write_text(page, html(TITLE, head(results), told))
    if markdown:
        write_markdown(markdown, TITLE, head(results), told)
    return told
