"""The wearer's clock along a chart: from seconds to per cent of its width, and its ticks."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

from edgekit.night.utc_offsets import UtcOffsets

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400
_STEPS_S = (  # between ticks
    *(1, 2, 5, 10, 15, 30),
    *(minutes * _MINUTE_S for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR_S for hours in (1, 2, 3, 6, 12, 24)),
)
_SECONDS_BELOW_S = 600.0  # a shorter chart shows seconds
_MOST_TICKS = 10


@dataclass(frozen=True)
class Tick:
    percent: float
    text: str
    minor: bool  # left out where the page is narrow


@dataclass(frozen=True)
class TimeAxis:
    """From begin_s to end_s (UTC), read on the wearer's clock, also where summer time ends."""

    begin_s: float
    end_s: float
    utc_offsets: UtcOffsets

    @property
    def span_s(self) -> float:
        return max(self.end_s - self.begin_s, 1e-3)

    @property
    def changes_s(self) -> list[float]:
        """UTC seconds within the axis when the wearer's clock changed to or from summer time."""
        return [at_s for at_s in self.utc_offsets.from_s[1:] if self.begin_s < at_s < self.end_s]

    def percent(self, at_s: float) -> float:
        return 100 * min(max((at_s - self.begin_s) / self.span_s, 0.0), 1.0)

    def clock(self, at_s: float) -> str:
        """Return the time of day, with seconds where the whole chart is shorter than ten minutes.

        A time that came before, as 02:30 does when summer time ends, says that it is the second.
        """
        return self._hands(at_s) + (" (2nd)" if self._came_before(at_s) else "")

    def interval(self, begin_s: float, end_s: float) -> str:
        return f"{self.clock(begin_s)}\N{EN DASH}{self.clock(end_s)}"

    def local(self, at_s: float) -> datetime:
        """Return the wearer's date and time, offset included."""
        return local(at_s, self.utc_offsets)

    def _hands(self, at_s: float) -> str:
        return f"{self.local(at_s):{'%H:%M:%S' if self.span_s < _SECONDS_BELOW_S else '%H:%M'}}"

    def _came_before(self, at_s: float) -> bool:
        back_s = [self.utc_offsets.at(c - 1) - self.utc_offsets.at(c) for c in self.changes_s]
        return any(c <= at_s < c + b for c, b in zip(self.changes_s, back_s, strict=True))

    def ticks(self) -> list[Tick]:
        """Return at most ten, at round times of the wearer's clock.

        An hour that comes twice has its ticks twice.
        """
        fitting = (step for step in _STEPS_S if self.span_s / step <= _MOST_TICKS)
        step = next(fitting, math.ceil(self.span_s / _MOST_TICKS / _DAY_S) * _DAY_S)
        times: list[float] = []
        for begin_s, end_s in pairwise([self.begin_s, *self.changes_s, self.end_s]):
            offset_s = self.utc_offsets.at(begin_s)
            first = math.ceil((begin_s + offset_s) / step)
            last = math.floor((end_s + offset_s) / step)
            stretch = [float(index * step - offset_s) for index in range(first, last + 1)]
            times += [at_s for at_s in stretch if at_s not in times[-1:]]
        in_seconds = step < _MINUTE_S
        crowded = len(times) > (3 if in_seconds else 5)
        kept_each = 3 if in_seconds else 2  # where the page is narrow
        return [
            Tick(
                self.percent(at_s),
                f"{self.local(at_s):{'%H:%M:%S' if in_seconds else '%H:%M'}}",
                crowded and index % kept_each > 0,
            )
            for index, at_s in enumerate(times)
        ]


def local(at_s: float, utc_offsets: UtcOffsets) -> datetime:
    """Return the wearer's date and time, offset included."""
    return utc(at_s).astimezone(timezone(timedelta(seconds=utc_offsets.at(at_s))))


def utc(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
