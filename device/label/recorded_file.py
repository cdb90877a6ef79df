"""Read the file to be labelled, a Recording or a Night: signal, clock and its own labels."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edgekit.errors import EdgekitError, UsageError
from edgekit.night.night import Samples
from edgekit.night.reader import Night, open_night
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.recording import Recording, load_recording
from edgekit.spec import TASKS, UNLABELLED, Task
from edgekit.stretches import equal_stretches

from .signal import Signal, Stretch, stretch_of

SQLITE_MAGIC = b"SQLite format 3\0"
SAME_CLOCK = 1.5  # sample steps by which a night's blocks may lie apart and still follow
NO_PLACEMENT = ("", "unknown")


@dataclass(frozen=True)
class Span:
    """A name that holds from `start_s` to before `end_s`, from the file's first sample."""

    start_s: float
    end_s: float
    name: str


@dataclass(frozen=True)
class RecordedFile:
    path: Path
    signal: Signal
    subject: str
    start_utc_s: float | None  # of the first sample; None on a clock of the device's own
    utc_offsets: UtcOffsets | None  # of the wearer's clock on the wall, where it is known
    within: Mapping[Task, Sequence[Span]]  # labels in the file itself
    names: Mapping[Task, Sequence[str]]  # those that the file knows
    note: str = ""  # what is particular about it


def is_night(path: Path) -> bool:
    """Return whether a file's content is a Night's. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC


def read_recorded_file(path: Path) -> RecordedFile:
    """Read a Recording or a Night; its content decides which.

    Raises UsageError where there is no file or another, EdgekitError where it is damaged or holds
    no samples.
    """
    if path.is_dir():
        inside = sorted(p.name for p in path.iterdir() if p.suffix in (".npz", ".night"))
        names = f": {', '.join(inside[:3])}{', ...' if len(inside) > 3 else ''}" if inside else ""
        raise UsageError(f"{path} is a folder: name one recording or night in it{names}")
    if not path.is_file():
        raise UsageError(f"no recording or night at {path}")
    try:
        if is_night(path):
            with open_night(path) as night:
                return _of_night(path, night)
        if zipfile.is_zipfile(path):
            return _of_recording(path, load_recording(path))
        is_empty = path.stat().st_size == 0
    except OSError as error:
        raise EdgekitError(f"{path} cannot be read: {error.strerror}") from None
    if is_empty:
        raise EdgekitError(f"{path} is empty")
    raise UsageError(
        f"{path} is no recording (.npz) or night. Make recordings of it first: "
        f"edgekit data import {path} --out recordings"
    )


def _of_recording(path: Path, recording: Recording) -> RecordedFile:
    within: dict[Task, list[Span]] = {task: [] for task in TASKS}
    if recording.label is not None:
        within["posture"] = [
            Span(
                begin / recording.rate_hz,
                end / recording.rate_hz,
                recording.label_names[recording.label[begin]],
            )
            for begin, end in equal_stretches(recording.label)
            if recording.label[begin] != UNLABELLED
        ]
    placements = [] if recording.placement in NO_PLACEMENT else [recording.placement]
    within["placement"] = [Span(0.0, recording.duration_s, name) for name in placements]
    return RecordedFile(
        path,
        Signal([stretch_of(recording.xyz_g, 0.0, recording.rate_hz)]),
        recording.subject,
        recording.start_s if recording.clock == "utc" else None,
        None,
        within,
        {"posture": recording.label_names, "placement": placements},
    )


def _of_night(path: Path, night: Night) -> RecordedFile:
    if not night.has_samples:
        raise EdgekitError(
            f"{path} holds no samples, so there is no signal to label. If it was copied while it "
            f"was recorded, copy {path.name}-wal beside it too; a night that a wearable kept by "
            "itself holds decisions alone."
        )
    stretches = [
        stretch for run in night.runs for stretch in _gapless(night.samples(run), night.start_s)
    ]
    return RecordedFile(
        path,
        Signal(stretches),
        night.meta.subject,
        night.start_s if night.meta.clock == "utc" else None,
        night.utc_offsets if night.meta.clock == "utc" else None,
        {task: [] for task in TASKS},
        {task: night.spec.labels(task) for task in TASKS},
        ""
        if night.ended_well
        else "This night has not ended, or was cut off: what was recorded until now is shown. "
        "Start again for what comes later.",
    )


def _gapless(samples: Iterable[Samples], origin_s: float) -> Iterable[Stretch]:
    """Join a run's blocks between two gaps, each at its blocks' mean rate, as the import does."""
    row: list[Samples] = []
    for block in samples:
        if not len(block.xyz_g):
            continue
        if row and abs(block.start_s - row[-1].end_s) > SAME_CLOCK / block.rate_hz:
            yield _joined(row, origin_s)
            row = []
        row.append(block)
    if row:
        yield _joined(row, origin_s)


def _joined(blocks: Sequence[Samples], origin_s: float) -> Stretch:
    xyz_g = np.concatenate([block.xyz_g for block in blocks])
    rate_hz = len(xyz_g) / sum(len(block.xyz_g) / block.rate_hz for block in blocks)
    return stretch_of(xyz_g, blocks[0].start_s - origin_s, rate_hz)
