"""Label what was imported: from the files' names, from a table, from labels kept beside a file.

What stands later in that list stands above what comes before it, and each stands above the labels
within the file. A name and a column that both say the label are refused, as nothing tells which is
right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from edgekit.errors import EdgekitError, UsageError
from edgekit.label_spans import (
    LabelSpan,
    label_recordings,
    labels_beside,
    read_label_table,
    read_spans_beside,
    spans_outside,
)
from edgekit.recording import Recording

from .any_file import UNLABELLED_NIGHT
from .imported import Imported
from .name_pattern import NamePattern
from .raw_files import plain_name


@dataclass(frozen=True)
class TableOfLabels:
    """The spans of a table for the files that are imported."""

    path: Path
    spans: Mapping[Path, Sequence[LabelSpan]]
    not_imported: tuple[str, ...] = ()  # files that the table names


@dataclass(frozen=True)
class LabelSources:
    """Where labels come from, beside the files themselves."""

    pattern: NamePattern | None = None
    table: TableOfLabels | None = None

    def check_name(self, path: Path) -> None:
        """Raise UsageError where the name of a file that is there does not fit the pattern."""
        if self.pattern and path.exists() and self.pattern.fields(path) is None:
            raise UsageError(f"{path} does not fit --name-pattern {self.pattern.text}")

    def labelled(self, imported: Imported, path: Path) -> Imported:
        """Return what was imported with its labels, and notes of where they are from.

        Raises UsageError where the file does not fit the pattern or has labels of its own beside
        those of its name, EdgekitError where spans disagree or do not fit the file's clock.
        """
        self.check_name(path)
        recordings, notes = imported.recordings, list(imported.notes)
        if self.pattern:
            recordings = _labelled_by_name(recordings, self.pattern, path)
            if other := self.pattern.other_fields(path):
                notes.append(f"its name may be read as {_words(other)} too")
        if self.table and path in self.table.spans:
            spans = self.table.spans[path]
            recordings = label_recordings(recordings, spans)
            notes += _span_notes(imported.recordings, spans, self.table.path.name)
        elif self.table:
            notes.append(f"{self.table.path.name} has no row for it")
        by_hand = read_spans_beside(path)
        if by_hand is not None:
            recordings = label_recordings(recordings, by_hand)
            source = f"{labels_beside(path).name} beside it"
            notes += _span_notes(imported.recordings, by_hand, source)
        if any(recording.label is not None for recording in recordings):
            notes = [note for note in notes if note != UNLABELLED_NIGHT]
        return replace(imported, recordings=recordings, notes=tuple(notes))


def table_of_labels(path: Path, files: Sequence[Path]) -> TableOfLabels:
    """Read a table of labels, and find which of `files` each of its rows is for.

    The column file holds a name, with or without its ending, or the end of a path. Raises
    UsageError where there is no table, or a row may be for several files.
    """
    spans: dict[Path, list[LabelSpan]] = {}
    missing: list[str] = []
    by_file = read_label_table(path)
    if not by_file:
        raise EdgekitError(f"{path} has no rows below its first line")
    for name, of_file in by_file.items():
        fitting = [file for file in files if _is_named(file, name)] if name else list(files)
        if len(fitting) > 1:
            listed = " or ".join(str(file) for file in fitting[:3])
            raise UsageError(
                f"{path}: its labels for {name!r} may be for {listed}. Write the folder before the "
                "name."
                if name
                else f"{path} has rows without a file, and {len(fitting)} files are imported: add "
                "the column file."
            )
        if fitting:
            spans.setdefault(fitting[0], []).extend(of_file)
        else:
            missing.append(name)
    return TableOfLabels(path, spans, tuple(missing))


def _is_named(file: Path, name: str) -> bool:
    """Tell whether a name, or the end of a path, is this file's."""
    wanted = Path(name.replace("\\", "/")).parts
    of_file = file.absolute().parts[-len(wanted) :]
    plain = plain_name(file)
    names = {file.name, plain, plain.rpartition(".")[0] or plain}
    return of_file[:-1] == wanted[:-1] and wanted[-1] in names


def _labelled_by_name(
    recordings: Sequence[Recording], pattern: NamePattern, path: Path
) -> list[Recording]:
    fields = pattern.fields(path) or {}
    label = fields.get("label")
    if label and any(recording.label is not None for recording in recordings):
        raise UsageError(
            f"{path} has labels of its own, and its name says {label!r}. Skip its column with - in "
            "--columns, or leave {label} out of --name-pattern (put * there)."
        )
    return [
        replace(
            recording,
            subject=fields.get("subject", recording.subject),
            placement=fields.get("placement", recording.placement),
            label=np.zeros(len(recording), np.int16) if label else recording.label,
            label_names=(label,) if label else recording.label_names,
        )
        for recording in recordings
    ]


def _span_notes(
    recordings: Sequence[Recording], spans: Sequence[LabelSpan], source: str
) -> list[str]:
    notes = [f"labels from {source}"]
    if outside := spans_outside(recordings, spans):
        notes.append(f"{len(outside)} of {len(spans)} spans of {source} lie outside its samples")
    return notes


def _words(fields: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in fields.items())
