"""Give the rows of a table their times: of a column, or counted at a stated rate."""

from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import UsageError
from edgekit.recording import Clock
from edgekit.resample import same_rate
from edgekit.stretches import stretches
from edgekit.text import short

from ..split_at_gaps import count_breaks
from .columns import Columns
from .options import TableOptions
from .preamble import Preamble
from .rows import Rows
from .stamps import (
    LEAST_SET_BACK_S,
    StampReader,
    begins_in_repeated_hour,
    over_midnight,
    through_repeated_hour,
)
from .times import UNITS_S, Timing, check_one_sensor, find_timing, is_unix, time_unit


@dataclass(frozen=True)
class Clocked:
    """The rows with their times in seconds, or with a rate alone."""

    rows: Rows
    time_s: NDArray[np.float64] | None
    rate_hz: float | None  # stated
    start_s: float
    clock: Clock
    kind: str  # in words
    notes: tuple[str, ...]
    zone: tzinfo | None = None  # by which local times were made UTC

    def timing(self, chosen: NDArray[np.intp], path: Path) -> Timing:
        """Return stretches and rates of the chosen rows."""
        if self.time_s is None or len(chosen) < 2:
            return self._counted(chosen)
        time_s = self.time_s[chosen]
        check_one_sensor(time_s, self.rows.xyz[chosen], path)
        if self.zone:
            time_s = through_repeated_hour(time_s, self.zone)
        timing = find_timing(time_s, path)
        longest = max(range(len(timing.stretches)), key=lambda k: np.ptp(timing.stretches[k]))
        measured = timing.rates_hz[longest]
        if self.rate_hz and not same_rate(self.rate_hz, measured):
            raise UsageError(
                f"{path}: its times say {measured:.4g} Hz, and the rate is stated as "
                f"{self.rate_hz:.4g} Hz. Decide with --rate {measured:.4g}, or skip the time "
                "column with --columns -,x,y,z."
            )
        return timing

    def _counted(self, chosen: NDArray[np.intp]) -> Timing:
        """Return the timing of rows without times: a row that was left out is a gap."""
        rate_hz = self.rate_hz or 1.0
        number = self.rows.number[chosen]
        parts = stretches(count_breaks(number))
        starts = tuple(self.start_s + float(number[begin]) / rate_hz for begin, _ in parts)
        return Timing(tuple(parts), (rate_hz,) * len(parts), starts, len(parts) - 1, 0, 0.0, 0.0, 0)


def clocked_rows(
    rows: Rows,
    columns: Columns,
    stamps: StampReader | None,
    preamble: Preamble,
    options: TableOptions,
    path: Path,
) -> Clocked:
    """Decide the clock of a table's rows: stamps, numbers of a unit, or a stated rate.

    Raises UsageError where neither times nor rate are known, or the unit of the times is open.
    """
    stated = options.rate_hz or preamble.rate_hz
    if rows.time is None or len(rows) < 2:
        if stated is None:
            raise UsageError(
                f"{path} has no time column and says no rate. Give it with --rate"
                + (
                    f", or name the column ({', '.join(map(short, columns.others[:6]))}) with "
                    "--columns time=...,x=...,y=...,z=..."
                    if columns.others
                    else ""
                )
                + "."
            )
        start = preamble.start_s
        zoned: Clock = "utc" if start is not None and options.zone else "device"
        kind = "rate " + ("by --rate" if options.rate_hz else "in its header")
        return Clocked(rows, None, stated, start or 0.0, zoned, kind, ())
    if stamps is not None:
        time_s = rows.time if stamps.has_date else over_midnight(rows.time)
        clock: Clock = "utc" if stamps.has_zone else "device"
        notes = () if stamps.has_zone else ("times without a zone: --zone makes them UTC",)
        if stamps.zone and _begins_twice(time_s, stamps.zone):
            notes = ("begins in an hour that stands twice, taken as the first of the two",)
        kind = f"time as {stamps.kind}"
        return Clocked(rows, time_s, stated, 0.0, clock, kind, notes, stamps.zone)
    unit = time_unit(rows.time, columns.time_unit, options.time_unit, path)
    time_s = rows.time * UNITS_S[unit]
    clock = "utc" if is_unix(float(time_s[0])) else "device"
    kind = f"time in {unit}" + (", Unix" if clock == "utc" else "")
    return Clocked(rows, time_s, stated, 0.0, clock, kind, ())


def _begins_twice(time_s: NDArray[np.float64], zone: tzinfo) -> bool:
    """Tell whether local times (N,) may begin in either of two hours: none of them runs back."""
    is_set_back = bool((np.diff(time_s) < -LEAST_SET_BACK_S).any())
    return not is_set_back and begins_in_repeated_hour(float(time_s[0]), zone)
