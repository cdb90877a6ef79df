"""Read what stands before the columns: rate, start, subject; refuse tables that hold no samples.

ActiLife writes ten lines, `... date format M/d/yyyy at 30 Hz ...`, `Start Time 11:55:00`, `Start
Date 12/20/2021`, `Epoch Period (hh:mm:ss) 00:00:00`. GENEActiv writes a hundred `name,value` lines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from edgekit.errors import EdgekitError, UsageError

from .stamps import ORDERS, read_date, stamp_reader

RATE = (
    re.compile(r"\bat\s+(\d+(?:\.\d+)?)\s*Hz\b", re.IGNORECASE),
    re.compile(
        r"(?:measurement frequency|sampl\w*\s*(?:rate|frequency))\W{1,8}(?:\(?Hz\)?\W{1,4})?"
        r"(\d+(?:\.\d+)?)",
        re.IGNORECASE,
    ),
)
EPOCH = re.compile(r"Epoch Period \(hh:mm:ss\)\W{0,4}(\d\d):(\d\d):(\d\d)")
DATE_FORMAT = re.compile(r"date format ([Mdy]+)[/.-]([Mdy]+)[/.-]([Mdy]+)")
START_TIME = re.compile(r"Start Time\W{0,4}(\d{1,2}:\d\d:\d\d)")
START_DATE = re.compile(r"Start Date\W{0,4}(\d+)([/.-])(\d+)\2(\d+)")
START = re.compile(r"Start Time\W{1,4}(\d{4}-\d\d-\d\d[T ][\d:.]+)")
SUBJECT = re.compile(r"Subject (?:Code|Name|ID)[,:;\t ]{1,4}([^,;\t\"]+)", re.IGNORECASE)
LOCATION = re.compile(r"Device Location Code[,:;\t ]{1,4}([^,;\t\"]+)", re.IGNORECASE)


DECISIONS = {"time_utc", "posture_confidence", "placement_confidence", "raw_posture"}


@dataclass(frozen=True)
class Preamble:
    """What the lines before the columns say; None where they do not."""

    rate_hz: float | None = None
    start_s: float | None = None  # on the device's clock, as if its zone were UTC
    subject: str | None = None
    placement: str | None = None


def refuse_epochs(preamble: tuple[str, ...], path: Path) -> None:
    """Raise EdgekitError for a table of counts per epoch, which holds no acceleration."""
    epoch = EPOCH.search("\n".join(preamble))
    if not epoch:
        return
    seconds = int(epoch[1]) * 3600 + int(epoch[2]) * 60 + int(epoch[3])
    if seconds:
        raise EdgekitError(
            f"{path} is an ActiGraph table of activity counts per {seconds} s epoch, not "
            "acceleration. Take the .gt3x file, or export raw data in ActiLife."
        )


def refuse_decisions(header: Sequence[str], path: Path) -> None:
    """Raise UsageError for a table of decisions, as `edgekit report` writes: it has no samples."""
    if set(header) >= DECISIONS:
        raise UsageError(
            f"{path} is a night's table of decisions, which holds no acceleration. Import the "
            "night itself (.night), or its EDF."
        )


def read_preamble(
    preamble: tuple[str, ...], zone: tzinfo | None, dates: str | None, path: Path
) -> Preamble:
    """Read rate, start and subject. Raises UsageError for a start whose date is ambiguous."""
    text = "\n".join(line[:500] for line in preamble)
    rate = next((float(match[1]) for known in RATE if (match := known.search(text))), None)
    subject = next((m[1].strip() for line in preamble if (m := SUBJECT.search(line))), None)
    location = next((m[1].strip() for line in preamble if (m := LOCATION.search(line))), None)
    return Preamble(rate, _start(text, zone, dates, path), subject or None, location or None)


def _start(text: str, zone: tzinfo | None, dates: str | None, path: Path) -> float | None:
    if start := START.search(text):
        seconds = stamp_reader([start[1]], None, zone, path).read([start[1]])[0]
        return float(seconds) if seconds == seconds else None
    date, time, order = START_DATE.search(text), START_TIME.search(text), DATE_FORMAT.search(text)
    if not date or not time:
        return None
    letters = "".join(part[0].lower() for part in order.groups()) if order else None
    written = f"{date[1]}{date[2]}{date[3]}{date[2]}{date[4]} {time[1]}"
    letters = letters if letters in ORDERS else dates
    if letters and zone is None:
        return read_date(written.split(" ")[0], time[1], letters)
    seconds = stamp_reader([written], letters, zone, path).read([written])[0]
    return float(seconds) if seconds == seconds else None
