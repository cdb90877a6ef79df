"""Decide on each window from the model's probabilities: smooth them, add angle and movement."""

import numpy as np
from numpy.typing import NDArray

from edgekit.night.night import Decisions
from edgekit.smoothing import DEFAULT, Smoothing
from edgekit.spec import (
    PLACEMENT_DWELL_S,
    PLACEMENT_LEAST,
    Spec,
    torso_angle_deg,
)

from .classifier import Probabilities
from .wear import Wear
from .window_stream import WindowBatch


class Smoother:
    """Forward filter of a Markov chain that stays where it is, or jumps to any class alike.

    p_t ~ likelihood_t * (stay * p_(t-1) + (1 - stay) / K), stay = exp(-elapsed / dwell); the
    likelihood is the net's softmax, but never below `least`.
    """

    def __init__(self, classes: int, dwell_s: float, least: float) -> None:
        self._dwell_s, self._least = dwell_s, least
        self._belief = np.full(classes, 1 / classes)

    def push(
        self, probability: NDArray[np.float32], elapsed_s: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the belief (k, classes) after each window from its softmax (k, classes).

        `elapsed_s` (k,) is the time since the window before. A gap is only a longer time: the
        belief fades by as much.
        """
        likelihood = np.maximum(probability, self._least, dtype=np.float64)
        stay = np.exp(-elapsed_s / self._dwell_s)
        jump = (1 - stay) / likelihood.shape[1]
        beliefs = np.empty_like(likelihood)
        belief = self._belief
        for index, now in enumerate(likelihood):
            belief = (stay[index] * belief + jump[index]) * now
            belief /= belief.sum()
            beliefs[index] = belief
        self._belief = belief
        return beliefs


class Decider:
    """Turn windows and their probabilities into Decisions, with state from window to window."""

    def __init__(self, spec: Spec, smoothing: Smoothing = DEFAULT) -> None:
        self._spec = spec
        self._posture = Smoother(
            len(spec.postures), smoothing.posture_dwell_s, smoothing.posture_least
        )
        self._placement = Smoother(len(spec.placements), PLACEMENT_DWELL_S, PLACEMENT_LEAST)
        self._wear = Wear(spec)
        self._last_s = -np.inf

    def decide(self, windows: WindowBatch, probability: Probabilities) -> Decisions:
        """Return a decision for each of k > 0 windows, which follow each other without a gap."""
        elapsed_s = np.diff(windows.start_s, prepend=self._last_s)
        self._last_s = float(windows.start_s[-1])
        if elapsed_s[0] > self._spec.gap_s:
            self._wear.restart()
        posture = self._posture.push(probability.posture, elapsed_s)
        placement = self._placement.push(probability.placement, elapsed_s)
        moved_g = movement_g(windows.xyz_g)
        return Decisions(
            start_s=windows.start_s,
            posture=posture.argmax(axis=1),
            placement=placement.argmax(axis=1),
            posture_confidence=posture.max(axis=1),
            placement_confidence=placement.max(axis=1),
            raw_posture=probability.posture.argmax(axis=1),
            raw_placement=probability.placement.argmax(axis=1),
            torso_angle_deg=window_angle_deg(self._spec, windows.mean_g),
            state=self._wear.push(windows.mean_g, moved_g),
            movement_g=moved_g,
            truth=windows.truth,
        )


def window_angle_deg(spec: Spec, mean_g: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the torso angle (k,) in degrees of means (k, 3); NaN without body axes."""
    if not spec.has_body_axes:
        return np.full(len(mean_g), np.nan)
    return torso_angle_deg(mean_g)


def movement_g(xyz_g: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the movement (k,) in g within windows (k, window, 3), gravity left out.

    The length, over the axes, of the standard deviation; NaN where a sample is missing.
    """
    spread_g = xyz_g.std(axis=1, dtype=np.float64)
    return np.asarray(np.sqrt((spread_g**2).sum(axis=1)))
