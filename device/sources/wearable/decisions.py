"""WearableAnswer: the device's own decisions, beside the samples that they were made from."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from edgekit.mounting import Mounting
from edgekit.night.columns import joined, selected
from edgekit.night.events import EventKind
from edgekit.night.night import Decisions, Event
from edgekit.spec import UNLABELLED, Spec

from ...decide.posture import movement_g, window_angle_deg
from ...decide.wear import Wear
from ..source import Chunk
from .greeting import WearableModel
from .records import Decision

HELD_WINDOWS = 30  # of samples, for decisions that come late, or are held for a gap


def fits(decision: Decision, spec: Spec) -> bool:
    """Whether a decision is of the model's labels."""
    return (
        decision.posture < len(spec.postures)
        and decision.placement < len(spec.placements)
        and len(decision.logits) == len(spec.postures) + len(spec.placements)
    )


class WearableAnswer:
    """Match decisions with samples by the device's count, which is where it cut its windows."""

    classify_s = 0.0

    def __init__(
        self, model: WearableModel, mounting: Mounting | None = None, counts_per_g: int = 256
    ) -> None:
        """`mounting`: what the wearable decides by, while its samples are as the sensor read them.

        Angle, movement and wear state are computed from the same integers as it computes.
        """
        self.model, self._mounting, self._counts_per_g = model, mounting, counts_per_g
        self.calibration = mounting.calibration(counts_per_g) if mounting else None
        self._wear = Wear(model.spec)
        self._held: deque[Chunk] = deque()
        self._first: int | None = None  # index of the night's first sample
        self._last: tuple[int, float] | None = None  # the last decision's first sample, its UTC

    def push(self, chunk: Chunk) -> Decisions | None:
        if len(chunk):
            self._held.append(chunk)
            if self._first is None:
                self._first = chunk.first
            oldest = chunk.first - HELD_WINDOWS * self.model.spec.window
            while self._held[0].first + len(self._held[0]) < oldest:
                self._held.popleft()
        rows = [] if chunk.stored is None else self._stored(chunk.stored)
        rows += [row for decision in chunk.decided if (row := self._row(decision))]
        return joined(rows) if rows else None

    def restart(self) -> None:
        """Do nothing: the device restarts its windows itself, and holds no decision back."""

    def at_rate(self, rate_hz: float) -> tuple[EventKind, str]:
        model_hz = self.model.spec.rate_hz
        detail = f"{rate_hz:.2f} Hz by the wearable's clock; its model is for {model_hz:g} Hz"
        return EventKind.RATE, detail

    def noticed(self) -> list[Event]:
        """Return nothing: the device's own events come with its samples."""
        return []

    def _stored(self, decisions: Decisions) -> list[Decisions]:
        """Return what the wearable stored in a gap, as far as it is later than what is there."""
        if self._last is None:
            return []
        first, last_s = self._last
        later = selected(decisions, decisions.start_s > last_s)
        if not len(later):
            return []
        self._last = first, float(later.start_s[-1])
        return [later]

    def _row(self, decision: Decision) -> Decisions | None:
        """Return one decision; None for a window before the night, or decided already."""
        first, spec = decision.first_sample, self.model.spec
        if self._first is None or first < self._first:
            return None
        start_s = self._start_s(first)
        if self._last is not None:
            if first <= self._last[0] or start_s <= self._last[1]:
                return None
            if first != self._last[0] + spec.hop:
                self._wear.restart()
        self._last = first, start_s
        window = self._window(first)[None]
        if self._mounting:
            window = self._mounting.apply_g(window, self._counts_per_g)
        mean_g, moved_g = window.mean(axis=1, dtype=np.float64), movement_g(window)
        postures = len(spec.postures)
        return Decisions(
            start_s=np.array([start_s]),
            posture=np.array([decision.posture]),
            placement=np.array([decision.placement]),
            posture_confidence=np.array([decision.posture_confidence / 255]),
            placement_confidence=np.array([decision.placement_confidence / 255]),
            raw_posture=np.array([decision.logits[:postures].argmax()]),
            raw_placement=np.array([decision.logits[postures:].argmax()]),
            torso_angle_deg=window_angle_deg(spec, mean_g),
            state=self._wear.push(mean_g, moved_g),
            movement_g=moved_g,
            truth=np.array([UNLABELLED]),
        )

    def _start_s(self, first: int) -> float:
        """Return when a sample was measured; if it did not arrive, by its nearest neighbour."""
        nearest = min(
            self._held,
            key=lambda chunk: max(chunk.first - first, first - chunk.first - len(chunk) + 1),
        )
        return nearest.start_s + (first - nearest.first) / nearest.rate_hz

    def _window(self, first: int) -> NDArray[np.float32]:
        """Return the window (window, 3) in g; NaN where a sample did not arrive."""
        window = np.full((self.model.spec.window, 3), np.nan, np.float32)
        for chunk in self._held:
            at = chunk.first - first
            begin, end = max(0, at), min(len(window), at + len(chunk))
            if begin < end:
                window[begin:end] = chunk.xyz_g[begin - at : end - at]
        return window
