"""Read time stamps that are text: ISO 8601, dates with slashes, GENEActiv's, times of day."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import UsageError

EPOCH = datetime(1970, 1, 1)
DAY_S = 86_400.0
ORDERS = ("ymd", "mdy", "dmy")
LEAST_SET_BACK_S = 600.0  # no zone sets its clock back by less
MOST_SET_BACK = 100  # steps back that are looked at

DATE = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:[T ]+(.*))?")
TIME_OF_DAY = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})(?:[.,:](\d+))?")
ZONED = re.compile(r"(Z|[+-]\d{2}:?\d{2})$", re.IGNORECASE)

Parser = Callable[[str], float]


@dataclass(frozen=True)
class StampReader:
    """How the text stamps of one file are read."""

    parse: Parser
    kind: str  # in words, for the table
    has_date: bool
    has_zone: bool  # then the seconds are UTC
    zone: tzinfo | None = None  # of --zone, by which local times were made UTC

    def read(self, values: Sequence[str]) -> NDArray[np.float64]:
        """Return seconds (N,), NaN where a value is no stamp."""
        return np.array([self._one(value) for value in values], np.float64)

    def _one(self, value: str) -> float:
        try:
            return self.parse(value)
        except (ValueError, OverflowError):
            return float("nan")


def find_zone(name: str | None) -> tzinfo | None:
    """Return the zone of the option --zone. Raises UsageError where it is unknown."""
    if name is None or name.upper() == "UTC":
        return UTC if name else None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            f"--zone {name}: no such time zone. Give it as UTC or Europe/Berlin."
        ) from None


def stamp_reader(
    samples: Sequence[str], order: str | None, zone: tzinfo | None, path: Path
) -> StampReader:
    """Choose the reader by the first stamps of a column; a `zone` makes local stamps UTC.

    Raises UsageError where day and month cannot be told apart and `order` (option --dates) is
    absent, or where the stamps are in no known form.
    """
    first = next((sample for sample in samples if sample), "")
    if TIME_OF_DAY.fullmatch(first):
        return StampReader(_time_of_day, "time of day", has_date=False, has_zone=False)
    date = DATE.fullmatch(first)
    if not date:
        raise UsageError(
            f"{path}: the time {first[:40]!r} is in no known form. Write seconds or ISO 8601 "
            "(2026-11-29T22:30:05.120Z), or skip the column with --columns -,x,y,z and give --rate."
        )
    if len(date[1]) == 4:
        order = "ymd"
    elif order is None:
        order = _order(samples, date[2])
        if order is None:
            raise UsageError(
                f"{path}: {first[:40]!r} may be month or day first. Decide with --dates mdy or "
                "--dates dmy."
            )
    zoned = bool(date[5] and ZONED.search(date[5]))
    return StampReader(
        _dated(order, zone),
        ("ISO 8601" if order == "ymd" else f"dates {order}")
        + (" with zone" if zoned else " without zone"),
        has_date=True,
        has_zone=zoned or zone is not None,
        zone=None if zoned else zone,
    )


def read_date(date: str, time: str, order: str) -> float | None:
    """Return a header's start, `12/20/2021` and `11:55:00`, in seconds without a zone, or None."""
    try:
        return _dated(order, None)(f"{date} {time}")
    except (ValueError, OverflowError):
        return None


def _order(samples: Sequence[str], mark: str) -> str | None:
    """Tell day from month where one of them exceeds 12; dots are written with the day first."""
    matches = [match for sample in samples if (match := DATE.fullmatch(sample))]
    if any(int(match[1]) > 12 for match in matches) or mark == ".":
        return "dmy"
    return "mdy" if any(int(match[3]) > 12 for match in matches) else None


def _dated(order: str, zone: tzinfo | None) -> Parser:
    def parse(value: str) -> float:
        if order == "ymd":
            try:
                return _seconds(datetime.fromisoformat(value), zone)
            except ValueError:
                pass  # slashes, one-digit months, or GENEActiv's colon before milliseconds
        date = DATE.fullmatch(value)
        if not date:
            raise ValueError(value)
        numbers = {order[0]: date[1], order[1]: date[3], order[2]: date[4]}
        day = f"{int(numbers['y']):04d}-{int(numbers['m']):02d}-{int(numbers['d']):02d}"
        return _seconds(datetime.fromisoformat(f"{day}T{_iso_time(date[5] or '0:00:00')}"), zone)

    return parse


def _iso_time(text: str) -> str:
    """Return the time of day as ISO 8601 has it: `9:05:01:500 PM` as `21:05:01.500`."""
    half = re.search(r"\s*([AP])M$", text, re.IGNORECASE)
    text = text[: half.start()] if half else text
    match = re.match(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,:](\d+))?)?", text)
    if not match:
        raise ValueError(text)
    hour = int(match[1])
    if half:
        hour = hour % 12 + 12 * (half[1].upper() == "P")
    fraction = f".{match[4]}" if match[4] else ""
    return f"{hour:02d}:{match[2]}:{match[3] or '00'}{fraction}{text[match.end() :]}"


def _seconds(at: datetime, zone: tzinfo | None) -> float:
    if at.tzinfo is None and zone is not None:
        at = at.replace(tzinfo=zone)
    return at.timestamp() if at.tzinfo is not None else (at - EPOCH).total_seconds()


def _time_of_day(value: str) -> float:
    match = TIME_OF_DAY.fullmatch(value)
    if not match:
        raise ValueError(value)
    fraction = float(f"0.{match[4]}") if match[4] else 0.0
    return int(match[1]) * 3600.0 + int(match[2]) * 60.0 + int(match[3]) + fraction


def over_midnight(time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return times of day (N,) that go on past midnight instead of starting again."""
    wraps = np.diff(time_s, prepend=time_s[:1]) < -DAY_S / 2
    return time_s + DAY_S * np.cumsum(wraps)


def begins_in_repeated_hour(time_s: float, zone: tzinfo) -> bool:
    """Tell whether the local time of a Unix time stands twice, as where summer time ends."""
    return _repeated_hour(time_s, zone) is not None


def through_repeated_hour(time_s: NDArray[np.float64], zone: tzinfo) -> NDArray[np.float64]:
    """Return times (N,), read as the first of two that look alike, going on in the second.

    Where summer time ends local times run back by an hour and stand twice; the clock did not.
    """
    time_s = time_s.copy()
    for place in np.flatnonzero(np.diff(time_s) < -LEAST_SET_BACK_S)[:MOST_SET_BACK] + 1:
        hour = _repeated_hour(float(time_s[place]), zone)
        if hour is None or time_s[place] >= time_s[place - 1]:
            continue
        begin_s, end_s = hour
        later = time_s[place:]
        later[(later >= begin_s) & (later < end_s)] += end_s - begin_s
    return time_s


def _repeated_hour(time_s: float, zone: tzinfo) -> tuple[float, float] | None:
    """Return the Unix times [begin, end) of the first of two equal hours, where `time_s` is in."""
    try:
        local = datetime.fromtimestamp(time_s, zone)
    except (ValueError, OverflowError, OSError):
        return None
    first_s = local.replace(fold=0).timestamp()
    length_s = local.replace(fold=1).timestamp() - first_s
    if length_s <= 0:
        return None
    before, low, high = local.replace(fold=0).utcoffset(), first_s, first_s + length_s
    while high - low > 0.5:  # the clock is set back at a whole second
        middle = (low + high) / 2
        is_before = datetime.fromtimestamp(middle, zone).utcoffset() == before
        low, high = (middle, high) if is_before else (low, middle)
    end_s = float(round(high))
    return end_s - length_s, end_s
