"""List the research loggers' formats, and read any file of one of them."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from edgekit.errors import EdgekitError, UsageError

from . import actigraph, axivity, geneactiv
from .epoch_table import refuse_epoch_table
from .logger import Logger


class LoggerFormat(Protocol):
    """What each format's module offers."""

    @property
    def SHAPE(self) -> str:  # noqa: N802 (a module's constant)
        """A line for users: the maker and the file's usual ending."""

    def recognises(self, content: bytes, /) -> bool:
        """Tell whether a file with this content is in the format."""

    def parse(self, content: bytes, path: Path, /) -> Logger:
        """Read the content; `path` is for messages. Raises EdgekitError where it is damaged."""


# A new logger is a module here and an entry.
FORMATS: Mapping[str, LoggerFormat] = MappingProxyType(
    {"axivity": axivity, "actigraph": actigraph, "geneactiv": geneactiv}
)
MOST_BYTES = 4 << 30  # more than any of these devices stores


def is_logger(content: bytes) -> bool:
    """Tell whether `parse_logger` reads a file with this content."""
    return any(known.recognises(content) for known in FORMATS.values())


def parse_logger(content: bytes, path: Path) -> Logger:
    """Read the content of a research logger's file; the content decides the format, not the name.

    Raises UsageError where it is an epoch table or in no known format, EdgekitError where it is
    damaged.
    """
    if not content:
        raise EdgekitError(f"{path} is empty. Get the file again.")
    if len(content) > MOST_BYTES:
        raise UsageError(f"{path} has {len(content):,} bytes, more than any logger stores")
    for known in FORMATS.values():
        if known.recognises(content):
            return known.parse(content, path)
    refuse_epoch_table(content, path)
    shapes = "\n  ".join(known.SHAPE for known in FORMATS.values())
    raise UsageError(f"{path} is no file of a research logger. edgekit reads:\n  {shapes}")
