"""Decisions beside the labels that came with the recording."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.night.night import Decisions
from edgekit.spec import UNLABELLED, Spec, nearest_posture

from .labels import class_angles_deg, class_names


@dataclass(frozen=True)
class ClassAgreement:
    """One class: how many of its own were found, and how many of those given it were its own."""

    name: str
    labelled: int
    sensitivity: float | None  # None where no window carries the label
    ppv: float | None  # positive predictive value; None where it was never answered


@dataclass(frozen=True)
class Agreement:
    """Shares are 0..1, over the labelled decisions."""

    labelled: int
    smoothed: float  # accuracy of the smoothed decisions
    raw: float  # of each window by itself
    by_angle: float | None  # of the class nearest to the torso angle: atan2, no network
    balanced: float  # mean sensitivity over the classes that occur
    classes: tuple[ClassAgreement, ...]
    confusion: NDArray[np.int64]  # (K, K): labelled, decided


def agreement(decisions: Decisions, spec: Spec) -> Agreement | None:
    """None when no decision carries a label."""
    known = decisions.truth != UNLABELLED
    if not known.any():
        return None
    truth, decided = decisions.truth[known], decisions.posture[known]
    count = len(spec.postures)
    confusion = np.bincount(truth * count + decided, minlength=count**2).reshape(count, count)
    classes = tuple(
        ClassAgreement(
            name,
            int(confusion[k].sum()),
            _ratio(confusion[k, k], confusion[k].sum()),
            _ratio(confusion[k, k], confusion[:, k].sum()),
        )
        for k, name in enumerate(class_names(spec))
    )
    found = [each.sensitivity for each in classes if each.sensitivity is not None]
    return Agreement(
        labelled=len(truth),
        smoothed=float((decided == truth).mean()),
        raw=float((decisions.raw_posture[known] == truth).mean()),
        by_angle=_by_angle(decisions.torso_angle_deg[known], truth, spec),
        balanced=float(np.mean(found)),
        classes=classes,
        confusion=confusion,
    )


def _by_angle(angle_deg: NDArray[np.float64], truth: NDArray[np.int64], spec: Spec) -> float | None:
    if not spec.has_body_axes or not np.isfinite(angle_deg).all():
        return None
    return float((nearest_posture(angle_deg, class_angles_deg(spec)) == truth).mean())


def _ratio(part: np.int64, whole: np.int64) -> float | None:
    return float(part / whole) if whole else None
