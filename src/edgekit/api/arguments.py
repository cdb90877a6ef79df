"""Check the kinds of what a caller passes, so that a slip is one clear line."""

import re
from pathlib import Path

from edgekit.errors import UsageError


def path_of(path: str | Path) -> Path:
    """Return a Path. Raises UsageError for what is no path."""
    if not isinstance(path, str | Path) or "\0" in str(path):
        shown = "one with a zero byte" if isinstance(path, str | Path) else type(path).__name__
        raise UsageError(f"a path is text or a Path, not {shown}")
    return Path(path)


def check_texts(**named: str | None) -> None:
    """Raise UsageError, by its name, for an argument that is neither text nor None."""
    for name, value in named.items():
        if value is not None and not isinstance(value, str):
            raise UsageError(f"{name} is text, not {type(value).__name__}: pass {name}='{value}'")


# An option of `edgekit data import` in a message, with its value where one follows.
_OPTION = re.compile(
    r"--(columns|unit|rate|time-unit|dates|zone|subject|placement)\b"
    r"(?: (-?[\w.=/-]*[,:/=]\S*?|m?g|[mdy]{3}|\d[\d.]*?)(?=[.:,]?(?:\s|$)))?"
)
_NAMES = {"rate": "rate_hz", "time-unit": "time_unit"}


def in_keywords(text: str) -> str:
    """Return a message of the readers with the command's options as read_csv's arguments."""

    def keyword(option: re.Match[str]) -> str:
        name = _NAMES.get(option[1], option[1])
        if option[2] is None:
            return name
        return f"{name}={option[2] if name == 'rate_hz' else repr(option[2])}"

    return _OPTION.sub(keyword, text)
