"""Night: what was measured and decided, in one SQLite file that survives a power cut.

These are its parts; night_writer.py writes them, night_reader.py reads them.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edgekit.calibration import Calibration
from edgekit.spec import Spec

from .offsets import UtcOffsets

FORMAT = "edgekit night"
VERSION = "2"

Clock = Literal["utc", "assumed"]  # "assumed": the source did not know the time of day
WORN, UPRIGHT, OFF = "worn", "upright", "off"


@dataclass(frozen=True)
class Samples:
    """One stretch as the source gave it, before any resampling."""

    start_s: float  # UTC of the first sample
    rate_hz: float
    xyz_g: NDArray[np.float32]  # (n, 3), in the sensor's own axes, as it read
    packed: tuple[str, bytes] | None = None  # the same, coded as the night has them that it is of


@dataclass(frozen=True)
class Decisions:
    """One entry a window, each array (n,); in the order of time."""

    start_s: NDArray[np.float64]  # UTC of the window's first sample
    posture: NDArray[np.int64]  # smoothed, index into spec.postures
    placement: NDArray[np.int64]  # smoothed, index into spec.placements
    posture_confidence: NDArray[np.float64]  # 0..1, of the smoothed posture
    placement_confidence: NDArray[np.float64]
    raw_posture: NDArray[np.int64]  # the model's own, unsmoothed
    raw_placement: NDArray[np.int64]
    torso_angle_deg: NDArray[np.float64]  # 0..360, NaN where the spec has no body axes
    state: NDArray[np.str_]  # 'worn', 'upright' or 'off'
    movement_g: NDArray[np.float64]  # see movement.py; NaN where nothing was measured
    truth: NDArray[np.int64]  # index into spec.postures, -1 where nothing was labelled

    def __len__(self) -> int:
        return len(self.start_s)


@dataclass(frozen=True)
class Event:
    at_s: float  # UTC
    kind: str  # 'start', 'gap', 'resampled', 'clock jump', 'stop', 'interrupted', ...
    detail: str = ""


@dataclass(frozen=True)
class Alarm:
    """One vibration of positional therapy, or, in a baseline night, one that was held back."""

    start_s: float  # UTC
    attempt: int  # which supine attempt of the night, from 1
    level: int  # of the escalation within the attempt, from 1
    strength: float  # 0..1 of the motor; 0 in a baseline night
    response_s: float | None = None  # until the wearer left the posture; None: not by this one


@dataclass(frozen=True)
class Health:
    """One entry a flush, each array (n,); counts are of the samples since the entry before."""

    at_s: NDArray[np.float64]  # UTC
    samples: NDArray[np.int64]
    rate_hz: NDArray[np.float64]
    gaps: NDArray[np.int64]
    clipped: NDArray[np.int64]
    stuck: NDArray[np.int64]
    faults: tuple[dict[str, int], ...]  # of the sensor and its bus, by kind

    def __len__(self) -> int:
        return len(self.at_s)


@dataclass(frozen=True)
class HealthRow:
    at_s: float  # UTC
    samples: int
    rate_hz: float
    gaps: int
    clipped: int
    stuck: int
    faults: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class NightMeta:
    """What a writer says about its night; every value is stored as text."""

    spec: Spec
    bundle_name: str
    bundle_digest: str
    source: str
    subject: str
    start_s: float  # UTC of the first sample
    utc_offsets: UtcOffsets  # of the wearer's clock on the wall, DST changes to come included
    clock: Clock
    exact_rate: bool = False  # rates were measured, and windows resampled by them, however near
    calibration: Calibration | None = None  # from the sensor's axes to the body's
