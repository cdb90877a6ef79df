"""Source: the interface of sensor, wearable and replay; and Replay, which is one."""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edgekit.doubt import Doubt, DoubtKind, united
from edgekit.errors import UsageError
from edgekit.night.events import EventKind
from edgekit.night.meta import Clock
from edgekit.night.night import Alarm, Decisions
from edgekit.recording import Recording
from edgekit.recording_doubts import doubts
from edgekit.spec import ADXL345_COUNTS_PER_G, UNLABELLED
from edgekit.speed import checked_speed

from .wearable.records import Decision

FULL_SPEED = math.inf
CHUNK_S = 0.5  # of wall time between two chunks of a paced replay
LONGEST_CHUNK_S = 60.0  # of recording time; bounds the memory of a replay at full speed
LONGEST_GAP_S = 600.0  # between two recordings on a device's clock; more is a clock that was reset
LAID_APART_S = 10.0


@dataclass(frozen=True)
class Chunk:
    """Samples in a row, without a gap among them; none from a live source that waits."""

    xyz_g: NDArray[np.float32]  # (n, 3)
    start_s: float  # UTC of the first sample
    rate_hz: float
    label: NDArray[np.int16] | None = None  # (n,) index into `label_names`, -1 where unlabelled
    label_names: tuple[str, ...] = ()
    events: tuple[tuple[EventKind, str], ...] = ()  # (kind, detail), before its samples
    faults: tuple[tuple[str, int], ...] = ()  # (kind, how often) since the chunk before
    # The host's clock was set by so much: all times of this source, before and after, move by it.
    clock_step_s: float = 0.0
    # Of a wearable, which counts its samples and decides by itself.
    first: int = 0  # index of the first sample; goes on counting where the device starts anew
    decided: tuple[Decision, ...] = ()  # its decisions since the chunk before, counted alike
    alarms: tuple[Alarm, ...] = ()  # of its own therapy, since then; again with their responses
    stored: Decisions | None = None  # those of a gap before `decided`, which it stored itself

    def __len__(self) -> int:
        return len(self.xyz_g)

    @property
    def end_s(self) -> float:
        """The time at which the next sample is due."""
        return self.start_s + len(self.xyz_g) / self.rate_hz


@dataclass(frozen=True)
class About:
    """Facts about a source, known before its first sample."""

    source: str
    subject: str
    clock: Clock
    duration_s: float | None = None  # of all its samples, where known
    live: bool = False  # its samples come once; a replay's can be read again
    exact_rate: bool = False  # rates are measured: every rate but the model's own is resampled
    counts_per_g: int = ADXL345_COUNTS_PER_G  # of the sensor, where its samples are counts
    doubts: tuple[Doubt, ...] = ()  # known before the first sample
    labelled_s: Mapping[str, float] = field(default_factory=dict)  # seconds of each label
    placements: tuple[str, ...] = ()  # where recordings were worn


class Source(Protocol):
    about: About

    def chunks(self) -> Iterator[Chunk]:
        """Yield chunks in the order of time, each as soon as it is whole, until the samples end."""


class Replay:
    """Replay recordings one after another, at `speed` times real time; FULL_SPEED never waits.

    Recordings in UTC keep their times. Those on a device's clock, whose zero is unknown, are dated
    from now on, and gaps of up to ten minutes between them are kept. Longer or negative gaps, as
    of a clock that was reset, are stored as 10 s, with a 'clock jump' event giving the real one.
    """

    def __init__(
        self, recordings: Sequence[Recording], speed: float = 1.0, notes: Sequence[str] = ()
    ) -> None:
        """`notes`: what is doubtful of their file, beside what the samples alone show.

        Raises UsageError for no samples, several subjects, or too low a speed."""
        self._recordings = [recording for recording in recordings if len(recording)]
        if not self._recordings:
            raise UsageError("nothing to replay: no recording holds a sample")
        subjects = sorted({recording.subject for recording in self._recordings})
        if len(subjects) > 1:
            raise UsageError(
                f"a night is one person's, and these recordings are of {len(subjects)} subjects "
                f"({', '.join(subjects[:5])}{', ...' if len(subjects) > 5 else ''}): "
                "replay one subject at a time"
            )
        self._speed = checked_speed(speed, "a replay")
        self._chunk_s = min(LONGEST_CHUNK_S, CHUNK_S * max(1.0, speed))
        in_utc = all(recording.clock == "utc" for recording in self._recordings)
        self.about = About(
            source="replay of " + ", ".join(dict.fromkeys(r.source for r in self._recordings)),
            subject=subjects[0],
            clock="utc" if in_utc else "assumed",
            duration_s=sum(recording.duration_s for recording in self._recordings),
            doubts=united(
                (Doubt(DoubtKind.FILE, note) for note in notes), doubts(self._recordings)
            ),
            labelled_s=_labelled_s(self._recordings),
            placements=tuple(dict.fromkeys(recording.placement for recording in recordings)),
        )

    def chunks(self) -> Iterator[Chunk]:
        began = time.monotonic()
        replayed_s = 0.0
        for recording, start_s, events in self._dated():
            step = max(1, round(self._chunk_s * recording.rate_hz))
            for begin in range(0, len(recording), step):
                part = recording.part(begin, begin + step)
                replayed_s += part.duration_s
                early_s = began + replayed_s / self._speed - time.monotonic()
                if early_s > 0:  # a sleep of 0 s would yield the processor
                    time.sleep(early_s)
                yield Chunk(
                    part.xyz_g,
                    start_s + begin / recording.rate_hz,
                    recording.rate_hz,
                    part.label,
                    part.label_names,
                    events if begin == 0 else (),
                )

    def _dated(self) -> Iterator[tuple[Recording, float, tuple[tuple[EventKind, str], ...]]]:
        """Yield each recording, its start in UTC, and the events before it."""
        if self.about.clock == "utc":
            for recording in self._recordings:
                yield recording, recording.start_s, ()
            return
        end_s = time.time()
        previous: Recording | None = None
        for recording in self._recordings:
            gap_s = 0.0 if previous is None else recording.start_s - previous.end_s
            events: tuple[tuple[EventKind, str], ...] = ()
            if not 0 <= gap_s <= LONGEST_GAP_S:
                events = ((EventKind.CLOCK_JUMP, _jump(gap_s)),)
                gap_s = LAID_APART_S
            yield recording, end_s + gap_s, events
            end_s += gap_s + recording.duration_s
            previous = recording


def _labelled_s(recordings: Sequence[Recording]) -> dict[str, float]:
    """Return the seconds of each label that occurs."""
    seconds: dict[str, float] = {}
    for recording in recordings:
        if recording.label is None:
            continue
        for index, count in zip(*np.unique(recording.label, return_counts=True), strict=True):
            if index != UNLABELLED:
                name = recording.label_names[index]
                seconds[name] = seconds.get(name, 0.0) + float(count) / recording.rate_hz
    return seconds


def _jump(gap_s: float) -> str:
    return (
        f"the device's clock stands {gap_s:+.1f} s from the end of the recording before: "
        f"laid {LAID_APART_S:.0f} s after it"
    )
