"""One night of several: what a page of nights shows of it; and the evenings that the page has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from edgekit.doubt import warning
from edgekit.night.names import evening
from edgekit.night.night import WORN, Decisions
from edgekit.night.reader import open_night
from edgekit.spec import Spec

from ..plausibility.watch import doubts_of
from .check import check_night
from .earlier import NightRow, night_row
from .rose import PETALS, petals_percent
from .summary import Summary, summarise

LONGEST_PAUSE = 7  # evenings in a row without a night that are shown as missing


@dataclass(frozen=True)
class NightEntry:
    """One night of the page, as far as it is shown."""

    path: Path
    subject: str
    evening: date
    spec: Spec
    offset_s: int  # of the wearer's clock from UTC, at its start
    decisions: Decisions
    summary: Summary
    row: NightRow
    angle_deg: float | None  # held most, to 10 degrees
    warnings: tuple[str, ...]  # what is gravely doubtful
    ended_well: bool
    is_synthetic: bool


def read_entry(path: Path, subject: str | None) -> NightEntry | None:
    """Read one night; None where it is of another than `subject`, or holds no decision."""
    with open_night(path) as night:
        if subject not in (None, night.meta.subject):
            return None
        decisions = night.decisions()
        if not len(decisions):
            return None
        check_night(night, decisions)
        summary = summarise(decisions, night.spec)
        start_s = summary.span.start_s
        warnings = warning(doubts_of(night, decisions))[1:]
        return NightEntry(
            path,
            night.meta.subject,
            evening(start_s, night.utc_offsets),
            night.spec,
            night.utc_offsets.at(start_s),
            decisions,
            summary,
            replace(night_row(night, summary), is_doubtful=bool(warnings)),
            _angle_most_held(decisions, night.spec),
            tuple(warnings),
            night.ended_well,
            night.meta.is_synthetic,
        )


def evenings(entries: Sequence[NightEntry]) -> list[date]:
    """Return the evenings from the first night's to the last's, also those without a night.

    More than LONGEST_PAUSE of those in a row are left out.
    """
    nights = sorted({entry.evening for entry in entries})
    days = nights[:1]
    for before, after in pairwise(nights):
        pause = (after - before).days - 1
        if pause <= LONGEST_PAUSE:
            days += [before + timedelta(days=k + 1) for k in range(pause)]
        days.append(after)
    return days


def _angle_most_held(decisions: Decisions, spec: Spec) -> float | None:
    worn = (decisions.state == WORN) & np.isfinite(decisions.torso_angle_deg)
    if not spec.has_body_axes or not worn.any():
        return None
    return float(petals_percent(decisions.torso_angle_deg[worn]).argmax()) * 360.0 / PETALS
