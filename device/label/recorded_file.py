"""Read the file to be labelled, a Recording or a Night: signal, clock and its own labels."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import EdgekitError, UsageError
from edgekit.night.file import SQLITE_MAGIC
from edgekit.night.gapless import gapless_stretches
from edgekit.night.reader import Night, open_night
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.recording import Recording, load_recording
from edgekit.spec import TASKS, Task
from edgekit.stretches import equal_stretches

from .signal import Signal, stretch_of

NO_PLACEMENT = ("", "unknown")
# Puts posture labels in the words of a data set or a bundle.
InWords = Callable[[tuple[str, ...]], tuple[str, ...]]
MOST_WITHIN = 20_000  # labels in a file that a browser draws


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
    start_s: float  # of the first sample, on its own clock
    is_utc: bool  # whether that clock is UTC, or the device's own
    utc_offsets: UtcOffsets | None  # of the wearer's clock on the wall, where it is known
    within: Mapping[Task, Sequence[Span]]  # labels in the file itself
    names: Mapping[Task, Sequence[str]]  # those that the file knows
    note: str = ""  # what is particular about it


def is_night(path: Path) -> bool:
    """Return whether a file's content is a Night's. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC


def read_recorded_file(path: Path, in_words: InWords = tuple) -> RecordedFile:
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
            recording = load_recording(path)
            return _of_recording(path, recording.with_names(in_words(recording.label_names)))
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
    postures = _labels_within(recording)
    is_flicker = len(postures) > MOST_WITHIN
    placements = [] if recording.placement in NO_PLACEMENT else [recording.placement]
    return RecordedFile(
        path,
        Signal([stretch_of(recording.xyz_g, 0.0, recording.rate_hz)]),
        recording.subject,
        recording.start_s,
        recording.clock == "utc",
        None,
        {
            "posture": [] if is_flicker else postures,
            "placement": [Span(0.0, recording.duration_s, name) for name in placements],
        },
        {"posture": [name for name in recording.label_names if name], "placement": placements},
        f"The labels in the file change {len(postures):,} times, too often to be drawn."
        if is_flicker
        else "",
    )


def _labels_within(recording: Recording) -> list[Span]:
    if recording.label is None:
        return []
    names = (*recording.label_names, "")  # the last is what -1, unlabelled, finds
    spans = [
        Span(begin / recording.rate_hz, end / recording.rate_hz, names[recording.label[begin]])
        for begin, end in equal_stretches(recording.label)
    ]
    return [span for span in spans if span.name.strip()]


def _of_night(path: Path, night: Night) -> RecordedFile:
    stretches = gapless_stretches(night)
    origin_s = stretches[0].start_s
    is_utc = night.meta.clock == "utc"
    return RecordedFile(
        path,
        Signal([stretch_of(s.xyz_g, s.start_s - origin_s, s.rate_hz) for s in stretches]),
        night.meta.subject,
        origin_s,
        is_utc,
        night.utc_offsets if is_utc else None,
        {task: [] for task in TASKS},
        {task: night.spec.labels(task) for task in TASKS},
        ""
        if night.ended_well
        else "This night has not ended, or was cut off: what was recorded until now is shown. "
        "Start again for what comes later.",
    )
