"""Disturb windows (N, window, 3) in g as wear does.

Where a disturbance needs samples beyond a window's end, its own are mirrored there.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.train.datasets.synthetic.geometry import seen_after_turn

Windows = NDArray[np.float32]  # (N, window, 3), g
Random = np.random.Generator


@dataclass(frozen=True)
class Disturbance:
    name: str
    unit: str
    levels: tuple[float, ...]  # the least disturbed first
    apply: Callable[[Windows, float, Random], Windows]
    note: str


def rotated(xyz_g: Windows, angle_deg: float, random: Random) -> Windows:
    """Turn each window about an axis of its own, drawn uniformly on the sphere."""
    axis = random.normal(size=(len(xyz_g), 1, 3))
    axis /= np.linalg.norm(axis, axis=2, keepdims=True)
    return np.asarray(seen_after_turn(xyz_g, -angle_deg * axis), np.float32)


def noisy(xyz_g: Windows, rms_g: float, random: Random) -> Windows:
    """Add white noise of `rms_g` to each axis."""
    return np.asarray(xyz_g + random.normal(0, rms_g, xyz_g.shape), np.float32)


def at_rate(xyz_g: Windows, error_percent: float, _: Random) -> Windows:
    """Sample as a sensor does whose rate is wrong by `error_percent`, taken at its nominal rate."""
    at = np.arange(xyz_g.shape[1]) / (1 + error_percent / 100)
    return _sampled(xyz_g, np.broadcast_to(at, xyz_g.shape[:2]))


def dropped(xyz_g: Windows, percent: float, random: Random) -> Windows:
    """Drop samples at random and close up, as a driver does that does not notice the loss."""
    lost = random.random((len(xyz_g), 4 * xyz_g.shape[1])) < percent / 100
    at = np.argsort(lost, axis=1, kind="stable")[
        :, : xyz_g.shape[1]
    ]  # the remaining samples, in order
    return _sampled(xyz_g, at.astype(float))


def clipped(xyz_g: Windows, range_g: float, _: Random) -> Windows:
    """Clip each axis at ±`range_g`."""
    return np.clip(xyz_g, -range_g, range_g)


def _sampled(xyz_g: Windows, at: NDArray[np.float64]) -> Windows:
    """Interpolate linearly at fractional places (N, window), mirrored at the windows' ends."""
    last = xyz_g.shape[1] - 1
    at = last - np.abs(last - at % (2 * last))
    below = np.floor(at).astype(int)
    above = np.minimum(below + 1, last)
    part = (at - below)[..., None]
    row = np.arange(len(xyz_g))[:, None]
    return np.asarray((1 - part) * xyz_g[row, below] + part * xyz_g[row, above], np.float32)


DISTURBANCES = (
    Disturbance(
        "rotated mounting",
        "deg",
        (0, 5, 10, 15, 20, 30, 45),
        rotated,
        "each window turned about a random axis",
    ),
    Disturbance(
        "noise", "g rms", (0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2), noisy, "white noise on each axis"
    ),
    Disturbance(
        "wrong rate",
        "%",
        (-20, -10, -5, 0, 5, 10, 20),
        at_rate,
        "a sensor taken at its word; edgekit measures the rate and resamples instead",
    ),
    Disturbance(
        "dropped samples",
        "%",
        (0, 1, 2, 5, 10, 20, 40),
        dropped,
        "unnoticed, the rest moved up; edgekit cuts its windows at a gap instead",
    ),
    Disturbance(
        "clipped range",
        "g",
        (4, 2, 1.5, 1.2, 1, 0.8, 0.6),
        clipped,
        "the int8 input itself ends at 2 g",
    ),
)
