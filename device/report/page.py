"""The page: what is said, in which order; page.html says how it looks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jinja2
import numpy as np

from edgekit.night.events import FROM_DECISIONS
from edgekit.night.night import Decisions, Health
from edgekit.night.reader import Night
from edgekit.pages.templates import load_templates
from edgekit.spec import Spec
from edgekit.text import minutes_text

from .agreement import agreement
from .earlier import compared
from .faults import fault_rows
from .glossary import terms
from .labels import SUPINE, class_angles_deg, lane_names, lane_of_class
from .palette import class_colours
from .pictures import angle_pictures, confusion_picture, movement_picture, night_picture
from .states import lane_state_names
from .summary import STILL_S, Share, Summary, summarise
from .table import COLUMNS
from .therapy import therapy
from .time_axis import TimeAxis

_EVENTS_SHOWN = 60
_SPANS_SHOWN = 12


@dataclass(frozen=True)
class Headline:
    """One of the large numbers at the top."""

    value: str
    unit: str
    label: str


@dataclass(frozen=True)
class PostureRow:
    """One line of the table of postures."""

    share: Share
    css: str
    angle: str
    by_angle: str
    is_group: bool


def page_html(night: Night, decisions: Decisions, csv_name: str) -> str:
    """One self-contained page; a night without decisions gives a page which says so."""
    spec = night.spec
    context: dict[str, Any] = {
        "spec": spec,
        "night": night,
        "meta": night.meta,
        "name": night.path.name,
        "csv_name": csv_name,
        "synthetic": night.meta.is_synthetic,
        "colours": class_colours(spec),
        "terms": terms(spec),
        "columns": COLUMNS,
        "events_shown": _EVENTS_SHOWN,
        "spans_shown": _SPANS_SHOWN,
        "has_samples": night.has_samples,
    }
    if len(decisions) == 0:
        axis = TimeAxis(night.start_s, night.start_s, night.utc_offsets)
        context |= {"summary": None, "headlines": [], "notes": _notes(night, None, None)}
    else:
        summary = summarise(decisions, spec)
        if not night.has_samples:  # a mean angle for each bout: movements within it are not seen
            summary = replace(summary, stillness=None)
        axis = TimeAxis(summary.span.start_s, summary.span.end_s, night.utc_offsets)
        found = agreement(decisions, spec)
        alarms = night.alarms()
        context |= {
            "summary": summary,
            "headlines": _headlines(summary, spec),
            "notes": _notes(night, summary, night.health()),
            "night_chart": night_picture(decisions, summary, spec, axis),
            "movement_chart": movement_picture(decisions, alarms, spec, axis),
            "therapy": therapy(alarms),
            "compared": compared(night, summary),
            "rows": _posture_rows(summary, spec),
            "lane_names": lane_state_names(spec),
            "agreement": found,
            "confusion": confusion_picture(found, spec),
            **angle_pictures(decisions, spec, axis),
        }
    context |= {
        "axis": axis,
        "day": _day(axis),
        "health": _health_rows(night.health()),
        "events": night.events(),
    }
    return _template().render(context)


def _template() -> jinja2.Template:
    environment = load_templates(Path(__file__).parent)
    environment.filters["duration"] = minutes_text
    return environment.get_template("page.html")


def _day(axis: TimeAxis) -> str:
    begin, end = axis.local(axis.begin_s), axis.local(axis.end_s)
    last = f"{end.day} {end:%B} {end.year}"
    if begin.date() == end.date():
        return last
    if (begin.month, begin.year) == (end.month, end.year):
        return f"{begin.day}\N{EN DASH}{last}"
    return f"{begin.day} {begin:%B} \N{EN DASH} {last}"


def _clock_changes(axis: TimeAxis) -> list[str]:
    """What was done to the clock on the wall in this night."""
    told = []
    for at_s in axis.changes_s:
        before, after = axis.local(at_s - 1), axis.local(at_s)
        hours = axis.utc_offsets.at(at_s) - axis.utc_offsets.at(at_s - 1)
        way = "on" if hours > 0 else "back"
        last = before + timedelta(seconds=1)
        told.append(
            f"The clock was put {way} at {last:%H:%M}, to {after:%H:%M}: "
            + ("the times between do not occur." if hours > 0 else "the times between come twice.")
        )
    return told


def _headlines(summary: Summary, spec: Spec) -> list[Headline]:
    names = lane_names(spec)
    longest = summary.longest
    held = minutes_text(longest.duration_s / 60) if longest else "none"
    where = f"longest bout, {names[longest.code]}" if longest else "bout"
    what = "changes of posture" if spec.has_body_axes else "changes of activity"
    changes = (
        Headline(str(summary.changes), "", what)
        if summary.changes_per_hour is None
        else Headline(f"{summary.changes_per_hour:.1f}", "per hour", what)
    )
    if not spec.has_body_axes:
        most = max(summary.classes, key=lambda share: share.minutes)
        return [
            Headline(f"{most.percent:.0f}", "%", f"most time: {most.name}"),
            Headline(str(sum(share.minutes > 0 for share in summary.classes)), "", "activities"),
            changes,
            Headline(held, "", where),
        ]
    supine = summary.lanes[SUPINE]
    headlines = [
        Headline(f"{supine.percent:.0f}", "%", f"supine, {minutes_text(supine.minutes)}"),
        Headline(str(summary.supine_attempts), "", "supine attempts"),
        changes,
        Headline(held, "", where),
    ]
    if summary.stillness:
        still = f"immobile for {STILL_S / 60:g} min or more"
        headlines.append(Headline(f"{summary.stillness.percent:.0f}", "%", still))
    return headlines


def _notes(night: Night, summary: Summary | None, health: Health | None) -> list[str]:
    """What a reader must know before believing the figures."""
    notes = []
    if night.meta.is_synthetic:
        notes.append(
            "Synthetic: the movements come from a simulated sleeper, not from a person. Every "
            "figure on this page describes the simulation."
        )
    if night.meta.is_emulated:
        notes.append(
            "Emulated: the wearable was a program, and its sensor a model. No board measured "
            "anything on this page."
        )
    if not night.ended_well:
        notes.append(
            "Cut off: this night has no proper end. It was interrupted, or is still being "
            "recorded; the page holds what had been written."
        )
    if night.meta.clock != "utc":
        notes.append(
            "The time of day is assumed: the source did not know it. Durations are right, the "
            "clock times may not be."
        )
    if summary is None:
        return notes
    axis = TimeAxis(summary.span.start_s, summary.span.end_s, night.utc_offsets)
    notes += _clock_changes(axis)
    if not night.has_samples:
        notes.append(
            "No samples: the wearable kept a mean for each stretch of a posture, of ten minutes "
            "at the most. Movements within one, and whether it was taken off, are not known; what "
            "it had not kept when its supply failed is missing."
        )
    if summary.warns_of_placement:
        first = summary.placements[0]
        notes.append(
            f"The sensor's placement is not clear: {first.name} in {first.percent:.0f} % of worn "
            "time. Check where and how firmly it was worn before relying on the figures."
        )
    moved = [event for event in night.events() if event.kind in FROM_DECISIONS]
    if moved:
        notes.append(
            f"The sensor may not have stayed in its place: at {axis.clock(moved[0].at_s)}, "
            f"{moved[0].detail}." + (" See the events below." if len(moved) > 1 else "")
        )
    if summary.doubtful_percent > 20:
        notes.append(
            f"The network was unsure of the posture in {summary.doubtful_percent:.0f} % of its "
            "decisions."
        )
    lost = sum(gap.minutes for gap in summary.gaps)
    if lost * 60 > 0.02 * (summary.span.end_s - summary.span.start_s):
        notes.append(f"Data are missing for {minutes_text(lost)}: see the gaps below.")
    if health is not None and health.stuck.any():
        notes.append(f"The sensor repeated itself {int(health.stuck.sum())} times (stuck).")
    return notes


def _posture_rows(summary: Summary, spec: Spec) -> list[PostureRow]:
    """Each group and its classes; or the activities that occurred, longest first."""
    if not spec.has_body_axes:
        by_time = sorted(enumerate(summary.classes), key=lambda pair: -pair[1].minutes)
        return [
            PostureRow(share, f"c{k}", "", "", False) for k, share in by_time if share.minutes > 0
        ]
    angles, lanes = class_angles_deg(spec), lane_of_class(spec)
    by_angle = summary.by_angle_min
    rows = []
    for group, share in enumerate(summary.lanes):
        members = sorted(np.flatnonzero(lanes == group), key=lambda k: (angles[k] + 45.0) % 90.0)
        beside = minutes_text(sum(by_angle[k] for k in members)) if by_angle else ""
        rows.append(PostureRow(share, "", "", beside, True))
        rows += [
            PostureRow(
                summary.classes[k],
                f"c{k}",
                f"{angles[k]:.0f}°",
                minutes_text(by_angle[k]) if by_angle else "",
                False,
            )
            for k in members
        ]
    return rows


def _health_rows(health: Health) -> Sequence[tuple[str, str]]:
    if len(health) == 0:
        return ()
    rate = health.rate_hz
    return (
        ("Samples", f"{int(health.samples.sum()):,}".replace(",", "\N{NARROW NO-BREAK SPACE}")),
        ("Rate", f"{np.median(rate):.2f} Hz (from {rate.min():.2f} to {rate.max():.2f})"),
        ("Gaps in the samples", str(int(health.gaps.sum()))),
        ("Clipped samples", str(int(health.clipped.sum()))),
        ("Stuck samples", str(int(health.stuck.sum()))),
        *fault_rows(health),
    )
