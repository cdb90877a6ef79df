"""The wearer's clock along a chart: seconds to per cent of its width, and where the ticks stand."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

from edgekit.night.offsets import UtcOffsets

_STEPS_S = (
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    10800,
    21600,
    43200,
    86400,
)
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
        """When, within the axis, the wearer's clock was set to or from summer time."""
        return [at_s for at_s in self.utc_offsets.from_s[1:] if self.begin_s < at_s < self.end_s]

    def percent(self, at_s: float) -> float:
        return 100 * min(max((at_s - self.begin_s) / self.span_s, 0.0), 1.0)

    def clock(self, at_s: float) -> str:
        """Time of day, with seconds where the whole chart is shorter than ten minutes.

        A time that came before, as 02:30 does when summer time ends, says that it is the second.
        """
        return self._hands(at_s) + (" (2nd)" if self._came_before(at_s) else "")

    def interval(self, begin_s: float, end_s: float) -> str:
        return f"{self.clock(begin_s)}\N{EN DASH}{self.clock(end_s)}"

    def local(self, at_s: float) -> datetime:
        """The wearer's date and time, offset included."""
        return utc(at_s).astimezone(timezone(timedelta(seconds=self.utc_offsets.at(at_s))))

    def _hands(self, at_s: float) -> str:
        return f"{self.local(at_s):{'%H:%M:%S' if self.span_s < 600 else '%H:%M'}}"

    def _came_before(self, at_s: float) -> bool:
        back_s = [self.utc_offsets.at(c - 1) - self.utc_offsets.at(c) for c in self.changes_s]
        return any(c <= at_s < c + b for c, b in zip(self.changes_s, back_s, strict=True))

    def ticks(self) -> list[Tick]:
        """At most ten, at round times of the wearer's clock; an hour that comes twice, twice."""
        fitting = (step for step in _STEPS_S if self.span_s / step <= _MOST_TICKS)
        step = next(fitting, math.ceil(self.span_s / _MOST_TICKS / 86400) * 86400)
        times: list[float] = []
        for begin_s, end_s in pairwise([self.begin_s, *self.changes_s, self.end_s]):
            offset_s = self.utc_offsets.at(begin_s)
            first = math.ceil((begin_s + offset_s) / step)
            last = math.floor((end_s + offset_s) / step)
            stretch = [float(index * step - offset_s) for index in range(first, last + 1)]
            times += [at_s for at_s in stretch if at_s not in times[-1:]]
        crowded = len(times) > 5
        return [
            Tick(self.percent(at_s), self._hands(at_s), crowded and index % 2 == 1)
            for index, at_s in enumerate(times)
        ]


def utc(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
