"""SampleClock, SensorClock, HostClock: date samples by their count, on clocks that nobody sets.

A sensor's own oscillator is off by a percent and drifts with its temperature, so its rate is a
regression of the samples' count on the device's clock.

A night's timestamps are piecewise linear: each piece is (first sample, start time, rate).
Corrections change the rate, never the time, so timestamps never jump or run backwards.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

ENOUGH_S = 30.0  # of drains: their jitter of a sample is then below 0.01 % of the rate
FORGET_S = 600.0  # older drains lose their weight
BREAK_S = 0.5  # that a drain lies off its due time: not jitter, but missing samples
FIRST_ENOUGH_S, LATER_ENOUGH_S = 5.0, 30.0  # of drains before their slope is used
PIECES_S = (5.5, 15.0)  # after the start or a gap a piece begins; then every minute
EVERY_S = 60.0
MOST_CATCH_UP = 0.003  # of the rate
STEP_S = 0.1  # less is drift that NTP slews away
SMALLEST_GAP_PERIODS = 2.0  # shorter gaps cannot be recognised from timestamps


class SampleClock:
    """The rate of a device and the times of its samples, by regression over its drains.

    A drain is noted up to a sample late, which the regression levels; older ones fade.
    """

    def __init__(self, nominal_hz: float, enough_s: float = ENOUGH_S) -> None:
        self._enough_s = enough_s
        self._period_s = 1 / nominal_hz
        self.restart()

    @property
    def rate_hz(self) -> float:
        return 1 / self._period_s

    def restart(self) -> None:
        """Forget the times, because samples are missing that were not counted; keep the rate."""
        self._weight = 0.0
        self._first = self._last = 0
        self._first_s = self._last_s = 0.0
        self._mean_x = self._mean_y = 0.0  # samples and seconds since the first drain
        self._sxx = self._sxy = 0.0

    def note(self, last: int, time_s: float) -> None:
        """Note a drain at `time_s`, whose newest sample has the index `last`."""
        if self._weight and abs(self.time_s(last) - time_s) > BREAK_S:
            self.restart()
        if not self._weight:
            self._first, self._first_s, self._last_s = last, time_s, time_s
        fade = math.exp(-max(0.0, time_s - self._last_s) / FORGET_S)
        x, y = last - self._first, time_s - self._first_s
        self._weight = fade * self._weight + 1
        from_mean = x - self._mean_x
        self._mean_x += from_mean / self._weight
        self._mean_y += (y - self._mean_y) / self._weight
        self._sxx = fade * self._sxx + from_mean * (x - self._mean_x)
        self._sxy = fade * self._sxy + from_mean * (y - self._mean_y)
        self._last, self._last_s = last, time_s
        if y > self._enough_s and self._sxx > 0 and self._sxy > 0:
            self._period_s = self._sxy / self._sxx

    def time_s(self, index: int) -> float:
        """Return when sample `index` was measured, on the device's clock; after the first note."""
        if self._last_s - self._first_s > self._enough_s:
            since_mean = index - self._first - self._mean_x
            return self._first_s + self._mean_y + since_mean * self._period_s
        return self._last_s + (index - self._last) * self._period_s


@dataclass(frozen=True)
class Now:
    """The computer's clocks at a moment, in seconds."""

    boottime_s: float  # counts through suspend
    monotonic_s: float  # does not
    utc_s: float

    @classmethod
    def read(cls) -> "Now":
        boottime_s = time.clock_gettime(time.CLOCK_BOOTTIME)
        return cls(boottime_s, time.clock_gettime(time.CLOCK_MONOTONIC), time.time())


ReadNow = Callable[[], Now]


class SensorClock:
    """Date samples that are counted from 0, gaps left out. All times are CLOCK_BOOTTIME's."""

    def __init__(self, nominal_hz: float) -> None:
        self.rate_hz = nominal_hz  # of the piece
        self._regression = SampleClock(nominal_hz, FIRST_ENOUGH_S)
        self._at, self._at_s = 0, 0.0  # the piece's first sample
        self._began_s = 0.0  # since the start or a gap
        self._due_s: float | None = None  # of the next piece

    @property
    def measured_hz(self) -> float:
        """The sensor's own rate, as far as it is known."""
        return self._regression.rate_hz

    def begin(self, first: int, first_s: float) -> float:
        """Start at sample `first`, the first of all or after a gap; return the missing seconds."""
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
        self._due_s = first_s + PIECES_S[0]
        return missing_s

    def note(self, last: int, last_s: float) -> None:
        """Note a drain: its newest sample, and about when it was measured.

        Samples up to `last` are dated already: a new piece begins after it.
        """
        self._regression.note(last, last_s)
        if self._due_s is None or last_s < self._due_s:
            return
        since_s = last_s - self._began_s
        later = [s for s in PIECES_S if s > since_s + 0.5]
        length_s = later[0] - since_s if later else EVERY_S
        first = last + 1
        begin_s = self.time_s(first)
        late_s = self._regression.time_s(first) - begin_s
        off = max(-MOST_CATCH_UP, min(MOST_CATCH_UP, late_s / length_s))
        self._at, self._at_s = first, begin_s
        self.rate_hz = self._regression.rate_hz / (1 + off)
        self._due_s = last_s + length_s

    def time_s(self, index: int) -> float:
        """Return when sample `index` was measured; not before the current piece."""
        return self._at_s + (index - self._at) / self.rate_hz


class HostClock:
    """Convert CLOCK_BOOTTIME to UTC, and detect steps of the clock and suspension."""

    def __init__(self, now: Now) -> None:
        self._offset_s = now.utc_s - now.boottime_s
        self._known_s = self._offset_s
        self._slept_s = now.boottime_s - now.monotonic_s

    def utc_s(self, boottime_s: float) -> float:
        """Convert by the offset at the start: a later step is reported, and moves all times."""
        return boottime_s + self._offset_s

    def step_s(self, now: Now) -> float:
        """Return by how much the clock was set since the last call; 0 when it was not."""
        moved_s = now.utc_s - now.boottime_s - self._known_s
        if abs(moved_s) <= STEP_S:
            return 0.0
        self._known_s += moved_s
        return moved_s

    def suspended_s(self, now: Now) -> float:
        """Return how long the computer slept since the last call."""
        slept_s = now.boottime_s - now.monotonic_s - self._slept_s
        if slept_s <= STEP_S:
            return 0.0
        self._slept_s += slept_s
        return slept_s
