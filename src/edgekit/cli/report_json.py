"""A night's figures as plain values, for scripts: docs/json.md describes each."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edgekit.device.report.summary import Share, Span, Summary


def night_fields(path: Path) -> dict[str, Any]:
    """Return a night's figures; they are None where it holds no decision."""
    from edgekit.device.plausibility.watch import doubts_of
    from edgekit.device.report.summary import summarise
    from edgekit.night.reader import open_night

    with open_night(path) as night:
        decisions, meta = night.decisions(), night.meta
        doubts = doubts_of(night, decisions)
    summary = summarise(decisions, meta.spec) if len(decisions.start_s) else None
    return {
        "night": str(path),
        "subject": meta.subject,
        "model": meta.bundle_name,
        "source": meta.source,
        "is_synthetic": meta.is_synthetic,
        "start_utc_s": meta.start_s,
        "decisions": len(decisions.start_s),
        "doubts": [
            {"kind": each.kind, "text": each.text, "is_grave": each.is_grave} for each in doubts
        ],
        "summary": _figures(summary) if summary else None,
    }


def _figures(summary: "Summary") -> dict[str, Any]:
    still, supine = summary.stillness, summary.supine
    return {
        "start_utc_s": summary.span.start_s,
        "end_utc_s": summary.span.end_s,
        "worn_min": summary.worn_min,
        "postures": _shares(summary.classes),
        "positions": _shares(summary.lanes),
        "supine_min": supine.minutes if supine else None,
        "supine_percent": supine.percent if supine else None,
        "supine_attempts": summary.supine_attempts,
        "changes": summary.changes,
        "changes_per_h": summary.changes_per_hour,
        "longest_position_min": summary.longest.duration_s / 60 if summary.longest else None,
        "still_count": still.count if still else None,
        "still_longest_min": still.longest_min if still else None,
        "still_percent": still.percent if still else None,
        "upright": _spans(summary.upright),
        "not_worn": _spans(summary.off),
        "gaps": _spans(summary.gaps),
        "placements": _shares(summary.placements),
        "placement_is_clear": summary.placement_is_clear,
        "sure_placement": summary.sure_placement.name if summary.sure_placement else None,
        "median_confidence": summary.median_confidence,
        "doubtful_percent": summary.doubtful_percent,
    }


def _shares(shares: "Sequence[Share]") -> list[dict[str, Any]]:
    return [
        {"name": each.name, "minutes": each.minutes, "percent": each.percent} for each in shares
    ]


def _spans(spans: "Sequence[Span]") -> list[dict[str, float]]:
    return [{"start_utc_s": each.start_s, "end_utc_s": each.end_s} for each in spans]
