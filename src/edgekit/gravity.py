"""Measure gravity in samples at rest, and name the unit that its length suggests."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Rest:
    """Gravity as the calmer half of the blocks reads it, in the unit of the samples."""

    length: float  # median over their samples
    mean_length: float  # median of each block's mean: 1 g also where somebody runs
    unrest: float  # median of their axes' deviations, summed; infinite for too few samples

    @property
    def is_one_g(self) -> bool:
        """Whether this can be gravity in g. A runner is never at rest, and yet averages 1 g."""
        least = min(self.length, self.mean_length)
        return self.length >= 1 - TOLERANCE and least <= 1 + TOLERANCE


def rest_length(xyz: NDArray[np.floating]) -> float:
    """Return the median length of samples (N, 3), N >= 1, in the calmer half of the blocks.

    Samples that are 0, 0, 0 were never measured and are left out, unless all are.
    """
    return at_rest(xyz).length


def at_rest(xyz: NDArray[np.floating]) -> Rest:
    """Measure gravity in samples (N, 3), N >= 1, as `rest_length` does."""
    measured = (xyz != 0).any(axis=1)
    if not measured.all() and measured.any():
        xyz = xyz[measured]
    blocks = len(xyz) // BLOCK
    if blocks < 2:
        few = xyz.astype(np.float64)
        length = float(np.median(np.linalg.norm(few, axis=1)))
        return Rest(length, float(np.linalg.norm(few.mean(axis=0))), np.inf)
    length_of = np.empty((blocks, BLOCK), np.float32)
    mean_length, unrest = np.empty(blocks), np.empty(blocks)
    for begin in range(0, blocks, BLOCKS_AT_ONCE):
        end = min(begin + BLOCKS_AT_ONCE, blocks)
        part = xyz[begin * BLOCK : end * BLOCK].astype(np.float64).reshape(-1, BLOCK, 3)
        length_of[begin:end] = np.linalg.norm(part, axis=2)
        mean_length[begin:end] = np.linalg.norm(part.mean(axis=1), axis=1)
        unrest[begin:end] = part.std(axis=1).sum(axis=1)
    calm = unrest <= np.median(unrest)
    return Rest(
        float(np.median(length_of[calm])),
        float(np.median(mean_length[calm])),
        float(np.median(unrest[calm])),
    )


def wrong_gravity(length: float) -> str:
    """Return what to make of gravity at rest that has this length and not 1 g."""
    text = f"gravity at rest is {length:.2f} g, not 1 g"
    if length < 1 - TOLERANCE:
        return (
            f"{text}: gravity may have been removed (linear acceleration), or the unit is another"
        )
    units = [unit for unit in likely_units(length) if unit != "g"]
    return (
        f"{text}: the unit may be {' or '.join(units)}" if units else f"{text}: the unit is another"
    )


def likely_units(length: float) -> tuple[str, ...]:
    """Return each unit in which gravity would have this length: g, m/s2, mg, counts:<per g>."""
    named = [name for name, one_g in UNITS.items() if abs(length / one_g - 1) <= TOLERANCE]
    counts = [
        f"counts:{per_g}" for per_g in COUNTS_PER_G if abs(length / per_g - 1) <= COUNTS_TOLERANCE
    ]
    return (*named, *counts)
