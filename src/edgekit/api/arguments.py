"""Check the kinds of what a caller passes, so that a slip is one clear line."""

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
