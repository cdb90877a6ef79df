"""Recordings of somebody who lies still."""

from collections.abc import Callable

import numpy as np

from edgekit.recording import Recording
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP

from .gravity import gravity_at

Lying = Callable[..., Recording]  # of `make_lying`


def make_lying(
    *postures: str, seconds: float = 30.0, rate_hz: float = 50.0, start_s: float = 0.0,
    clock: str = "utc", noise_g: float = 0.02, subject: str = "me",
) -> Recording:  # fmt: skip
    """Make a Recording of `seconds` in each named posture, with a sensor's noise."""
    each = round(seconds * rate_hz)
    index = np.repeat([SLEEP.postures.index(posture) for posture in postures], each)
    gravity = np.array([gravity_at(angle) for angle in POSTURE_ANGLE_DEG.values()])[index]
    noise = np.random.default_rng(0).normal(0, noise_g, gravity.shape)
    return Recording(
        (gravity + noise).astype(np.float32), rate_hz, subject, "chest",
        index.astype(np.int16), SLEEP.postures, start_s, clock, "made",  # type: ignore[arg-type]
    )  # fmt: skip
