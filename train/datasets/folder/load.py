"""Load a folder as a Dataset: labels become indices into the lists of its dataset.toml."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from edgekit.dataset_folder.description import (
    NAME,
    NOWHERE,
    Description,
    plain,
    read_description,
)
from edgekit.dataset_folder.recordings import DamagedFile, RecordingFile, read_folder, used_labels
from edgekit.errors import EdgekitError, UsageError
from edgekit.names import pick
from edgekit.recording import Recording
from edgekit.spec import UNLABELLED
from edgekit.text import counted, duration

from .. import sleep
from ..dataset import Dataset, extent
from ..defaults import FEW_PEOPLE_ACTIVITIES


def load_folder(folder: Path) -> Dataset:
    """Load the recordings of a folder and its hand-made labels, mapped to its dataset.toml.

    Raises UsageError where there is no data set, EdgekitError where dataset.toml, a label or a
    placement does not fit, or where two people's recordings hold the same samples.
    """
    description = read_description(folder)
    files: list[RecordingFile] = []
    notes: list[str] = []
    seen: dict[str, RecordingFile] = {}  # by the digest of the samples
    for read in read_folder(folder, description):
        if isinstance(read, DamagedFile):
            notes.append(f"{read.name} left out: {read.problem}")
            continue
        digest = read.samples_digest
        if digest in seen:
            notes.append(_same_samples(seen[digest], read))
            continue
        seen[digest] = read
        files.append(read)
    if not files:
        raise EdgekitError(f"no recording in {folder} can be read; the first: {notes[0]}")
    all_recordings = [recording for file in files for recording in file.recordings]
    recordings = [_mapped(r, description, folder) for r in all_recordings if used_labels(r)]
    if not recordings:
        raise EdgekitError(
            f"no recording in {folder} has a label. Label one with: edgekit label "
            f"{files[0].path}, or import a table with a column of labels"
        )
    if len(description.postures) == len(description.placements) == 1:
        raise EdgekitError(
            f"{folder / NAME} has one posture and one placement: a net has nothing to tell apart. "
            "Import recordings of another"
        )
    labelled_s = sum(map(_labelled_s, recordings))
    unlabelled_s = sum(recording.duration_s for recording in all_recordings) - labelled_s
    if unlabelled_s > 0.5:
        notes.insert(0, f"{duration(unlabelled_s)} unlabelled")
    summary = f"{description.name}: {counted(len(files), 'file')}, " + "; ".join(
        [extent(recordings), *notes]
    )
    return Dataset(
        description.name,
        description.spec,
        recordings,
        {name: digest for file in files for name, digest in file.digests.items()},
        summary,
        replace(
            sleep.TRAINING if description.is_sleep else FEW_PEOPLE_ACTIVITIES,
            windows=round(labelled_s / description.spec.hop_s),
        ),
        folder.resolve(),
    )


def _mapped(recording: Recording, description: Description, folder: Path) -> Recording:
    """Return the recording with labels as indices into the description's postures."""
    return replace(
        recording,
        label=None if recording.label is None else _indices(recording, description, folder),
        label_names=description.postures,
        placement=_placement(recording, description, folder),
    )


def _indices(recording: Recording, description: Description, folder: Path) -> np.ndarray:
    assert recording.label is not None
    index = np.full(len(recording.label_names) + 1, UNLABELLED, np.int16)  # the last is of -1
    for k in np.unique(recording.label):
        name = plain(recording.label_names[k]) if k != UNLABELLED else ""
        if name:
            where = f"{folder / recording.source}"
            index[k] = _index(name, description.postures, "postures", where, folder)
    return index[recording.label]


def _placement(recording: Recording, description: Description, folder: Path) -> str:
    placement = plain(recording.placement)
    if placement in NOWHERE and placement not in description.placements:
        raise EdgekitError(
            f"{folder / recording.source} does not say where the sensor was worn: import it with "
            f"--placement, or add {placement or 'unknown'!r} to placements in {folder / NAME}"
        )
    where = f"{folder / recording.source}"
    return description.placements[
        _index(placement, description.placements, "placements", where, folder)
    ]


def _index(name: str, known: Sequence[str], field: str, where: str, folder: Path) -> int:
    try:
        return known.index(pick(field.removesuffix("s"), name, known))
    except UsageError as error:
        raise EdgekitError(
            f"{where}: {error} (in {field} of {folder / NAME}: add it there, or correct it in the "
            "recording)"
        ) from None


def _same_samples(first: RecordingFile, second: RecordingFile) -> str:
    """Say that a file repeats another. Raises EdgekitError where the two name different people."""
    people = [file.recordings[0].subject for file in (first, second)]
    if people[0] != people[1]:
        raise EdgekitError(
            f"{first.name} of {people[0]!r} and {second.name} of {people[1]!r} hold the same "
            "samples: one person's windows would train and judge. Remove one of the files"
        )
    return f"{second.name} left out: the same samples as {first.name}"


def _labelled_s(recording: Recording) -> float:
    assert recording.label is not None
    return float((recording.label != UNLABELLED).sum()) / recording.rate_hz
