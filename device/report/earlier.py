"""A night beside earlier ones in its folder, of the same subject and postures."""

from collections.abc import Sequence
from dataclasses import dataclass

from edgekit.errors import EdgekitError
from edgekit.night.reader import Night, open_night

from .summary import Summary, summarise
from .therapy import therapy_outcome
from .time_axis import local

MOST = 14  # nights beside this one
LEAST_NIGHT_MIN = 120.0  # lying: less is no night to compare with; chosen


@dataclass(frozen=True)
class NightRow:
    """One night of a comparison."""

    name: str
    day: str  # of its start, on the wearer's clock
    worn_min: float
    supine_percent: float | None  # None without body axes, and where nothing was worn
    supine_attempts: int | None
    changes_per_hour: float | None
    still_percent: float | None  # of worn time in stretches without movement
    alarms: int  # that vibrated
    is_baseline: bool  # alarms were held back
    is_doubtful: bool  # by a grave doubt that the night holds: shown, not compared with
    is_this: bool


def beside_earlier(night: Night, summary: Summary) -> list[NightRow]:
    """Return at most MOST earlier nights and, last, this one, in the order of time.

    A file that cannot be read is left out. Names and file times do not matter.
    """
    earlier = []
    for path in night.path.parent.glob("*.night"):
        if path.resolve() == night.path.resolve():
            continue
        try:
            with open_night(path) as other:
                if _belongs(other, night) and other.start_s < night.start_s:
                    earlier.append((other.start_s, path))
        except EdgekitError:
            continue
    rows = []
    for _, path in sorted(earlier)[-MOST:]:
        try:
            with open_night(path) as other:
                decisions = other.decisions()
                if len(decisions):
                    rows.append(night_row(other, summarise(decisions, other.spec)))
        except (EdgekitError, IndexError):  # damaged: its own report says so
            continue
    return [*rows, night_row(night, summary, is_this=True)]


def supine_shares(rows: Sequence[NightRow]) -> list[float]:
    """Return the supine share, in per cent, of each night that may be compared with.

    Those are long enough and not doubtful.
    """
    return [
        row.supine_percent
        for row in rows
        if row.supine_percent is not None
        and row.worn_min >= LEAST_NIGHT_MIN
        and not row.is_doubtful
    ]


def _belongs(other: Night, night: Night) -> bool:
    return other.meta.subject == night.meta.subject and other.spec.postures == night.spec.postures


def night_row(night: Night, summary: Summary, is_this: bool = False) -> NightRow:
    """Return a night's row in a comparison."""
    day = local(summary.span.start_s, night.utc_offsets)
    outcome = therapy_outcome(night.alarms())
    return NightRow(
        night.path.name,
        f"{day:%a} {day.day} {day:%B}",
        summary.worn_min,
        summary.supine.percent if summary.supine and summary.worn_min > 0 else None,
        summary.supine_attempts,
        summary.changes_per_hour,
        summary.stillness.percent if summary.stillness and night.has_samples else None,
        outcome.vibrated if outcome else 0,
        outcome.is_baseline if outcome else False,
        any(doubt.is_grave for doubt in night.meta.doubts),
        is_this,
    )
