"""Templates of HTML pages: one head, one paper, one ink, light and dark.

A page extends base.html (paper.css stands before its own style), or document.html, which is read as
a paper is: headings, tables and figures.
"""

import re
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from .palette import dark_css

FOLDER = Path(__file__).parent


def load_templates(folder: Path) -> jinja2.Environment:
    """Return the templates in `folder` and in this package; an undefined variable is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, FOLDER]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"anchor": _anchor, "code": _code, "inline": _inline}
    environment.globals["dark_pictures"] = dark_css()
    return environment


def _anchor(title: str) -> str:
    """Return a section's id, for links within the page."""
    return title.lower().replace(" ", "-")


def _code(text: str) -> Markup:
    """Escape the text and set what stands in backticks, as in Markdown, as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _inline(file: str) -> Markup:
    """Return a picture's SVG file as a part of the page, whose colours it takes."""
    from .picture import within_page  # matplotlib, which the device side does without

    return Markup(within_page(file))
