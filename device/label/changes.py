"""Find where the posture or the activity changes: the direction of gravity, or how much moves."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .signal import Signal, Stretch

BIN_S = 0.25
SIDE_S = 4.0  # compared on either side of a change
LEAST_APART_S = 5.0
TURN_DEG = 25.0  # of gravity's direction
MOVEMENT_FACTOR = 4.0  # more or less of it
STILL_MG = 10.0  # a sensor's noise: below it nothing moves
MOST_CHANGES = 5_000  # the strongest are kept


def change_points(signal: Signal) -> list[float]:
    """Return the times in s, from the file's first sample, at which something changes."""
    found = [change for stretch in signal.stretches for change in _changes(stretch)]
    strongest = sorted(found, key=lambda change: -change[1])[:MOST_CHANGES]
    return sorted(round(at_s, 3) for at_s, _ in strongest)


def _changes(stretch: Stretch) -> Iterator[tuple[float, float]]:
    """Yield the time and the strength, from 1 up, of each change within a stretch."""
    width = max(1, round(BIN_S * stretch.rate_hz))  # samples
    bins = stretch.mg.shape[1] // width
    side = max(1, round(SIDE_S * stretch.rate_hz / width))
    if bins < 2 * side:
        return
    samples = stretch.mg[:, : bins * width].reshape(3, bins, width).astype(np.float32)
    mean = samples.mean(axis=2)  # (3, bins)
    spread = np.sqrt(samples.var(axis=2).sum(axis=0))[None]  # (1, bins)
    before, after = _sides(mean, side)
    length = np.linalg.norm(before, axis=0) * np.linalg.norm(after, axis=0)
    cosine = (before * after).sum(axis=0) / np.maximum(length, 1.0)
    turn_deg = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    calm, moving = _sides(spread, side)
    ratio = np.log2((moving[0] + STILL_MG) / (calm[0] + STILL_MG))
    score = np.maximum(turn_deg / TURN_DEG, np.abs(ratio) / np.log2(MOVEMENT_FACTOR))
    apart = max(1, round(LEAST_APART_S * stretch.rate_hz / width))
    taken = np.zeros(len(score), np.bool_)
    candidates = np.flatnonzero(score >= 1)
    for place in candidates[np.argsort(-score[candidates], kind="stable")].tolist():
        if not taken[place]:
            taken[max(0, place - apart) : place + apart + 1] = True
            yield stretch.start_s + (place + side) * width / stretch.rate_hz, float(score[place])


def _sides(
    values: NDArray[np.float32], side: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the means of `side` bins before and after each place, of values (k, bins)."""
    total = np.cumsum(values, axis=1, dtype=np.float64)
    total = np.concatenate([np.zeros((len(values), 1)), total], axis=1)
    mean = (total[:, side:] - total[:, :-side]) / side
    return mean[:, :-side], mean[:, side:]
