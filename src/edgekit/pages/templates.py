"""Templates of HTML pages: one head, one paper, one ink, light and dark.

A page extends base.html (paper.css stands before its own style), or document.html, which is read as
a paper is: headings, tables and figures.
"""

import re
from base64 import b64encode
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

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
    environment.filters |= {"anchor": _anchor, "code": _code, "data_uri": _data_uri}
    return environment


def _anchor(title: str) -> str:
    """Return a section's id, for links within the page."""
    return title.lower().replace(" ", "-")


def _code(text: str) -> Markup:
    """Escape the text and set what stands in backticks, as in Markdown, as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _data_uri(png: bytes) -> str:
    """Return the picture as an address that holds it, so that a page fetches nothing."""
    return f"data:image/png;base64,{b64encode(png).decode()}"
