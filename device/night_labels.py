"""Carry the hand-made labels beside a night over to a night that was made of it."""

from collections.abc import Sequence
from pathlib import Path

from edgekit.errors import EdgekitError, UsageError
from edgekit.label_spans import (
    LabelSpan,
    Moment,
    labels_beside,
    read_spans_beside,
    write_label_table,
)
from edgekit.night.reader import Night

PERIOD_S = 0.001  # of the times in a table: of a shorter rest nothing can be written


def carried_labels(night: Night, origin_s: float, begin_s: float, end_s: float) -> list[LabelSpan]:
    """Return a night's hand-made labels from `begin_s` to `end_s`, cut off there.

    Their times become seconds from `origin_s`, the new night's first sample; all three are on the
    night's clock. Raises EdgekitError where the table beside the night cannot be used.
    """
    spans = read_spans_beside(night.path)
    if not spans:
        return []
    if night.meta.clock != "utc" and any(span.start.is_utc for span in spans):
        raise EdgekitError(
            f"{labels_beside(night.path)} has dates, and {night.path.name} a clock of its own: "
            "write seconds from its first sample"
        )
    zero_s = first_sample_s(night)
    carried: list[LabelSpan] = []
    for span in spans:
        from_s, to_s = (
            moment.seconds if moment.is_utc else zero_s + moment.seconds
            for moment in (span.start, span.end)
        )
        from_s, to_s = max(from_s, begin_s), min(to_s, end_s)
        if to_s - from_s >= PERIOD_S:
            start, end = Moment(from_s - origin_s), Moment(to_s - origin_s)
            carried.append(LabelSpan(start, end, span.posture, span.placement))
    return carried


def first_sample_s(night: Night) -> float:
    """Return UTC of a night's first sample, from which its labels count; its start without one."""
    filled = (samples.start_s for samples in night.samples() if len(samples.xyz_g))
    return next(filled, night.start_s)


def refuse_foreign_labels(out: Path) -> None:
    """Raise UsageError where a table lies already at the place of the labels of a new night."""
    table = labels_beside(out)
    if table.exists():
        raise UsageError(
            f"{table} is there already and would count as the labels of {out.name}: name "
            "another --out, or move it away"
        )


def write_carried_labels(out: Path, spans: Sequence[LabelSpan]) -> Path | None:
    """Write the labels beside `out`, in place of those there; return where, None without labels."""
    table = labels_beside(out)
    if spans:
        write_label_table(table, spans)
        return table
    table.unlink(missing_ok=True)
    return None
