"""Compare decisions with the labels that came with the recording."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.metrics import ClassMetrics, measure
from edgekit.night.night import Decisions
from edgekit.spec import UNLABELLED, Spec, nearest_posture

from .labels import class_angles_deg

LEAST_POINTS = 0.5  # percentage points of accuracy below which two are called level; chosen


@dataclass(frozen=True)
class Agreement:
    """Shares are 0..1, over the labelled decisions."""

    labelled: int
    smoothed: float  # accuracy of the smoothed decisions
    raw: float  # of each window by itself
    by_angle: float | None  # of the class nearest to the torso angle: atan2, no network
    balanced: float  # mean sensitivity over the classes that occur
    classes: tuple[ClassMetrics, ...]
    confusion: NDArray[np.int64]  # (K, K): labelled, decided


def agreement(decisions: Decisions, spec: Spec) -> Agreement | None:
    """Measure the labelled decisions; None where no decision has a label."""
    known = decisions.truth != UNLABELLED
    if not known.any():
        return None
    truth, decided = decisions.truth[known], decisions.posture[known]
    smoothed = measure(truth, decided, spec.postures)
    return Agreement(
        labelled=len(truth),
        smoothed=smoothed.accuracy,
        raw=float((decisions.raw_posture[known] == truth).mean()),
        by_angle=_by_angle(decisions.torso_angle_deg[known], truth, spec),
        balanced=smoothed.balanced_accuracy,
        classes=smoothed.classes,
        confusion=np.array(smoothed.confusion),
    )


def angle_sentence(agreed: Agreement | None) -> str:
    """Return how the angle alone compares with the network; empty where it is not known."""
    if agreed is None or agreed.by_angle is None:
        return ""
    points = 100 * (agreed.smoothed - agreed.by_angle)
    if abs(points) < LEAST_POINTS:
        return "Here the angle alone, without a network, is right as often as the network."
    which, other = ("network", "angle alone") if points > 0 else ("angle alone", "network")
    return (
        f"Here the {which} is right more often than the {other}, by {abs(points):.1f} "
        "percentage points."
    )


def _by_angle(angle_deg: NDArray[np.float64], truth: NDArray[np.int64], spec: Spec) -> float | None:
    if not spec.has_body_axes or not np.isfinite(angle_deg).all():
        return None
    return float((nearest_posture(angle_deg, class_angles_deg(spec)) == truth).mean())
