"""Measure gravity in samples at rest, and name the unit that its length suggests."""

import numpy as np
from numpy.typing import NDArray

from edgekit.spec import STANDARD_GRAVITY_MS2

BLOCKS_AT_ONCE = 2_000  # of a night, whose copy in float64 would fill a small device's memory
BLOCK = 25  # samples: short, so that some blocks are at rest even in a restless recording

# Length of 1 g. Sensors are within 0.15 g of it, and a worn one is seldom quite at rest.
UNITS = {"g": 1.0, "m/s2": STANDARD_GRAVITY_MS2, "mg": 1000.0}
TOLERANCE = 0.3
# Counts per g of common sensors' ranges, all powers of two.
COUNTS_PER_G = tuple(2**power for power in range(4, 16))
COUNTS_TOLERANCE = 0.2


def rest_length(xyz: NDArray[np.floating]) -> float:
    """Return the median length of samples (N, 3), N >= 1, in the calmer half of the blocks.

    Samples that are 0, 0, 0 were never measured and are left out, unless all are.
    """
    return calm_blocks(xyz)[0]


def calm_blocks(xyz: NDArray[np.floating]) -> tuple[float, float]:
    """Return `rest_length`, and the median unrest of these blocks: their axes' deviations, summed.

    The unrest is infinite where there are too few samples to tell.
    """
    measured = (xyz != 0).any(axis=1)
    if not measured.all() and measured.any():
        xyz = xyz[measured]
    blocks = len(xyz) // BLOCK
    if blocks < 2:
        return float(np.median(np.linalg.norm(xyz.astype(np.float64), axis=1))), np.inf
    length = np.empty((blocks, BLOCK), np.float32)
    unrest = np.empty(blocks)
    for begin in range(0, blocks, BLOCKS_AT_ONCE):
        end = min(begin + BLOCKS_AT_ONCE, blocks)
        part = xyz[begin * BLOCK : end * BLOCK].astype(np.float64).reshape(-1, BLOCK, 3)
        length[begin:end] = np.linalg.norm(part, axis=2)
        unrest[begin:end] = part.std(axis=1).sum(axis=1)
    calm = unrest <= np.median(unrest)
    return float(np.median(length[calm])), float(np.median(unrest[calm]))


def likely_units(length: float) -> tuple[str, ...]:
    """Return each unit in which gravity would have this length: g, m/s2, mg, counts:<per g>."""
    named = [name for name, one_g in UNITS.items() if abs(length / one_g - 1) <= TOLERANCE]
    counts = [
        f"counts:{per_g}" for per_g in COUNTS_PER_G if abs(length / per_g - 1) <= COUNTS_TOLERANCE
    ]
    return (*named, *counts)
