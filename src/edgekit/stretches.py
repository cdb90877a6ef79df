"""Find the stretches of a row of samples or decisions: where a value holds, between two breaks."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

# Periods by which samples may come late or early and still follow those before: sources jitter.
TOLERANCE_PERIODS = 1.5


def change_breaks(value: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Mark each place (N,) whose value is another than the one before."""
    return np.append(False, value[1:] != value[:-1]) if len(value) else np.zeros(0, np.bool_)


def stretches(breaks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return (begin, end) of each stretch of (N,) places; one starts at each break."""
    if len(breaks) == 0:
        return []
    edges = [0, *np.flatnonzero(breaks).tolist(), len(breaks)]
    return list(pairwise(edges))


def equal_stretches(value: NDArray[np.generic]) -> list[tuple[int, int]]:
    """Return (begin, end) of each stretch of equal values (N,)."""
    return stretches(change_breaks(value))


def true_runs(is_true: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where the runs of True in (N,) begin, and where they end (exclusive)."""
    edge = np.diff(is_true.astype(np.int8), prepend=0, append=0)
    return np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
