"""A meter's power over time: energy, mean and rounds of any span."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from edgekit.errors import EdgekitError

ROUNDS = 5
# A step this many times the median one is a hole, whose power is not known.
HOLE_STEPS = 5
# Seconds or watts; beyond it a table was misread.
IMPOSSIBLE = 1e12


@dataclass(frozen=True)
class Trace:
    """Power is linear between two readings; a hole has neither energy nor time."""

    time_s: np.ndarray  # (n,) float64, n > 1, each later than the one before
    power_w: np.ndarray  # (n,) float64

    @property
    def start_s(self) -> float:
        return float(self.time_s[0])

    @property
    def end_s(self) -> float:
        return float(self.time_s[-1])

    @cached_property
    def _seen_s(self) -> np.ndarray:
        """Return the seconds (n - 1,) of each step, 0 of a hole."""
        step_s = np.diff(self.time_s)
        return np.where(step_s > HOLE_STEPS * np.median(step_s), 0.0, step_s)

    @property
    def holes(self) -> int:
        return int((self._seen_s == 0).sum())

    @cached_property
    def _until(self) -> tuple[np.ndarray, np.ndarray]:
        """Return joules and seconds seen until each reading, (n,) each, by the trapezoid rule."""
        joules = (self.power_w[1:] + self.power_w[:-1]) / 2 * self._seen_s
        joules_until = np.concatenate(([0.0], np.cumsum(joules)))
        return joules_until, np.concatenate(([0.0], np.cumsum(self._seen_s)))

    def _at(self, time_s: float) -> tuple[float, float]:
        """Return the joules and seconds seen until a time."""
        time_s = min(max(time_s, self.start_s), self.end_s)
        step = min(int(np.searchsorted(self.time_s, time_s, "right")), len(self.time_s) - 1) - 1
        whole_s = self.time_s[step + 1] - self.time_s[step]
        seen_s = (time_s - self.time_s[step]) * (self._seen_s[step] > 0)
        rise_w = (self.power_w[step + 1] - self.power_w[step]) * (seen_s / whole_s)
        joules = seen_s * (self.power_w[step] + rise_w / 2)
        return float(self._until[0][step] + joules), float(self._until[1][step] + seen_s)

    def energy_j(self, from_s: float, to_s: float) -> float:
        return self._at(to_s)[0] - self._at(from_s)[0]

    def seen_s(self, from_s: float, to_s: float) -> float:
        return self._at(to_s)[1] - self._at(from_s)[1]

    def mean_w(self, from_s: float, to_s: float) -> float:
        """Return the mean power of a span. Raises EdgekitError where it has no readings."""
        seen_s = self.seen_s(from_s, to_s)
        if seen_s <= 0:
            raise EdgekitError(f"the meter has no readings from {from_s:g} to {to_s:g} s")
        return self.energy_j(from_s, to_s) / seen_s

    def rounds_w(self, from_s: float, to_s: float) -> list[float]:
        """Return the means of ROUNDS spans of equal length, without those that are all hole."""
        edges = np.linspace(from_s, to_s, ROUNDS + 1).tolist()
        return [self.mean_w(*span) for span in pairwise(edges) if self.seen_s(*span) > 0]


def make_trace(time_s: np.ndarray, power_w: np.ndarray) -> Trace:
    """Make a trace of readings in any order.

    Readings that are no number are left out, those of one time averaged. Raises EdgekitError where
    fewer than two are left.
    """
    good = (np.abs(time_s) < IMPOSSIBLE) & (np.abs(power_w) < IMPOSSIBLE)
    times, at = np.unique(time_s[good], return_inverse=True)
    if len(times) < 2:
        raise EdgekitError(
            f"a meter's trace needs two readings at least, and this has {len(times)}"
        )
    return Trace(times, np.bincount(at, power_w[good]) / np.bincount(at))
