"""Summarise a night in numbers. glossary.py has every definition here in words."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from edgekit.night.night import WORN, Decisions
from edgekit.spec import Spec, nearest_posture, turn_deg
from edgekit.stretches import equal_stretches
from edgekit.text import counted, minutes_text

from ..decide.reliability import (
    PlacementAnswer,
    placement_answer,
    placement_votes,
    posture_right,
)
from .bouts import Bout, gaps, settled_bouts
from .labels import (
    SUPINE,
    class_angles_deg,
    lane_names,
    lane_of_class,
)
from .states import away_lane_codes, lane_codes

SETTLED_S = 60.0  # a posture held so long counts as taken up; chosen
BRIEF_S = 10.0  # the shortest supine attempt, activity, rising or removal that counts; chosen
STILL_TURN_DEG = 5.0  # a smaller change from one decision to the next is no movement; chosen
STILL_S = 1800.0  # "more than 30 minutes of postural immobility": De Koninck et al. 1992
CLEAR_PLACEMENT = 0.8  # share of time which makes a recognised placement clear; chosen
DOUBTFUL = 0.5  # a decision below this confidence is counted as doubtful; chosen


@dataclass(frozen=True)
class Share:
    """How long one posture, group, activity or placement lasted, while the sensor was worn."""

    name: str
    minutes: float
    percent: float


@dataclass(frozen=True)
class Span:
    """From-to in UTC seconds."""

    start_s: float
    end_s: float

    @property
    def minutes(self) -> float:
        return (self.end_s - self.start_s) / 60


@dataclass(frozen=True)
class Stillness:
    """Stretches of at least STILL_S without a movement."""

    count: int
    longest_min: float
    percent: float  # of worn time


@dataclass(frozen=True)
class Summary:
    """A night in numbers: minutes are decisions times the hop, percentages are of worn time."""

    span: Span
    worn_min: float
    classes: tuple[Share, ...]  # in the order of the spec
    lanes: tuple[Share, ...]  # the four groups, or the activities again
    by_angle_min: tuple[float, ...] | None  # per class, by atan2 of gravity alone
    bouts: tuple[Bout, ...]  # settled; code = lane, then upright, then off
    changes: int
    changes_per_hour: float | None  # None where less than an hour was worn
    longest: Bout | None
    supine_attempts: int | None  # None where there is no torso angle
    stillness: Stillness | None  # None, too, where less than STILL_S was worn
    upright: tuple[Span, ...]
    off: tuple[Span, ...]
    gaps: tuple[Span, ...]
    placements: tuple[Share, ...]  # most time first
    sure_placement: PlacementAnswer | None  # where it is sure by measurement
    median_confidence: float  # how often such answers were right, where that was measured
    doubtful_percent: float

    def __repr__(self) -> str:
        most = max(self.lanes, key=lambda share: share.minutes)
        return (
            f"<summary of {minutes_text(self.worn_min)} worn: most {most.name}, "
            f"{most.percent:.0f} %; {counted(self.changes, 'change')}>"
        )

    @property
    def supine(self) -> Share | None:
        """None without body axes."""
        return None if self.supine_attempts is None else self.lanes[SUPINE]

    @property
    def placement_is_clear(self) -> bool:
        return bool(self.placements) and self.placements[0].percent >= 100 * CLEAR_PLACEMENT

    @property
    def warns_of_placement(self) -> bool:
        """Whether the sensor was worn, and no placement is clear."""
        return self.worn_min > 0 and not self.placement_is_clear


def summarise(decisions: Decisions, spec: Spec) -> Summary:
    """Compute the numbers of a night with at least one decision."""
    hop_s = spec.hop_s
    worn = decisions.state == WORN
    lanes = lane_of_class(spec)[decisions.posture]
    code = lane_codes(decisions, spec)
    upright, off = away_lane_codes(spec)
    hold_s = SETTLED_S if spec.has_body_axes else BRIEF_S
    settled = settled_bouts(decisions.start_s, code, hop_s, hold_s)
    brief = settled_bouts(decisions.start_s, code, hop_s, BRIEF_S)
    lying = [bout for stretch in settled for bout in stretch if bout.code < upright]
    changes = sum(
        before.code < upright and after.code < upright
        for stretch in settled
        for before, after in pairwise(stretch)
    )
    worn_min = float(worn.sum()) * hop_s / 60
    confidence = decisions.posture_confidence[worn]
    median = float(np.median(confidence)) if len(confidence) else 0.0
    return Summary(
        span=Span(float(decisions.start_s[0]), float(decisions.start_s[-1]) + spec.window_s),
        worn_min=worn_min,
        classes=_shares(spec.postures, decisions.posture[worn], hop_s),
        lanes=_shares(lane_names(spec), lanes[worn], hop_s),
        by_angle_min=_by_angle(decisions, spec),
        bouts=tuple(bout for stretch in settled for bout in stretch),
        changes=changes,
        changes_per_hour=changes / (worn_min / 60) if worn_min >= 60 else None,
        longest=max(lying, key=lambda bout: bout.duration_s, default=None),
        supine_attempts=_entries(brief, SUPINE) if spec.has_body_axes else None,
        stillness=_stillness(decisions, spec, worn_min) if spec.has_body_axes else None,
        upright=_spans(brief, upright),
        off=_spans(brief, off),
        gaps=tuple(Span(*gap) for gap in gaps(decisions.start_s, spec)),
        placements=tuple(
            sorted(
                _shares(spec.placements, decisions.placement[worn], hop_s),
                key=lambda share: -share.minutes,
            )
        ),
        sure_placement=placement_answer(placement_votes(decisions, spec), spec),
        median_confidence=float(posture_right(median, spec)) if len(confidence) else 0.0,
        doubtful_percent=100 * float((confidence < DOUBTFUL).mean()) if len(confidence) else 0.0,
    )


def _shares(names: tuple[str, ...], index: NDArray[np.int64], hop_s: float) -> tuple[Share, ...]:
    counts = np.bincount(index, minlength=len(names))
    total = max(int(counts.sum()), 1)
    return tuple(
        Share(name, float(count) * hop_s / 60, 100 * float(count) / total)
        for name, count in zip(names, counts, strict=True)
    )


def _by_angle(decisions: Decisions, spec: Spec) -> tuple[float, ...] | None:
    known = (decisions.state == WORN) & np.isfinite(decisions.torso_angle_deg)
    if not spec.has_body_axes or not known.any():
        return None
    nearest = nearest_posture(decisions.torso_angle_deg[known], class_angles_deg(spec))
    shares = _shares(spec.postures, nearest, spec.hop_s)
    return tuple(share.minutes for share in shares)


def _entries(stretches: list[list[Bout]], code: int) -> int:
    """Count how often `code` began; one that continues after a gap did not begin there."""
    codes = [bout.code for stretch in stretches for bout in stretch]
    return (codes[:1] == [code]) + sum(before != code == after for before, after in pairwise(codes))


def _spans(stretches: list[list[Bout]], code: int) -> tuple[Span, ...]:
    return tuple(
        Span(bout.start_s, bout.end_s)
        for stretch in stretches
        for bout in stretch
        if bout.code == code
    )


def _stillness(decisions: Decisions, spec: Spec, worn_min: float) -> Stillness | None:
    angle = decisions.torso_angle_deg
    worn = (decisions.state == WORN) & np.isfinite(angle)
    if not worn.any() or 60 * worn_min < STILL_S:
        return None
    step = np.abs(turn_deg(np.diff(angle, prepend=angle[:1])))
    late = np.diff(decisions.start_s, prepend=decisions.start_s[:1]) > spec.gap_s
    moved = np.nan_to_num(step, nan=360.0) > STILL_TURN_DEG
    stretch = np.cumsum(moved | late | ~worn | np.r_[False, ~worn[:-1]])
    lengths_min = [
        (last - first) * spec.hop_s / 60
        for first, last in equal_stretches(np.asarray(stretch, np.int64))
        if worn[first] and (last - first) * spec.hop_s >= STILL_S
    ]
    return Stillness(
        len(lengths_min),
        max(lengths_min, default=0.0),
        100 * sum(lengths_min) / worn_min if worn_min else 0.0,
    )
