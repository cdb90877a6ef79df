"""Sections as one HTML file that fetches nothing."""

import re
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup, escape

from edgekit.pages import pages

from ..section import Chart, Section
from .chart import png
from .printed import printed


def html(title: str, head: str, sections: Sequence[Section]) -> str:
    """`head` in paragraphs, an empty line between them."""
    loader = pages(Path(__file__).parent)
    loader.filters["code"] = _code
    return loader.get_template("page.html").render(
        title=title,
        head=head.split("\n\n"),
        sections=sections,
        printed=printed,
        anchor=lambda section: section.title.lower().replace(" ", "-"),
        embedded=_embedded,
    )


def _code(text: str) -> Markup:
    """What stands in backticks, as Markdown has it, is code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _embedded(chart: Chart) -> str:
    return f"data:image/png;base64,{b64encode(png(chart)).decode()}"
