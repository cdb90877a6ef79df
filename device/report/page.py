"""The page of a report: its content; page.html is its order and looks."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import jinja2
import numpy as np

from edgekit.doubt import Doubt, warning
from edgekit.night.night import Decisions
from edgekit.night.reader import Night
from edgekit.pages.templates import load_templates
from edgekit.spec import Spec
from edgekit.text import grouped, minutes_text

from ..decide.reliability import percent_text
from ..plausibility.watch import doubts_of
from .agreement import agreement, angle_sentence
from .earlier import beside_earlier, supine_shares
from .glossary import terms
from .health import health_rows
from .labels import class_angles_deg, lane_names, lane_of_class
from .notes import notes_on_doubts, notes_on_figures, notes_on_recording
from .opening import opening
from .palette import class_colours
from .pictures import angle_pictures, confusion_picture, movement_picture, night_picture
from .states import class_states, lane_state_names
from .summary import STILL_S, Share, Summary, summarise
from .table import COLUMNS
from .therapy import therapy_outcome
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


@dataclass(frozen=True)
class NightPage:
    """A page as HTML, the sentences that it opens with, and what is doubtful."""

    html: str
    opening: tuple[str, ...]
    doubts: tuple[Doubt, ...]


def night_page(night: Night, decisions: Decisions, csv_name: str) -> NightPage:
    """Return one self-contained page; that of a night without decisions says so."""
    spec, health = night.spec, night.health()
    doubts = doubts_of(night, decisions)
    notes = [*notes_on_recording(night), *notes_on_doubts(doubts)]
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
        context |= {"summary": None, "headlines": [], "opening": []}
    else:
        summary = summarise(decisions, spec)
        if any(doubt.is_grave for doubt in doubts):
            summary = replace(summary, sure_placement=None)
        if not night.has_samples:  # a mean angle for each bout: movements within it are not seen
            summary = replace(summary, stillness=None)
        axis = TimeAxis(summary.span.start_s, summary.span.end_s, night.utc_offsets)
        notes += notes_on_figures(night, summary, axis, health)
        agreed = agreement(decisions, spec)
        compared = beside_earlier(night, summary)
        alarms = night.alarms()
        context |= {
            "summary": summary,
            "headlines": _headlines(summary, spec),
            "night_chart": night_picture(decisions, summary, spec, axis),
            "movement_chart": movement_picture(decisions, alarms, spec, axis),
            "therapy": therapy_outcome(alarms),
            "opening": opening(
                summary,
                supine_shares(compared[:-1]),
                is_synthetic=night.meta.is_synthetic,
                is_doubtful=any(doubt.is_grave for doubt in doubts),
            ),
            "compared": compared,
            "rows": _posture_rows(summary, spec),
            "lane_names": lane_state_names(spec),
            "agreement": agreed,
            "angle_sentence": angle_sentence(agreed),
            "confusion": confusion_picture(agreed, spec),
            **angle_pictures(decisions, spec, axis),
        }
    context |= {
        "axis": axis,
        "day": day_interval(axis.local(axis.begin_s).date(), axis.local(axis.end_s).date()),
        "warnings": warning(doubts),
        "notes": notes,
        "health": health_rows(health),
        "events": night.events(),
    }
    return NightPage(_template().render(context), tuple(context["opening"]), doubts)


def _template() -> jinja2.Template:
    environment = load_templates(Path(__file__).parent)
    environment.filters |= {
        "duration": minutes_text,
        "grouped": grouped,
        "confidence": percent_text,
    }
    return environment.get_template("page.html")


def day_interval(begin: date, end: date) -> str:
    """Return two dates as one interval: 29-30 November 2026."""
    last = f"{end.day} {end:%B} {end.year}"
    if begin == end:
        return last
    if (begin.month, begin.year) == (end.month, end.year):
        return f"{begin.day}\N{EN DASH}{last}"
    return f"{begin.day} {begin:%B} \N{EN DASH} {last}"


def _headlines(summary: Summary, spec: Spec) -> list[Headline]:
    names = lane_names(spec)
    longest = summary.longest
    longest_text = minutes_text(longest.duration_s / 60) if longest else "none"
    where = f"longest bout, {names[longest.code]}" if longest else "bout"
    what = "changes of posture" if spec.has_body_axes else "changes of activity"
    changes = (
        Headline(str(summary.changes), "", what)
        if summary.changes_per_hour is None
        else Headline(f"{summary.changes_per_hour:.1f}", "per hour", what)
    )
    if summary.supine is None:
        most = max(summary.classes, key=lambda share: share.minutes)
        return [
            Headline(f"{most.percent:.0f}", "%", f"most time: {most.name}"),
            Headline(str(sum(share.minutes > 0 for share in summary.classes)), "", "activities"),
            changes,
            Headline(longest_text, "", where),
        ]
    supine_text = f"supine, {minutes_text(summary.supine.minutes)}"
    headlines = [
        Headline(f"{summary.supine.percent:.0f}", "%", supine_text),
        Headline(str(summary.supine_attempts), "", "times onto the back (supine attempts)"),
        changes,
        Headline(longest_text, "", where),
    ]
    if summary.stillness:
        still = f"immobile for {STILL_S / 60:g} min or more"
        headlines.append(Headline(f"{summary.stillness.percent:.0f}", "%", still))
    return headlines


def _posture_rows(summary: Summary, spec: Spec) -> list[PostureRow]:
    """Return each group and its classes; or the activities that occurred, longest first."""
    css = [state.css for state in class_states(spec)]
    if not spec.has_body_axes:
        by_time = sorted(enumerate(summary.classes), key=lambda pair: -pair[1].minutes)
        return [
            PostureRow(share, css[k], "", "", False) for k, share in by_time if share.minutes > 0
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
                css[k],
                f"{angles[k]:.0f}°",
                minutes_text(by_angle[k]) if by_angle else "",
                False,
            )
            for k in members
        ]
    return rows
