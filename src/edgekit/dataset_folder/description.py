"""Read dataset.toml, which says what the recordings of a folder are; every field is checked.

format = "edgekit dataset"
version = 1
name = "kitchen"
rate_hz = 50                          # windows are cut at this rate, 1 to 400
domain = "sleep"                      # only where the axes are the body's, and postures sleep's
postures = ["chopping", "stirring"]   # in the order of the net's answers
placements = ["wrist"]
licence = "CC BY 4.0"                 # this and the next: as you like
note = "recorded in March"

[subjects.ann]                        # texts of any name, kept as they are
hand = "left"
"""

import math
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edgekit.errors import EdgekitError, UsageError
from edgekit.front_end import with_input
from edgekit.names import pick
from edgekit.posture_words import from_paper, is_in_paper_words
from edgekit.spec import (
    ACTIVITY_FRONT_END,
    DOMAINS,
    POSTURE_ANGLE_DEG,
    RECORD_TEXT_BYTES,
    SLEEP,
    Spec,
)

NAME = "dataset.toml"
FORMAT, VERSION = "edgekit dataset", 1
LOWEST_HZ, HIGHEST_HZ = 1.0, 400.0
MOST_LABELS = 1_000  # of each list
MOST_LETTERS = 200  # of a label
MOST_BYTES = 2**20
TAKEN = (*(spec.domain for spec in DOMAINS), "synthetic")
FIELDS = (
    "format", "version", "name", "rate_hz", "domain", "postures", "placements", "licence", "note",
    "subjects",
)  # fmt: skip
# What a recording says that does not say where it was worn.
NOWHERE = ("", "unknown")


