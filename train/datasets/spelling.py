"""Write each name of a person, a placement or a label in one way: Sitting, sitting, 1.0 and 1."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from edgekit.dataset_folder.description import MOST_LETTERS, Description
from edgekit.errors import EdgekitError
from edgekit.recording import Recording

NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")


@dataclass
class Spellings:
    """The names so far, each as it was first written."""

    _labels: dict[str, str] = field(default_factory=dict)
    _placements: dict[str, str] = field(default_factory=dict)
    _subjects: dict[str, str] = field(default_factory=dict)

    def unified(self, recordings: Sequence[Recording]) -> tuple[list[Recording], list[str]]:
        """Return the recordings with each name in its first spelling, and a note where one changes.

        A person spelt in two ways would stand on both sides of a split by subject.
        """
        changed: dict[str, None] = {}
        unified = []
        for each in recordings:
            names = tuple(_first(self._labels, _key(name), name, changed) for name in _used(each))
            unified.append(
                replace(
                    (each.with_names(names) if each.label is not None else each),
                    subject=_first(self._subjects, _folded(each.subject), each.subject, changed),
                    placement=_first(
                        self._placements, _folded(each.placement), each.placement, changed
                    ),
                )
            )
        return unified, list(changed)


def spellings_of(description: Description) -> Spellings:
    """Return the spellings in a data set, which recordings that are added to it take over."""
    labels: dict[str, str] = {}
    placements: dict[str, str] = {}
    subjects: dict[str, str] = {}
    for known, key, names in (
        (labels, _key, description.postures),
        (placements, _folded, description.placements),
        (subjects, _folded, description.subjects),
    ):
        for name in names:
            known.setdefault(key(name), name)
    return Spellings(labels, placements, subjects)


def check_names(recordings: Sequence[Recording], path: Path) -> None:
    """Raise EdgekitError for a name that no data set can hold: empty, or longer than a line."""
    for each in recordings:
        for what, name in (
            ("subject", each.subject),
            ("placement", each.placement),
            *(("label", label) for label in _used(each)),
        ):
            if not name.strip():
                raise EdgekitError(f"{path} has a {what} without a letter that can be printed")
            if len(name) > MOST_LETTERS:
                raise EdgekitError(
                    f"{path} has a {what} of {len(name):,} letters ({name[:30]}...), at most "
                    f"{MOST_LETTERS} are kept"
                )


def mixed_labels(recordings: Sequence[Recording]) -> list[str]:
    """Return a note where labels are numbers as well as words: a number may stand for none."""
    names = {name for each in recordings for name in each.label_names}
    numbers = sorted(name for name in names if NUMBER.fullmatch(name))
    if not numbers or len(numbers) == len(names):
        return []
    return [f"its labels are words and numbers ({', '.join(numbers[:5])})"]


def _first(known: dict[str, str], key: str, name: str, changed: dict[str, None]) -> str:
    first = known.setdefault(key, name)
    if first != name:
        changed[f"{name!r} is taken as {first!r}"] = None
    return first


def _folded(name: str) -> str:
    # é is one character, or e and an accent, as macOS writes names of files.
    return unicodedata.normalize("NFC", " ".join(name.split()).casefold())


def _key(label: str) -> str:
    """Return what equal labels share: 1, 1.0 and +1 are one, as Sitting and sitting are."""
    label = label.strip()
    return f"{float(label):.15g}" if NUMBER.fullmatch(label) else _folded(label)


def _used(recording: Recording) -> tuple[str, ...]:
    return recording.label_names if recording.label is not None else ()
