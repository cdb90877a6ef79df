"""Put text of unknown origin into files: comments of C, Markdown, one line each."""

from edgekit.text import one_line


def c_comment(text: str) -> str:
    """Return text that cannot end a comment of C."""
    return one_line(text).replace("*/", "* /").replace("\\", "/")


def markdown_cell(text: str) -> str:
    return one_line(text).replace("|", "\\|").replace("`", "'")
