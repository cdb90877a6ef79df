"""Notes above the figures of a report: what a reader must know before believing them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from edgekit.doubt import Doubt, DoubtKind
from edgekit.night.events import FROM_DECISIONS
from edgekit.night.night import Event, HealthRow
from edgekit.night.reader import Night
from edgekit.text import grouped, minutes_text, sentence

from .summary import Summary
from .time_axis import TimeAxis

MUCH_DOUBT_PERCENT = 20.0  # of decisions doubtful, above which it is noted; chosen
MUCH_LOST = 0.02  # of the recorded time without data, above which it is noted; chosen

_SYNTHETIC = (
    "Synthetic: the movements come from a simulated sleeper, not from a person. Every figure on "
    "this page describes the simulation."
)
_EMULATED = (
    "Emulated: the wearable was a program, and its sensor a model. No board measured anything on "
    "this page."
)
_CUT_OFF = (
    "Cut off: this night has no proper end. It was interrupted, or is still being recorded; the "
    "page holds what had been written."
)
_LACKS_LOG = (
    "Perhaps copied in part: while a night is recorded its newest rows lie in a file beside it, of "
    "the same name with -wal at its end. That file is not here. Copy it too, or copy after the end."
)
_ASSUMED_CLOCK = (
    "The time of day is assumed: the source did not know it. Durations are right, the clock times "
    "may not be."
)
_NO_SAMPLES = (
    "No samples: the wearable stored a mean for each stretch of a posture, of ten minutes at the "
    "most. Movements within one, and whether it was taken off, are not known; what it had not "
    "stored when its supply failed is missing."
)


def notes_on_doubts(doubts: Iterable[Doubt]) -> list[str]:
    """Return the notes on doubts that are not grave."""
    return [
        sentence(doubt.text)
        if doubt.kind is DoubtKind.NOT_CALIBRATED
        else f"Doubtful in the recording: {doubt}."
        for doubt in doubts
        if not doubt.is_grave
    ]


def notes_on_recording(night: Night) -> list[str]:
    """Return the notes on where a night comes from and how it ended."""
    notes = {
        _SYNTHETIC: night.meta.is_synthetic,
        _EMULATED: night.meta.is_emulated,
        _CUT_OFF: not night.ended_well,
        _LACKS_LOG: night.lacks_log,
        _ASSUMED_CLOCK: night.meta.clock != "utc",
    }
    return [note for note, applies in notes.items() if applies]


def notes_on_figures(
    night: Night, summary: Summary, axis: TimeAxis, health: Sequence[HealthRow]
) -> list[str]:
    """Return the notes on the figures of a night with decisions."""
    notes = _on_clock_changes(axis)
    if not night.has_samples:
        notes.append(_NO_SAMPLES)
    if summary.warns_of_placement:
        first = summary.placements[0]
        notes.append(
            f"The sensor's placement is not clear: {first.name} in {first.percent:.0f} % of worn "
            "time. Check where and how firmly it was worn before relying on the figures."
        )
    notes += _on_movements(night.events(), axis)
    if summary.doubtful_percent > MUCH_DOUBT_PERCENT:
        notes.append(
            f"The network was unsure of the posture in {summary.doubtful_percent:.0f} % of its "
            "decisions."
        )
    lost_min = sum(gap.minutes for gap in summary.gaps)
    if lost_min > MUCH_LOST * summary.span.minutes:
        notes.append(f"Data are missing for {minutes_text(lost_min)}: see the gaps below.")
    if stuck := sum(row.stuck for row in health):
        notes.append(f"The sensor repeated itself {grouped(stuck)} times (stuck).")
    return notes


def _on_clock_changes(axis: TimeAxis) -> list[str]:
    """Return a note for each change to or from summer time in this night."""
    notes = []
    for at_s in axis.changes_s:
        before, after = axis.local(at_s - 1), axis.local(at_s)
        is_put_on = axis.utc_offsets.at(at_s) > axis.utc_offsets.at(at_s - 1)
        last = before + timedelta(seconds=1)
        notes.append(
            f"The clock was put {'on' if is_put_on else 'back'} at {last:%H:%M}, to {after:%H:%M}: "
            f"the times between {'do not occur' if is_put_on else 'come twice'}."
        )
    return notes


def _on_movements(events: list[Event], axis: TimeAxis) -> list[str]:
    """Return a note where the sensor seems to have slipped or been moved."""
    moved = [event for event in events if event.kind in FROM_DECISIONS]
    if not moved:
        return []
    more = " See the events below." if len(moved) > 1 else ""
    when = axis.clock(moved[0].at_s)
    return [f"The sensor may not have stayed in its place: at {when}, {moved[0].detail}.{more}"]
