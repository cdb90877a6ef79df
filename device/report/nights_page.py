"""The page of several nights: table and content; nights.html is its order and looks."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from edgekit.doubt import UNRELIABLE
from edgekit.pages.templates import load_templates
from edgekit.spec import Spec, nearest_posture
from edgekit.text import grouped, minutes_text

from .earlier import NightRow
from .glossary import terms
from .labels import class_angles_deg
from .night_entry import NightEntry, evenings
from .nights_charts import NightStrip, angle_trend, nights_timeline, share_trend
from .nights_sentences import long_enough, nights_sentences
from .page import Headline, day_interval
from .palette import class_colours
from .states import class_codes, class_states

NIGHTS_COLUMNS = {
    "evening": "date of the evening, on the wearer's clock",
    "night": "the night's file; empty where that evening has none",
    "worn_min": "minutes worn, not upright",
    "supine_min": "of them on the back",
    "supine_percent": "the same in per cent",
    "supine_attempts": "entries into the supine group of 10 s or longer",
    "changes_per_hour": "changes of posture or activity per hour worn",
    "immobile_percent": "of worn time in stretches of 30 min or more without movement",
    "angle_most_held_deg": "the torso angle held most, to 10 degrees",
    "doubtful": "yes where the night's own report warns against its figures",
    "alarms": "vibrations of positional therapy",
    "alarms_held_back": "yes for a baseline night, whose alarms were held back",
}


@dataclass(frozen=True)
class MissingRow:
    """An evening without a night, where a NightRow would stand."""

    day: str
    worn_min: None = None
    is_this: bool = False
    is_doubtful: bool = False


@dataclass(frozen=True)
class SpreadRow:
    """One line under the table: what each column is over the nights."""

    name: str
    worn: str
    supine: str
    attempts: str
    changes: str
    still: str


def nights_html(entries: Sequence[NightEntry], subject: str, csv_name: str) -> str:
    """Return one self-contained page on nights of one person, oldest first."""
    spec = entries[0].spec
    days = evenings(entries)
    strips = _strips(entries, days)
    names = [str(strip.evening.day) for strip in strips]
    by_strip = _entry_of(entries, strips)
    context = {
        "spec": spec,
        "subject": subject,
        "day": day_interval(days[0], days[-1]),
        "entries": entries,
        "evenings": days,
        "left_out": (days[-1] - days[0]).days + 1 - len(days),
        "warnings": _warnings(entries),
        "cut_off": [entry.row.day for entry in entries if not entry.ended_well],
        "synthetic": all(entry.is_synthetic for entry in entries),
        "opening": nights_sentences(entries),
        "headlines": _headlines(entries),
        "colours": class_colours(spec),
        "legend": _legend(entries, spec),
        "timeline": nights_timeline(strips, spec),
        "supine_chart": _trend(by_strip, names, lambda row: row.supine_percent, "supine"),
        "still_chart": _trend(by_strip, names, lambda row: row.still_percent, "immobile"),
        "angle_chart": _angles(by_strip, names, spec),
        "rows": [
            entry.row if entry else MissingRow(f"{strip.evening:%a} {strip.evening:%-d %B}")
            for strip, entry in zip(strips, by_strip, strict=True)
        ],
        "spread": _spread(entries),
        "terms": terms(spec),
        "columns": NIGHTS_COLUMNS,
        "csv_name": csv_name,
    }
    environment = load_templates(Path(__file__).parent)
    environment.filters |= {"duration": minutes_text, "grouped": grouped}
    return environment.get_template("nights.html").render(context)


def nights_csv(entries: Sequence[NightEntry]) -> str:
    """Return a header and a row an evening, lines ending in CRLF (RFC 4180)."""
    text = io.StringIO()
    writer = csv.DictWriter(text, NIGHTS_COLUMNS, restval="")
    writer.writeheader()
    strips = _strips(entries, evenings(entries))
    for strip, entry in zip(strips, _entry_of(entries, strips), strict=True):
        writer.writerow({"evening": strip.evening.isoformat(), **(_cells(entry) if entry else {})})
    return text.getvalue()


def _cells(entry: NightEntry) -> dict[str, str]:
    row, supine = entry.row, entry.summary.supine

    def fixed(value: float | None, digits: int = 1) -> str:
        return "" if value is None else f"{value:.{digits}f}"

    return {
        "night": entry.path.name,
        "worn_min": fixed(row.worn_min),
        "supine_min": fixed(supine.minutes if supine else None),
        "supine_percent": fixed(row.supine_percent),
        "supine_attempts": fixed(row.supine_attempts, 0),
        "changes_per_hour": fixed(row.changes_per_hour, 2),
        "immobile_percent": fixed(row.still_percent),
        "angle_most_held_deg": fixed(entry.angle_deg, 0),
        "doubtful": "yes" if row.is_doubtful else "",
        "alarms": str(row.alarms),
        "alarms_held_back": "yes" if row.is_baseline else "",
    }


def _strips(entries: Sequence[NightEntry], days: Sequence[date]) -> list[NightStrip]:
    """Return a row a night, and one for each evening without."""
    strips = []
    for day in days:
        name = f"{day:%a} {day.day}"
        nights = [entry for entry in entries if entry.evening == day]
        strips += [
            NightStrip(
                day,
                name if k == 1 else f"{name} ({k})",
                entry.decisions,
                entry.offset_s,
            )
            for k, entry in enumerate(nights, 1)
        ] or [NightStrip(day, name)]
    return strips


def _entry_of(
    entries: Sequence[NightEntry], strips: Sequence[NightStrip]
) -> list[NightEntry | None]:
    """Return the night of each row, None where that evening has none."""
    in_order = iter(entries)
    return [next(in_order) if strip.decisions is not None else None for strip in strips]


def _trend(
    entries: Sequence[NightEntry | None],
    names: Sequence[str],
    value: Callable[[NightRow], float | None],
    what: str,
) -> str | None:
    values = [value(entry.row) if entry else None for entry in entries]
    if all(each is None for each in values):
        return None
    return share_trend(names, values, f"Share of worn time {what}, an evening each")


def _angles(entries: Sequence[NightEntry | None], names: Sequence[str], spec: Spec) -> str | None:
    angles = [entry.angle_deg if entry else None for entry in entries]
    if all(angle is None for angle in angles):
        return None
    nominal = class_angles_deg(spec)
    css = ["" if a is None else f"c{nearest_posture([a], nominal)[0]}" for a in angles]
    return angle_trend(names, angles, css, "Torso angle held most, an evening each")


def _warnings(entries: Sequence[NightEntry]) -> list[str]:
    """Return the nights' grave doubts, each with its night, below what they mean."""
    lines = [f"{entry.row.day}: {warning}" for entry in entries for warning in entry.warnings]
    return [f"{UNRELIABLE} of:", *lines] if lines else []


