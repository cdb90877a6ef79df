"""What a night held before a monitor resumes it."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.night.night import WORN
from edgekit.night.reader import open_night


@dataclass(frozen=True)
class NightProgress:
    begin_s: float  # UTC
    recorded_s: float  # of samples
    worn: NDArray[np.int64]  # (postures,) decisions
    gaps: int
    clipped: int
    stuck: int
    faults: dict[str, int]
    attempts: int  # with an alarm
    answered: int  # of them


def read_progress(night_path: Path) -> NightProgress | None:
    """Read the night at `night_path`; None where there is no file.

    Raises EdgekitError for a damaged night.
    """
    if not night_path.is_file():
        return None
    with open_night(night_path) as night:
        decisions, health = night.decisions(), night.health()
        worn = decisions.posture[decisions.state == WORN]
        alarms = night.alarms()
        faults: Counter[str] = Counter()
        for row in health:
            faults.update(row.faults)
        return NightProgress(
            begin_s=night.start_s,
            recorded_s=sum(row.samples / row.rate_hz for row in health if row.rate_hz),
            worn=np.bincount(worn, minlength=len(night.spec.postures)),
            gaps=sum(row.gaps for row in health),
            clipped=sum(row.clipped for row in health),
            stuck=sum(row.stuck for row in health),
            faults=dict(faults),
            attempts=sum(alarm.level == 1 for alarm in alarms),
            answered=sum(alarm.response_s is not None for alarm in alarms),
        )
