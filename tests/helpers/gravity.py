"""Gravity as a lying body's sensor reads it: the inverse of `spec.torso_angle_deg`."""

import math


def gravity_at(angle_deg: float) -> tuple[float, float, float]:
    """Return gravity (x, y, z) in g that a level body reads at a torso angle in degrees."""
    angle = math.radians(angle_deg)
    return math.cos(angle), 0.0, math.sin(angle)
