"""This night beside earlier ones in its folder: of one subject, by one kind of spec."""

from dataclasses import dataclass

from edgekit.errors import EdgekitError
from edgekit.night.reader import Night, open_night

from .labels import SUPINE
from .summary import Summary, summarise
from .time_axis import TimeAxis

MOST = 14  # nights beside this one


@dataclass(frozen=True)
class NightRow:
    """One night of the comparison."""

    name: str
    day: str  # of its start, on the wearer's clock
    worn_min: float
    supine_percent: float | None  # None without body axes, and where nothing was worn
    supine_attempts: int | None
    changes_per_hour: float | None
    alarms: int  # that vibrated
    is_baseline: bool  # alarms were held back
    is_this: bool


def compared(night: Night, summary: Summary) -> list[NightRow]:
    """This night last, at most MOST earlier ones before it; a file that cannot be read is left out.

    The names of the nights do not matter, nor when the files were written.
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
                    rows.append(_row(other, summarise(decisions, other.spec)))
        except (EdgekitError, IndexError):  # damaged: its own report says so
            continue
    return [*rows, _row(night, summary, is_this=True)]


def _belongs(other: Night, night: Night) -> bool:
    return other.meta.subject == night.meta.subject and other.spec.postures == night.spec.postures


def _row(night: Night, summary: Summary, is_this: bool = False) -> NightRow:
    day = TimeAxis(0.0, 1.0, night.utc_offsets).local(summary.span.start_s)
    alarms = night.alarms()
    has_supine = night.spec.has_body_axes and summary.worn_min > 0
    return NightRow(
        night.path.name,
        f"{day:%a} {day.day} {day:%B}",
        summary.worn_min,
        summary.lanes[SUPINE].percent if has_supine else None,
        summary.supine_attempts,
        summary.changes_per_hour,
        sum(alarm.strength > 0 for alarm in alarms),
        bool(alarms) and not any(alarm.strength > 0 for alarm in alarms),
        is_this,
    )
