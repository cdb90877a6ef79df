"""The pages that edgekit writes and serves: one head, one paper, one ink, light and dark.

A page extends base.html; paper.css stands before its own style. document.css is for what is read
as a paper is: headings, tables and figures.
"""

from pathlib import Path

import jinja2

FOLDER = Path(__file__).parent


def pages(folder: Path) -> jinja2.Environment:
    """The templates in `folder`; what a template was not given is an error, not a blank."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, FOLDER]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