def _legend(entries: Sequence[NightEntry], spec: Spec) -> list[tuple[str, str]]:
    """Return the colour's class and the name of each state that occurs."""
    states = class_states(spec)
    codes = {int(code) for entry in entries for code in set(class_codes(entry.decisions, spec))}
    return [(states[code].css, states[code].name) for code in sorted(codes)]


def _headlines(entries: Sequence[NightEntry]) -> list[Headline]:
    whole = long_enough(entries) or list(entries)
    rows = [entry.row for entry in whole]
    alarms = sum(entry.row.alarms for entry in entries)
    values = [
        (_median(row.supine_percent for row in rows), "%", "supine (median)", 0),
        (
            _median(row.supine_attempts for row in rows),
            "",
            "times onto the back a night (median)",
            0,
        ),
        (_median(row.changes_per_hour for row in rows), "per hour", "changes (median)", 1),
        (
            _median(row.still_percent for row in rows),
            "%",
            "immobile for 30 min or more (median)",
            0,
        ),
    ]
    headlines = [
        Headline(minutes_text(median(row.worn_min for row in rows)), "", "worn a night (median)")
    ]
    headlines += [
        Headline(f"{value:.{digits}f}", unit, label)
        for value, unit, label, digits in values
        if value is not None
    ]
    return [*headlines, Headline(grouped(alarms), "", "alarms in all")] if alarms else headlines


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _spread(entries: Sequence[NightEntry]) -> list[SpreadRow]:
    """Return the median and the range of each column; none of fewer than two nights."""
    rows = [entry.row for entry in long_enough(entries)]
    if len(rows) < 2:
        return []

    def line(name: str, of: Callable[[list[float]], list[float]]) -> SpreadRow:
        def cell(
            value: Callable[[NightRow], float | None], text: Callable[[float], str], unit: str = ""
        ) -> str:
            known = [each for row in rows if (each := value(row)) is not None]
            if not known:
                return ""
            return "\N{EN DASH}".join(dict.fromkeys(map(text, of(known)))) + unit

        return SpreadRow(
            name,
            cell(lambda row: row.worn_min, minutes_text),
            cell(lambda row: row.supine_percent, "{:.0f}".format, " %"),
            cell(lambda row: row.supine_attempts, "{:.0f}".format),
            cell(lambda row: row.changes_per_hour, "{:.1f}".format),
            cell(lambda row: row.still_percent, "{:.0f}".format, " %"),
        )

    return [
        line("Median", lambda known: [median(known)]),
        line("Lowest\N{EN DASH}highest", lambda known: [min(known), max(known)]),
    ]
