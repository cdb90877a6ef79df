"""What a night holds: samples, decisions, events, alarms and the sensor's health.

writer.py writes them into one SQLite file that survives a power cut, reader.py reads them.
"""

from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from edgekit.spec import UNLABELLED

from .columns import Column

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]
Words = NDArray[np.str_]

WORN, UPRIGHT, OFF = "worn", "upright", "off"
AWAY_WORDS: dict[str, str] = {
    UPRIGHT: "upright",
    OFF: "off the body",
}  # shown in place of a posture


@dataclass(frozen=True)
class Packed:
    """Samples as a night's file holds them; see blocks.py."""

    coding: str
    counts_per_g: int
    data: bytes


@dataclass(frozen=True)
class Samples:
    """Samples in a row without a gap, at the rate of their source."""

    start_s: float  # UTC of the first sample
    rate_hz: float
    xyz_g: NDArray[np.float32]  # (n, 3), in the sensor's own axes, as it read
    packed: Packed | None = None  # the same as the night has them that they were read from

    @property
    def end_s(self) -> float:
        """UTC at which the next sample is due."""
        return self.start_s + len(self.xyz_g) / self.rate_hz

    def part(self, begin: int, end: int) -> "Samples":
        """Return the samples from index `begin` up to `end`."""
        start_s = self.start_s + begin / self.rate_hz
        return Samples(start_s, self.rate_hz, self.xyz_g[begin:end])


@dataclass(frozen=True)
class Decisions:
    """One entry a window, each array (n,), in the order of time."""

    start_s: Annotated[Reals, Column("REAL", "f8", "UTC of the window's first sample, s")]
    posture: Annotated[Integers, Column("INTEGER", "i8", "smoothed, index into spec.postures")]
    placement: Annotated[Integers, Column("INTEGER", "i8", "smoothed, index into spec.placements")]
    posture_confidence: Annotated[Reals, Column("REAL", "f8", "0..1, of the smoothed posture")]
    placement_confidence: Annotated[Reals, Column("REAL", "f8", "0..1, of the smoothed placement")]
    raw_posture: Annotated[Integers, Column("INTEGER", "i8", "the model's own, unsmoothed")]
    raw_placement: Annotated[Integers, Column("INTEGER", "i8", "the model's own, unsmoothed")]
    torso_angle_deg: Annotated[
        Reals, Column("REAL", "f8", "degrees, 0..360; NULL without body axes", np.nan)
    ]
    state: Annotated[Words, Column("TEXT", "U7", "worn, upright or off")]
    movement_g: Annotated[
        Reals, Column("REAL", "f8", "in the window, g; NULL where nothing was measured", np.nan)
    ]
    truth: Annotated[
        Integers, Column("INTEGER", "i8", "label, index into spec.postures, or NULL", UNLABELLED)
    ]

    def __len__(self) -> int:
        return len(self.start_s)

    def nearest(self, at_s: Reals) -> NDArray[np.intp]:
        """Return the index (k,) of the decision that starts nearest to each time, of two the later.

        There is at least one decision.
        """
        middle_s = (self.start_s[1:] + self.start_s[:-1]) / 2
        return np.searchsorted(middle_s, at_s, side="right")

    def truth_at(self, at_s: Reals, within_s: float) -> Integers:
        """Return the label (k,) of the nearest decision; unlabelled where none starts `within_s`.

        Two windows closer than half a hop are the same window.
        """
        if not len(self):
            return np.full(len(at_s), UNLABELLED)
        nearest = self.nearest(at_s)
        is_near = np.abs(self.start_s[nearest] - at_s) <= within_s
        return np.where(is_near, self.truth[nearest], UNLABELLED)


@dataclass(frozen=True)
class Event:
    """Something that happened to the recording."""

    at_s: float  # UTC
    kind: str  # an EventKind, or one that only a later edgekit knows
    detail: str = ""


@dataclass(frozen=True)
class Alarm:
    """One vibration of positional therapy, or, in a baseline night, one that was held back."""

    start_s: float  # UTC
    attempt: int  # which supine attempt of the night, from 1
    level: int  # of the escalation within the attempt, from 1
    strength: float  # 0..1 of the motor; 0 in a baseline night
    response_s: float | None = None  # until the wearer left the posture; None: not by this alarm


@dataclass(frozen=True)
class HealthRow:
    """The sensor's health at a flush; counts are of the samples since the flush before."""

    at_s: float  # UTC
    samples: int
    rate_hz: float  # of the newest samples
    gaps: int
    clipped: int  # samples at the end of the range
    stuck: int  # samples that repeat for a second or more
    faults: dict[str, int] = field(default_factory=dict)  # of the sensor and its bus, by kind
