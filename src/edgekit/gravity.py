"""Measure gravity in samples at rest, and name the unit that its length suggests."""

import numpy as np
from numpy.typing import NDArray

from edgekit.spec import STANDARD_GRAVITY_MS2

BLOCK = 25  # samples: short, so that some blocks are at rest even in a restless recording

# Length of 1 g. Sensors are within 0.15 g of it, and a worn one is seldom quite at rest.
UNITS = {"g": 1.0, "m/s2": STANDARD_GRAVITY_MS2, "mg": 1000.0}
TOLERANCE = 0.3
# Counts per g of common sensors' ranges, all powers of two.
COUNTS_PER_G = tuple(2**power for power in range(4, 16))
COUNTS_TOLERANCE = 0.2


def rest_length(xyz: NDArray[np.floating]) -> float:
    """Return the median length of samples (N, 3), N >= 1, in the calmer half of the blocks."""
    xyz = xyz.astype(np.float64)
    length = np.linalg.norm(xyz, axis=1)
    blocks = len(xyz) // BLOCK
    if blocks < 2:
        return float(np.median(length))
    whole = blocks * BLOCK
    spread = xyz[:whole].reshape(blocks, BLOCK, 3).std(axis=1).sum(axis=1)
    calm = spread <= np.median(spread)
    return float(np.median(length[:whole].reshape(blocks, BLOCK)[calm]))


def likely_units(length: float) -> tuple[str, ...]:
    """Return each unit in which gravity would have this length: g, m/s2, mg, counts:<per g>."""
    named = [name for name, one_g in UNITS.items() if abs(length / one_g - 1) <= TOLERANCE]
    counts = [
        f"counts:{per_g}" for per_g in COUNTS_PER_G if abs(length / per_g - 1) <= COUNTS_TOLERANCE
    ]
    return (*named, *counts)
