"""Read the recordings of a folder, each with the hand-made labels beside it."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from edgekit.errors import EdgekitError, UsageError
from edgekit.files import sha256
from edgekit.label_spans import label_recordings, labels_beside, read_spans_beside
from edgekit.recording import Recording, load_recording
from edgekit.spec import UNLABELLED

from .description import Description, plain


@dataclass(frozen=True)
class RecordingFile:
    """One .npz of a folder, cut where its hand-made labels change the placement."""

    path: Path
    name: str  # relative to the folder, with /
    subject: str  # as written in the file
    recordings: tuple[Recording, ...]
    labels_path: Path | None  # the table beside it

    @property
    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of the file, and of the table beside it, by name."""
        found = {self.name: sha256(self.path)}
        if self.labels_path is not None:
            found[Path(self.name).with_name(self.labels_path.name).as_posix()] = sha256(
                self.labels_path
            )
        return found

    @property
    def samples_digest(self) -> str:
        """Return the SHA-256 of its samples alone, whoever wore the sensor."""
        digest = hashlib.sha256()
        for recording in self.recordings:
            digest.update(np.ascontiguousarray(recording.xyz_g).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class DamagedFile:
    """A .npz that is no Recording, and why."""

    name: str
    problem: str


def recording_paths(folder: Path) -> list[Path]:
    """List the .npz below a folder, hidden ones left out. Raises UsageError where there is none."""
    found = sorted(
        path
        for path in folder.rglob("*.npz")
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    )
    if not found:
        raise UsageError(
            f"{folder} holds no recordings (.npz). Import some with: "
            f"edgekit data import FILES --out {folder}"
        )
    return found


def read_folder(
    folder: Path, description: Description | None = None
) -> Iterator[RecordingFile | DamagedFile]:
    """Yield each file below a folder, in the order of names, its labels in the set's words.

    Raises UsageError where there is none, EdgekitError where hand-made labels cannot be read.
    """
    for path in recording_paths(folder):
        name = path.relative_to(folder).as_posix()
        try:
            recording = load_recording(path)
        except EdgekitError as error:
            yield DamagedFile(name, str(error))
            continue
        labels = labels_beside(path)
        recordings = _with_labels(recording, path)
        if description is not None:
            recordings = [r.with_names(description.in_its_words(r.label_names)) for r in recordings]
        yield RecordingFile(
            path,
            name,
            recording.subject,
            tuple(replace(r, subject=plain(r.subject), source=name) for r in recordings),
            labels if labels.is_file() else None,
        )


def read_labelled(path: Path) -> list[Recording]:
    """Read one .npz, labelled and cut by the table beside it where there is one.

    Raises UsageError where there is no such file, EdgekitError where it or its table is damaged.
    """
    return _with_labels(load_recording(path), path)


def used_labels(recording: Recording) -> list[str]:
    """Return the names that its samples have, in their order; never an empty one."""
    if recording.label is None:
        return []
    used = np.unique(recording.label)
    return [recording.label_names[k] for k in used if k != UNLABELLED and _named(recording, k)]


def _with_labels(recording: Recording, path: Path) -> list[Recording]:
    spans = read_spans_beside(path)
    if spans is None:
        return [recording]
    try:
        return label_recordings([recording], spans)
    except EdgekitError as error:
        raise EdgekitError(f"{labels_beside(path)}: {error}") from None


def _named(recording: Recording, index: int) -> bool:
    return bool(plain(recording.label_names[index]))
