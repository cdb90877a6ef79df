"""Check a recorded step: did its wearer move as its label says, and did they change at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..mount.calibrate import GRAVITY_LEAST_G, GRAVITY_MOST_G, STILL_WITHIN_G
from .protocol import Step

BLOCK_S = 10.0  # movement is judged in blocks, so that a slow settling of the body is none
# Measured, 30 s a span: walking moves by over 0.2 g in 98 of 100 spans (MHealth's chest, WISDM's
# phone and watch); lying, sitting and standing by under 0.05 g in 98 of 100 (MHealth's chest).
MOVING_FROM_G = 0.08
SAME_WITHIN_DEG = 8.0  # postures of the packaged sleep protocol are 30 degrees apart


@dataclass(frozen=True)
class StepReading:
    """Mean acceleration and movement of a step's labelled samples."""

    mean_g: NDArray[np.float64]  # (3,)
    most_moved_g: float  # standard deviation over the three axes, in its most restless block


def reading_of(xyz_g: NDArray[np.float32], rate_hz: float) -> StepReading:
    """Return the reading of a step's labelled samples (n, 3), n >= 1."""
    count = max(1, round(len(xyz_g) / (BLOCK_S * rate_hz)))
    blocks = np.array_split(xyz_g.astype(np.float64), count)
    moved = (float(np.linalg.norm(block.std(axis=0))) for block in blocks)
    return StepReading(xyz_g.mean(axis=0, dtype=np.float64), max(moved))


def doubts_of(
    step: Step, reading: StepReading, before: tuple[Step, StepReading] | None
) -> list[str]:
    """Return what is doubtful about a step, beside the step `before` it: a line each."""
    doubts = []
    if step.still is True and reading.most_moved_g > STILL_WITHIN_G:
        doubts.append(
            f"it moved by {reading.most_moved_g:.2f} g; up to {STILL_WITHIN_G:.2f} g counts as "
            "still"
        )
    if step.still is False and reading.most_moved_g < MOVING_FROM_G:
        doubts.append(
            f"it hardly moved, by {reading.most_moved_g:.3f} g; {MOVING_FROM_G:.2f} g or more "
            "counts as moving"
        )
    length_g = float(np.linalg.norm(reading.mean_g))
    is_at_rest = reading.most_moved_g <= STILL_WITHIN_G
    if is_at_rest and not GRAVITY_LEAST_G <= length_g <= GRAVITY_MOST_G:
        doubts.append(f"gravity reads {length_g:.2f} g, not 1 g: look with edgekit doctor")
    if before is not None and is_at_rest and _is_as_before(step, reading, *before):
        doubts.append(
            f"gravity points as in the step before ({before[0].label}): if the posture did not "
            "change, this label is wrong"
        )
    return doubts


def _is_as_before(step: Step, reading: StepReading, other: Step, earlier: StepReading) -> bool:
    """Return whether two steps of different labels, both at rest, look alike."""
    if step.label == other.label or step.placement != other.placement:
        return False
    if earlier.most_moved_g > STILL_WITHIN_G:
        return False
    lengths = float(np.linalg.norm(reading.mean_g) * np.linalg.norm(earlier.mean_g))
    cosine = float(reading.mean_g @ earlier.mean_g) / max(lengths, 1e-9)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))) < SAME_WITHIN_DEG
