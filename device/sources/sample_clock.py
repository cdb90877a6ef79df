"""SampleClock: when a sample was taken, by regression of the samples' count on the device's clock.

A sensor's own oscillator is off by a percent and drifts with its temperature: older drains are
forgotten within ten minutes. A drain is noted up to a sample late; the regression levels that.
"""

import math

ENOUGH_S = 30.0  # of drains: their jitter of a sample is then below 0.01 % of the rate
FORGET_S = 600.0
BREAK_S = 0.5  # that a drain lies off its due time: not jitter, but samples that went missing


class SampleClock:
    def __init__(self, nominal_hz: float, enough_s: float = ENOUGH_S) -> None:
        self._enough_s = enough_s
        self._period_s = 1 / nominal_hz
        self.restart()

    @property
    def rate_hz(self) -> float:
        return 1 / self._period_s

    def restart(self) -> None:
        """Samples are missing that were not counted: what was known of the times is void.

        The rate is the sensor's own, and stays.
        """
        self._weight = 0.0
        self._first = self._last = 0
        self._first_s = self._last_s = 0.0
        self._mean_x = self._mean_y = 0.0  # samples and seconds since the first drain
        self._sxx = self._sxy = 0.0

    def note(self, last: int, time_s: float) -> None:
        """A drain at `time_s`, whose newest sample has the index `last`."""
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
        """When sample `index` was taken, on the device's clock; after the first note."""
        if self._last_s - self._first_s > self._enough_s:
            since_mean = index - self._first - self._mean_x
            return self._first_s + self._mean_y + since_mean * self._period_s
        return self._last_s + (index - self._last) * self._period_s
