"""UtcOffsets: the clock on the wearer's wall, through a change to or from summer time."""

import json
import math
import time
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

from edgekit.errors import EdgekitError

AHEAD_H = 36  # a night and a day: its report is read on the clock of that night


@dataclass(frozen=True)
class UtcOffsets:
    """From each `from_s` (UTC, in order) on, local time is UTC + `offset_s`."""

    from_s: tuple[float, ...]
    offset_s: tuple[int, ...]

    def at(self, utc_s: float) -> int:
        """Return the offset in force, in s; before the first entry, the first."""
        return self.offset_s[max(0, bisect_right(self.from_s, utc_s) - 1)]

    def to_json(self) -> str:
        return json.dumps({"from_s": self.from_s, "offset_s": self.offset_s})

    @staticmethod
    def from_json(text: str) -> "UtcOffsets":
        """Raises EdgekitError unless both lists are there, of one length, and the times rise."""
        try:
            fields = json.loads(text)
            from_s = tuple(float(value) for value in fields["from_s"])
            offset_s = tuple(int(value) for value in fields["offset_s"])
            rises = all(a < b for a, b in pairwise(from_s))
            if not from_s or len(from_s) != len(offset_s) or not rises:
                raise ValueError
        except (KeyError, TypeError, ValueError, OverflowError):
            raise EdgekitError(f"no offsets from UTC: {text[:80]!r}") from None
        return UtcOffsets(from_s, offset_s)


def utc_offsets(start_s: float) -> UtcOffsets:
    """Return this machine's offsets from `start_s` through the next 36 hours."""
    from_s, offset_s = [start_s], [_offset_s(start_s)]
    for hour in range(1, AHEAD_H + 1):
        at_s = start_s + 3600 * hour
        if _offset_s(at_s) != offset_s[-1]:
            from_s.append(_change_s(at_s - 3600, at_s))
            offset_s.append(_offset_s(at_s))
    return UtcOffsets(tuple(from_s), tuple(offset_s))


def _offset_s(utc_s: float) -> int:
    return time.localtime(utc_s).tm_gmtoff


def _change_s(before_s: float, after_s: float) -> float:
    """Return the first whole second with the offset of `after_s`; one change lies between them."""
    seconds = range(math.floor(before_s), math.ceil(after_s) + 1)
    after = _offset_s(after_s)
    return float(seconds[bisect_left(seconds, True, key=lambda at_s: _offset_s(at_s) == after)])
