"""Read the posture off gravity's angle, nothing learned."""

import numpy as np
from numpy.typing import NDArray

from edgekit.spec import POSTURE_ANGLE_DEG, nearest_posture, torso_angle_deg


def atan2_posture(xyz_g: NDArray[np.float32], postures: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the posture (N,) whose angle is nearest to each window's median (N, 100, 3)."""
    angle = torso_angle_deg(np.median(xyz_g, axis=1))  # (N,)
    ideal = np.array([POSTURE_ANGLE_DEG[posture] for posture in postures])
    return nearest_posture(angle, ideal)
