"""Draw breaths and heart beats: a train of cycles, each a little different from the last."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

INHALE, EXHALE_END = 0.4, 0.9  # parts of a breath: inhale, exhale, rest
DRIFT_KNOT_S = 300.0


@dataclass(frozen=True)
class Cycles:
    """Breaths or beats one after the other, from before the first sample to past the last."""

    start_s: Floats  # (K,) rising
    length_s: Floats  # (K,) of the cycle proper; a pause may follow
    size: Floats  # (K,) about 1

    def at(self, t_s: Floats) -> tuple[Floats, NDArray[np.intp]]:
        """Return for times (N,) the seconds since their cycle's start, and that cycle's index."""
        index = np.searchsorted(self.start_s, t_s, side="right") - 1
        return t_s - self.start_s[index], index


def breaths(rng: np.random.Generator, seconds: float, per_minute: float) -> Cycles:
    """Draw breaths that differ by 8 % in length and 15 % in depth; 3 % are followed by a pause."""
    mean_s = 60.0 / per_minute
    count = int(seconds / mean_s * 1.3) + 12
    length = mean_s * _drift(rng, mean_s, count) * rng.lognormal(0, 0.08, count)
    size = _drift(rng, mean_s, count) * rng.lognormal(0, 0.15, count)
    pause = np.where(rng.random(count) < 0.03, rng.uniform(3, 12, count), 0.0)
    return _in_a_row(rng, length, length + pause, size)


def beats(rng: np.random.Generator, seconds: float, per_minute: float) -> Cycles:
    """Draw beats whose interval varies by 4 %: waves of 10 s and of 4 s, and at random."""
    mean_s = 60.0 / per_minute
    count = int(seconds / mean_s * 1.3) + 12
    about_s = np.arange(count) * mean_s
    slow, fast = rng.uniform(0, 2 * np.pi, 2)
    wave = 0.03 * np.sin(2 * np.pi * 0.1 * about_s + slow)
    wave += 0.03 * np.sin(2 * np.pi * 0.25 * about_s + fast)
    vary = 1 + wave + 0.02 * rng.standard_normal(count)
    length = mean_s * _drift(rng, mean_s, count) * vary
    return _in_a_row(rng, length, length, rng.lognormal(0, 0.1, count))


def chest_volume(cycles: Cycles, t_s: Floats) -> tuple[Floats, Floats]:
    """Return the inflation (N,), 0 empty to about 1 full, and its second derivative (N,) in 1/s^2.

    Both halves are half cosines; after the breath proper comes rest at empty.
    """
    since_s, index = cycles.at(t_s)
    length, size = cycles.length_s[index], cycles.size[index]
    u = since_s / length
    inhaling = u < INHALE
    part = np.where(inhaling, INHALE, EXHALE_END - INHALE)
    angle = np.pi * np.where(inhaling, u / INHALE, 1 + (u - INHALE) / (EXHALE_END - INHALE))
    half = np.where(u < EXHALE_END, size / 2, 0.0)
    cosine = np.cos(angle)
    return half * (1 - cosine), half * cosine * (np.pi / (part * length)) ** 2


def ringing(cycles: Cycles, t_s: Floats, delay_s: float, hz: float, decay_s: float) -> Floats:
    """Return a damped wavelet a beat (N,), of about unit height, `delay_s` after its start."""
    since_s, index = cycles.at(t_s - delay_s)
    fade = since_s / decay_s
    wave = fade * np.exp(1 - fade) * np.sin(2 * np.pi * hz * since_s)
    return np.asarray(cycles.size[index] * wave)


def _drift(rng: np.random.Generator, mean_s: float, count: int) -> Floats:
    """Draw a factor (count,) about 1 that wanders by 5 % within some minutes."""
    every = max(1, round(DRIFT_KNOT_S / mean_s))
    knots = rng.normal(1, 0.05, count // every + 2).clip(0.85, 1.15)
    return np.asarray(np.interp(np.arange(count) / every, np.arange(len(knots)), knots))


def _in_a_row(rng: np.random.Generator, length: Floats, interval: Floats, size: Floats) -> Cycles:
    """Line cycles up, the first ones before zero, at a random place."""
    start = np.concatenate([[0.0], np.cumsum(interval[:-1])])
    return Cycles(start - start[4] - rng.uniform(0, interval[4]), length, size)
