"""Sensor health: faults that the samples alone show, counted between two flushes of a night."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from edgekit.night.night import HealthRow

CLIPPED_G = 1.9  # the smallest range of such a sensor ends at 2 g
STUCK_SAMPLES = 50  # a living sensor's noise does not repeat all three axes a second long


class HealthCounter:
    """Counts samples, gaps, clipped and stuck samples and the source's faults."""

    def __init__(self) -> None:
        self._last = np.full(3, np.nan, np.float32)
        self._repeats = 0  # of the last sample
        self._reset()

    def add(self, xyz_g: NDArray[np.float32]) -> None:
        """Count samples (n, 3): clipped where an axis stays on one value beyond 1.9 g; stuck where
        all three have repeated for a second.
        """
        before = np.concatenate([self._last[None], xyz_g[:-1]])
        equal = xyz_g == before
        self._samples += len(xyz_g)
        self._clipped += int((equal & (np.abs(xyz_g) > CLIPPED_G)).any(axis=1).sum())
        repeats = self._run_lengths(equal.all(axis=1))
        self._stuck += int((repeats >= STUCK_SAMPLES).sum())
        self._last, self._repeats = xyz_g[-1], int(repeats[-1])

    def add_gap(self) -> None:
        self._gaps += 1

    def add_faults(self, faults: Iterable[tuple[str, int]]) -> None:
        for kind, count in faults:
            self._faults[kind] += count

    def drain(self, at_s: float, rate_hz: float) -> HealthRow:
        """Return the counts since the last call, and start again from 0."""
        row = HealthRow(
            at_s, self._samples, rate_hz, self._gaps, self._clipped, self._stuck, dict(self._faults)
        )
        self._reset()
        return row

    def _reset(self) -> None:
        self._samples = self._gaps = self._clipped = self._stuck = 0
        self._faults: Counter[str] = Counter()  # of the sensor and its bus, as the source counts

    def _run_lengths(self, repeated: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return (n,) how often in a row each sample has repeated, over earlier chunks too."""
        place = np.arange(1, len(repeated) + 1)
        changed_at = np.maximum.accumulate(np.where(repeated, -self._repeats, place))
        return place - changed_at
