"""Model movement besides lying: turning over, limb jerks, walking, handling of the sensor."""

import numpy as np

from edgekit.spec import SLEEP

from .geometry import Floats

KNOT_HZ = 8.0  # movements of a trunk are slower than about 4 Hz


def eased(count: int) -> Floats:
    """Ramp from 0 to 1 in `count` samples, starting and ending at rest."""
    u = (np.arange(count) + 0.5) / count
    return u * u * (3 - 2 * u)


def stir_g(rng: np.random.Generator, count: int, height_g: float) -> Floats:
    """Draw irregular movement (count, 3) of `height_g` rms in the middle, none at the ends."""
    t_s = np.arange(count) / SLEEP.rate_hz
    knots_s = np.arange(0, count / SLEEP.rate_hz + 2 / KNOT_HZ, 1 / KNOT_HZ)
    knots = rng.normal(0, height_g, (3, len(knots_s)))
    within = np.sin(np.pi * (np.arange(count) + 0.5) / count)
    return np.stack([within * np.interp(t_s, knots_s, axis) for axis in knots], axis=-1)


def walking_g(rng: np.random.Generator, count: int) -> Floats:
    """Draw a sleepy walk (count, 3): up and down at the steps' rate, sideways at half of it."""
    steps_hz = rng.uniform(1.5, 1.9)
    hurry = np.cumsum(1 + 0.03 * rng.standard_normal(count)) / SLEEP.rate_hz
    step = 2 * np.pi * steps_hz * hurry
    return np.stack(
        [
            0.05 * np.sin(step / 2),
            0.12 * np.sin(step) + 0.05 * np.sin(2 * step + 0.7),
            0.06 * np.sin(step + 1.2),
        ],
        axis=-1,
    )
