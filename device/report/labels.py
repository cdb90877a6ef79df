"""Angles and groups of the postures, as the report shows them."""

import numpy as np
from numpy.typing import NDArray

from edgekit.spec import POSTURE_ANGLE_DEG, POSTURE_GROUPS, Spec, posture_group

SUPINE = POSTURE_GROUPS.index("supine")


def class_angles_deg(spec: Spec) -> NDArray[np.float64]:
    """Return the nominal torso angle of each class (K,), NaN for an activity."""
    known = POSTURE_ANGLE_DEG if spec.has_body_axes else {}
    return np.array([known.get(name, np.nan) for name in spec.postures])


def lane_names(spec: Spec) -> tuple[str, ...]:
    """Return the lanes of the posture chart: the four groups, or every activity."""
    return POSTURE_GROUPS if spec.has_body_axes else spec.postures


def lane_of_class(spec: Spec) -> NDArray[np.int64]:
    """Return for each class (K,) the index of its lane in `lane_names`."""
    if spec.has_body_axes:
        return posture_group(class_angles_deg(spec))
    return np.arange(len(spec.postures), dtype=np.int64)
