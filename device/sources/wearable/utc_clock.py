"""UtcClock: convert the wearable's clock to UTC: set once at each start, then follow its drift.

A crystal is off by 20 to 50 ppm: a second or more in a night. Records come late by the line and by
this host's other work, but the least delay in a few hundred of them is always the same: where it
moves from block to block, the wearable's clock has drifted.
"""

import math

BLOCK_S = 120.0
MOST_DRIFT = 200e-6  # more than a crystal's: the host slept, or the device is emulated


class UtcClock:
    def __init__(self, offset_s: float | None) -> None:
        self.set(offset_s)

    def set(self, offset_s: float | None) -> None:
        """Set the offset from the wearable's clock to UTC; None while it is unknown."""
        self._offset_s = offset_s
        self._begin_s: float | None = None  # of the block, on the wearable's clock
        self._before_s: float | None = None  # where the block before began
        self._least_s = math.inf  # host's clock less the wearable's, in this block
        self._reference_s = 0.0  # the same in the first block
        self._drift_s = self._next_drift_s = 0.0  # at the block's begin and, as known, its end

    @property
    def is_known(self) -> bool:
        return self._offset_s is not None

    def note(self, device_s: float, host_s: float) -> None:
        """Note that a record dated `device_s` came at `host_s`, by a clock that nobody sets."""
        if self._begin_s is None or device_s < self._begin_s:
            self._begin_s, self._least_s = device_s, math.inf
        elif device_s >= self._begin_s + BLOCK_S:
            self._end_block(self._begin_s)
            self._begin_s, self._least_s = device_s, math.inf
        self._least_s = min(self._least_s, host_s - device_s)

    def utc_s(self, device_s: float) -> float:
        """Return the UTC of a device time; only once an offset is set."""
        assert self._offset_s is not None
        share = 0.0
        if self._begin_s is not None:
            share = min(1.0, max(0.0, (device_s - self._begin_s) / BLOCK_S))
        drift_s = self._drift_s + share * (self._next_drift_s - self._drift_s)
        return device_s + self._offset_s + drift_s

    def _end_block(self, begin_s: float) -> None:
        self._drift_s = self._next_drift_s
        moved_s = self._least_s - self._reference_s - self._drift_s
        if self._before_s is None or abs(moved_s) > MOST_DRIFT * (begin_s - self._before_s):
            self._reference_s += moved_s
        else:
            self._next_drift_s += moved_s
        self._before_s = begin_s
