"""Refuse an ActiGraph epoch table: counts per minute or so, where raw samples are needed."""

import re
from pathlib import Path

from edgekit.errors import UsageError

TITLE = b"Data File Created By ActiGraph"
PERIOD = re.compile(rb"Epoch Period \(hh:mm:ss\) (\d\d):(\d\d):(\d\d)")


def epoch_seconds(content: bytes) -> int | None:
    """Return the epoch of an ActiGraph CSV; 0 in a raw one, None where this is no ActiGraph CSV."""
    head = content[:4096]
    period = PERIOD.search(head)
    if TITLE not in head or period is None:
        return None
    hours, minutes, seconds = map(int, period.groups())
    return (hours * 60 + minutes) * 60 + seconds


def refuse_epoch_table(content: bytes, path: Path) -> None:
    """Raise UsageError where the content is an ActiGraph epoch table."""
    seconds = epoch_seconds(content)
    if seconds:
        raise UsageError(
            f"{path} is an ActiGraph epoch table: counts per {seconds} s, not raw acceleration, "
            "which cannot be had back from them. Give the device's .gt3x, or export raw data."
        )
