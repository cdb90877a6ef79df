"""Read subject, placement and label from a file's name, by a pattern like {subject}/{label}_*.csv.

A pattern is a path in which a field in braces stands for a piece of the name; `*`, `?` and
`[0-9]` are as in a shell. Each field ends at the first place where the rest of the pattern fits.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import UsageError

from .raw_files import plain_name

FIELDS = ("subject", "placement", "label")
MOST_WILD = 8  # fields and stars: a name that does not fit is tried at every length of each
PIECE = re.compile(r"\{([^{}]*)\}|(\*+)|(\?)|(\[!?[^\]/]+\])|([^{}])")


@dataclass(frozen=True)
class NamePattern:
    """A pattern of names, compiled."""

    text: str
    shortest: re.Pattern[str]
    longest: re.Pattern[str]  # the same with each field as long as possible

    def fields(self, path: Path) -> Mapping[str, str] | None:
        """Return the text of each field in the file's name, None where the name does not fit."""
        found = self.shortest.fullmatch(self._name(path))
        return found.groupdict() if found else None

    def other_fields(self, path: Path) -> Mapping[str, str] | None:
        """Return another reading of the same name, None where there is one reading only."""
        found = self.longest.fullmatch(self._name(path))
        other = found.groupdict() if found else None
        return None if other == self.fields(path) else other

    def _name(self, path: Path) -> str:
        """Return as many parts of the path as the pattern has, without the ending if it has none.

        A pattern for names only: a label `lying` would else be read as `lying.csv`.
        """
        parts = self.text.split("/")
        name = plain_name(path)
        if "." not in parts[-1]:
            name = name.rpartition(".")[0] or name
        folders = path.absolute().parts[1:-1]
        return "/".join([*folders[max(0, len(folders) - len(parts) + 1) :], name])


def name_pattern(text: str) -> NamePattern:
    """Compile the pattern of option --name-pattern. Raises UsageError where it is none."""
    pieces = list(PIECE.finditer(text))
    if "".join(piece[0] for piece in pieces) != text:
        raise _refusal(text, "a brace is not closed")
    fields = [piece[1] for piece in pieces if piece[1] is not None]
    if unknown := [field for field in fields if field not in FIELDS]:
        raise _refusal(text, f"{{{unknown[0]}}} is no field")
    if not fields:
        raise _refusal(text, "it names no field")
    if len(set(fields)) < len(fields):
        raise _refusal(text, "a field is named twice")
    if sum(1 for piece in pieces if piece[1] is not None or piece[2]) > MOST_WILD:
        raise _refusal(text, f"it has more than {MOST_WILD} fields and stars")
    try:
        return NamePattern(text, *(_compiled(pieces, lazily) for lazily in ("?", "")))
    except re.error:
        raise _refusal(text, "its brackets name no range of letters") from None


def _compiled(pieces: list[re.Match[str]], lazily: str) -> re.Pattern[str]:
    parts = []
    for field, star, one_letter, letters, other in (piece.groups() for piece in pieces):
        if field is not None:
            parts.append(f"(?P<{field}>[^/]+{lazily})")
        elif star:
            parts.append(f"[^/]*{lazily}")
        elif one_letter:
            parts.append("[^/]")
        elif letters:
            parts.append(letters.replace("[!", "[^", 1).replace("\\", r"\\"))
        else:
            parts.append(re.escape(other))
    return re.compile("".join(parts), re.IGNORECASE)


def _refusal(text: str, reason: str) -> UsageError:
    fields = ", ".join(f"{{{field}}}" for field in FIELDS)
    return UsageError(
        f"--name-pattern {text}: {reason}. Its fields are {fields}; * is any text, as in "
        '"{subject}/{placement}_{label}_*.csv".'
    )
