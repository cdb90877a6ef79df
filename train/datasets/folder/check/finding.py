"""Finding: one fault of a data set, in a sentence with its remedy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

NAMED = 4  # files in a sentence

Kind = Literal[
    "people", "alone", "follows", "copy", "gravity", "balance", "rate", "labels", "spelling",
    "unlabelled", "stuck", "doubt", "placement", "file", "wearable",
]  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One fault; a fatal one makes training impossible."""

    kind: Kind
    text: str
    is_fatal: bool = False


def some(names: Sequence[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
