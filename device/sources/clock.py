"""SensorClock: when a sample was taken, by count on a clock that nobody sets, and its place in UTC.

A night dates its samples by pieces: from a sample on, a start and a rate, which hold until the next
piece. The pieces join: what the regression learns later is caught up by a rate a little off, never
by a step, so that times never run backwards and no gap appears that was none.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from .sample_clock import SampleClock

FIRST_ENOUGH_S, LATER_ENOUGH_S = 5.0, 30.0  # of drains before their slope is believed
ANNOUNCED_S = (5.5, 15.0)  # after the start or a gap; then every minute
EVERY_S = 60.0
MOST_CATCH_UP = 0.003  # of the rate
STEP_S = 0.1  # less is drift that NTP slews away
SMALLEST_GAP_PERIODS = 2.0  # a gap is seen as one by whoever reads the times


@dataclass(frozen=True)
class Now:
    """The computer's clocks at one moment, in seconds."""

    boottime_s: float  # counts through suspend
    monotonic_s: float  # does not
    utc_s: float

    @classmethod
    def read(cls) -> "Now":
        boottime_s = time.clock_gettime(time.CLOCK_BOOTTIME)
        return cls(boottime_s, time.clock_gettime(time.CLOCK_MONOTONIC), time.time())


ReadNow = Callable[[], Now]


class SensorClock:
    """Dates samples that are counted from 0, gaps left out. All times are CLOCK_BOOTTIME's."""

    def __init__(self, nominal_hz: float) -> None:
        self.rate_hz = nominal_hz  # of the piece
        self._regression = SampleClock(nominal_hz, FIRST_ENOUGH_S)
        self._at, self._at_s = 0, 0.0  # the piece's first sample
        self._began_s = 0.0  # since the start or a gap
        self._due_s: float | None = None  # of the next piece

    @property
    def measured_hz(self) -> float:
        """The sensor's own rate as far as it is known."""
        return self._regression.rate_hz

    def begin(self, first: int, first_s: float) -> float:
        """Sample `first` is the first, or the first behind a gap; seconds that are missing."""
        missing_s = 0.0
        if self._due_s is not None:
            end_s = self.time_s(first)
            first_s = max(first_s, end_s + SMALLEST_GAP_PERIODS / self.rate_hz)
            missing_s = first_s - end_s
            known = abs(first_s - self._began_s) > LATER_ENOUGH_S
            rate_hz = self._regression.rate_hz
            self._regression = SampleClock(rate_hz, LATER_ENOUGH_S if known else FIRST_ENOUGH_S)
            self.rate_hz = rate_hz
        self._at, self._at_s, self._began_s = first, first_s, first_s
        self._due_s = first_s + ANNOUNCED_S[0]
        return missing_s

    def note(self, last: int, last_s: float) -> None:
        """A drain: its newest sample and when it was taken, as well as that is known.

        Samples noted before are dated already: a piece begins behind `last`.
        """
        self._regression.note(last, last_s)
        if self._due_s is None or last_s < self._due_s:
            return
        since_s = last_s - self._began_s
        later = [s for s in ANNOUNCED_S if s > since_s + 0.5]
        length_s = later[0] - since_s if later else EVERY_S
        first = last + 1
        begin_s = self.time_s(first)
        late_s = self._regression.time_s(first) - begin_s
        off = max(-MOST_CATCH_UP, min(MOST_CATCH_UP, late_s / length_s))
        self._at, self._at_s = first, begin_s
        self.rate_hz = self._regression.rate_hz / (1 + off)
        self._due_s = last_s + length_s

    def time_s(self, index: int) -> float:
        return self._at_s + (index - self._at) / self.rate_hz


class HostClock:
    """CLOCK_BOOTTIME to UTC, once; then what happens to this computer's clocks."""

    def __init__(self, now: Now) -> None:
        self._offset_s = now.utc_s - now.boottime_s
        self._known_s = self._offset_s
        self._slept_s = now.boottime_s - now.monotonic_s

    def utc_s(self, boottime_s: float) -> float:
        """By the offset at the start: steps are told apart, and move all times of a run."""
        return boottime_s + self._offset_s

    def step_s(self, now: Now) -> float:
        """By how much the clock was set since the call before; 0 when it was not."""
        moved_s = now.utc_s - now.boottime_s - self._known_s
        if abs(moved_s) <= STEP_S:
            return 0.0
        self._known_s += moved_s
        return moved_s

    def suspended_s(self, now: Now) -> float:
        """How long the computer slept since the call before."""
        slept_s = now.boottime_s - now.monotonic_s - self._slept_s
        if slept_s <= STEP_S:
            return 0.0
        self._slept_s += slept_s
        return slept_s