@dataclass(frozen=True)
class Description:
    """What dataset.toml says."""

    name: str
    rate_hz: float
    postures: tuple[str, ...]
    placements: tuple[str, ...]
    is_sleep: bool = False
    in_paper_words: bool = False  # as written: `postures` are in today's
    licence: str = ""
    note: str = ""
    subjects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def in_its_words(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return posture labels as this set calls them; an older set of sleep has the paper's."""
        is_of_paper = self.in_paper_words or is_in_paper_words(names)
        return from_paper(names) if self.is_sleep and is_of_paper else names

    @property
    def spec(self) -> Spec:
        """Return the spec of windows with two gains; its domain is the name, or "sleep"."""
        if self.is_sleep:
            return Spec(SLEEP.domain, self.rate_hz, self.postures, self.placements, SLEEP.front_end)
        return with_input(
            Spec(self.name, self.rate_hz, self.postures, self.placements, ACTIVITY_FRONT_END),
            "two-gains",
        )


def plain(text: str) -> str:
    """Return a label or name without blanks around it, its letters composed (Unicode's NFC)."""
    return unicodedata.normalize("NFC", text.strip())


def read_description(folder: Path) -> Description:
    """Read and check FOLDER/dataset.toml.

    Raises UsageError where there is none, EdgekitError where a field is missing, unknown or wrong.
    """
    path = folder / NAME
    if not folder.is_dir():
        raise UsageError(f"no data set folder at {folder}")
    if not path.is_file():
        raise UsageError(
            f"{folder} is no data set: it has no {NAME}. Import labelled recordings into it with: "
            f"edgekit data import FILES --out {folder} (or, of recordings that are there: edgekit "
            f"data describe {folder})"
        )
    try:
        if path.stat().st_size > MOST_BYTES:
            raise EdgekitError(f"{path} is larger than {MOST_BYTES:,} bytes")
        return parse_description(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise EdgekitError(f"{path}: {error}") from None
    except RecursionError:
        raise EdgekitError(f"{path}: its lists are nested too deeply") from None


def parse_description(text: str) -> Description:
    """Check the text of a dataset.toml. Raises ValueError with the field, its value and the need.

    A text that is no TOML raises tomllib's ValueError, which says the line.
    """
    fields = tomllib.loads(text)
    for name in fields:
        if name not in FIELDS:
            try:
                pick("field", name, FIELDS)
            except UsageError as error:
                raise ValueError(str(error)) from None
    missing = [name for name in FIELDS[:4] + FIELDS[5:7] if name not in fields]
    if missing:
        raise ValueError(f"the field {missing[0]} is missing")
    if fields["format"] != FORMAT or fields["version"] != VERSION:
        raise ValueError(
            f"it is {fields['format']!r} version {fields['version']!r}; this edgekit reads "
            f"{FORMAT!r} version {VERSION}"
        )
    domain = fields.get("domain")
    if domain not in (None, SLEEP.domain):
        raise ValueError(f"domain is {domain!r}; it is 'sleep' or left out")
    postures, placements = (_labels(fields, name) for name in ("postures", "placements"))
    in_paper_words = domain is not None and is_in_paper_words(postures)
    if in_paper_words:
        written, postures = postures, from_paper(postures)
        twice = [
            f"{old!r} and {name!r}, which are the same"
            for old, name in zip(written, postures, strict=True)
            if old != name and name in written
        ]
        if twice:
            raise ValueError(f"postures has {twice[0]}")
    if domain is not None:
        others = [name for name in postures if name not in POSTURE_ANGLE_DEG]
        if others:
            raise ValueError(
                f"the posture {others[0]!r} is none of sleep's ({', '.join(POSTURE_ANGLE_DEG)}): "
                "rename it, or leave domain out"
            )
    return Description(
        name=check_name(fields["name"]),
        rate_hz=_rate_hz(fields["rate_hz"]),
        postures=postures,
        placements=placements,
        is_sleep=domain is not None,
        in_paper_words=in_paper_words,
        licence=_text(fields, "licence"),
        note=_text(fields, "note"),
        subjects=_subjects(fields.get("subjects", {})),
    )


def check_name(name: Any) -> str:
    """Return a data set's name, which runs and files are named after. Raises ValueError."""
    if not isinstance(name, str) or not name or plain(name) != name:
        raise ValueError(f"name is {name!r}; it must be a text without blanks around it")
    if not all(c.isalnum() or c in " ._-" for c in name) or not name[0].isalnum():
        raise ValueError(
            f"name is {name!r}; it has letters, digits, blanks, dots, - and _ alone, because runs "
            "are named after it"
        )
    if len(name.encode()) > RECORD_TEXT_BYTES:
        raise ValueError(f"name is {name!r}, longer than {RECORD_TEXT_BYTES} bytes")
    if name.lower() in TAKEN:
        raise ValueError(f"name is {name!r}, as a public data set's: choose another")
    return name


def _rate_hz(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (is_number and math.isfinite(value) and LOWEST_HZ <= value <= HIGHEST_HZ):
        raise ValueError(
            f"rate_hz is {value!r}; it must be a number from {LOWEST_HZ:g} to {HIGHEST_HZ:g}"
        )
    return float(value)


def _labels(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    labels = fields[name]
    if not isinstance(labels, list) or not labels:
        raise ValueError(f'{name} is {str(labels)[:80]!r}; it must be a list, as ["a", "b"]')
    if len(labels) > MOST_LABELS:
        raise ValueError(f"{name} has {len(labels):,} labels; at most {MOST_LABELS:,} are read")
    for label in labels:
        if not isinstance(label, str) or not label.isprintable() or not plain(label):
            raise ValueError(f"{name} has {str(label)[:80]!r}; a label is a text of a line")
        if len(label) > MOST_LETTERS:
            raise ValueError(f"{name} has a label of {len(label)} letters: {label[:40]!r} ...")
    labels = [plain(label) for label in labels]
    twice = [label for k, label in enumerate(labels) if label in labels[:k]]
    if twice:
        raise ValueError(f"{name} has {twice[0]!r} twice")
    return tuple(labels)


def _text(fields: Mapping[str, Any], name: str) -> str:
    text = fields.get(name, "")
    if not isinstance(text, str):
        raise ValueError(f"{name} is {text!r}; it must be a text")
    return text


def _subjects(tables: Any) -> dict[str, dict[str, str]]:
    if not isinstance(tables, dict):
        raise ValueError("subjects must be tables, as [subjects.ann]")
    for subject, table in tables.items():
        if not isinstance(table, dict):
            raise ValueError(f"subjects.{subject} must be a table, as [subjects.ann]")
        for name, value in table.items():
            if not isinstance(value, str):
                raise ValueError(f"subjects.{subject}: {name} is {value!r}; it must be a text")
    return {plain(subject): table for subject, table in tables.items()}
