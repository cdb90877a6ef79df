"""A short night for tests: its meta, samples and decisions."""

import numpy as np

from edgekit.night.meta import NightMeta
from edgekit.night.night import Decisions, Samples
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.spec import SLEEP

META = NightMeta(
    SLEEP, "net", "ab12", "made", "me", 1000.0, UtcOffsets((1000.0,), (3600,)), "assumed"
)
SAMPLES = Samples(1000.0, 50.0, np.float32([[0.1, -0.2, 1 / 3], [2.0, -16.0, 1e-7]]))
DECISIONS = Decisions(
    start_s=np.array([1000.0, 1001.2]),
    posture=np.array([0, 11]),
    placement=np.array([1, 2]),
    posture_confidence=np.array([0.9, 1 / 3]),
    placement_confidence=np.array([0.8, 0.4]),
    raw_posture=np.array([3, 11]),
    raw_placement=np.array([0, 2]),
    torso_angle_deg=np.array([90.5, np.nan]),
    state=np.array(["upright", "off"]),
    movement_g=np.array([0.01, np.nan]),
    truth=np.array([-1, 4]),
)


def steady(seconds: float, start_s: float = 0.0, rate_hz: float = 50.0) -> Samples:
    counts = np.random.default_rng(round(start_s)).integers(
        -300, 300, (round(seconds * rate_hz), 3)
    )
    return Samples(start_s, rate_hz, (counts / 256).astype(np.float32))
