"""Sections as one HTML file that fetches nothing."""

from collections.abc import Sequence
from pathlib import Path

from edgekit.pages.templates import load_templates

from ..section import Section
from .chart import png
from .printed import print_table


def html(title: str, head: str, sections: Sequence[Section]) -> str:
    """Return the page. `head` is in paragraphs, an empty line between them."""
    template = load_templates(Path(__file__).parent).get_template("page.html")
    return template.render(
        title=title, head=head.split("\n\n"), sections=sections, print_table=print_table, png=png
    )
