"""An option whose value may be left out: --web, or --web 127.0.0.1:9000."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from typer.core import TyperCommand


def with_values(words: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Return a command's words with the value of each option in `values` that stands without one.

    It stands without one at the end, and before another option.
    """
    filled: list[str] = []
    for index, word in enumerate(words):
        if word == "--":  # after it nothing is an option
            return [*filled, *words[index:]]
        filled.append(word)
        following = words[index + 1 : index + 2]
        if word in values and (not following or following[0].startswith("-")):
            filled.append(values[word])
    return filled


class OptionalValues(TyperCommand):
    """A command with such options; a subclass names them, and the value that each then has."""

    values: ClassVar[Mapping[str, str]] = {}

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return list(super().parse_args(ctx, with_values(args, self.values)))
