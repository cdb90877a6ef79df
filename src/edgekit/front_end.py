"""The front end: turn a window of counts into the net's int8 input, by integers alone.

Gravity is each axis at a coarse step: where is up. Motion is each axis less its mean over the
window, at a fine step: breath, heart, hands. One coarse step for both would exceed the difference
between a chest and a belly. firmware/nn/edgekit_front_end.h does the same, byte for byte.

    gravity = (counts + half a step) >> shift
    motion  = counts * factor - floor((factor * sum + window / 2) / window)

Both are clipped to -128..127. Halves are rounded up.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.names import pick
from edgekit.spec import ADXL345_COUNTS_PER_G, ONE_GAIN, FrontEnd, Spec

INT8_LEAST, INT8_MOST = -128, 127
COUNTS_LEAST, COUNTS_MOST = -(1 << 15), (1 << 15) - 1

INPUTS = ("two-gains", "one-gain")  # what a training or a comparison can ask for


def with_input(spec: Spec, name: str) -> Spec:
    """Return the spec with an input: `two-gains` is its domain's own, `one-gain` the paper's.

    Raises UsageError for another name.
    """
    return spec if pick("input", name, INPUTS) == "two-gains" else replace(spec, front_end=ONE_GAIN)


def counts_of(xyz_g: NDArray[np.floating]) -> NDArray[np.int16]:
    """Round samples in g, of any shape, to counts of 1/256 g, clipped to int16."""
    counts = np.rint(xyz_g * np.float32(ADXL345_COUNTS_PER_G))
    return np.asarray(np.clip(counts, COUNTS_LEAST, COUNTS_MOST).astype(np.int16))


def in_counts(xyz_g: NDArray[np.floating]) -> NDArray[np.float32]:
    """Round samples in g to whole counts of 1/256 g, as a night stores them; still in g."""
    return np.asarray(counts_of(xyz_g) / np.float32(ADXL345_COUNTS_PER_G), np.float32)


def int8_input(counts: NDArray[np.int16], front_end: FrontEnd) -> NDArray[np.int8]:
    """Turn windows (..., window, 3) of counts into the net's input (..., window, channels).

    Channels 0 to 2 are the gravity of x, y and z, channels 3 to 5 their motion.
    """
    halves = gains(counts.astype(np.int32), front_end)
    return np.concatenate(halves, axis=-1).astype(np.int8)


def read_g(xyz_g: NDArray[np.floating], front_end: FrontEnd) -> NDArray[np.int8]:
    """Turn windows (..., window, 3) in g into the net's input (..., window, channels)."""
    return int8_input(counts_of(xyz_g), front_end)


def trains_on_g(front_end: FrontEnd, int8_ready: bool) -> bool:
    """Return whether the float net reads unrounded samples in g instead of the front end's output.

    So the paper's own does: one gain, not prepared for int8 (`int8_ready` of a Recipe).
    """
    return front_end.motion_steps_per_g is None and not int8_ready


def gains(counts: Any, front_end: FrontEnd) -> tuple[Any, ...]:
    """Return gravity, and motion where the front end has it, of int32 counts (..., window, 3).

    For numpy arrays and torch tensors alike: only operations of both are used.
    """
    coarse = ADXL345_COUNTS_PER_G // front_end.gravity_steps_per_g  # a power of two
    gravity = (counts + coarse // 2) >> (coarse.bit_length() - 1)
    if front_end.motion_steps_per_g is None:
        return (gravity.clip(INT8_LEAST, INT8_MOST),)
    factor = front_end.motion_steps_per_g // ADXL345_COUNTS_PER_G
    window = counts.shape[-2]
    mean = (factor * counts.sum(-2) + window // 2) // window  # (..., 3), in steps of motion
    motion = factor * counts - mean[..., None, :]
    return gravity.clip(INT8_LEAST, INT8_MOST), motion.clip(INT8_LEAST, INT8_MOST)
