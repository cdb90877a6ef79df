"""Axes in words: which way each axis of a worn sensor points, as a turn into the body's axes."""

import re

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import UsageError

# The body's axes: x to the wearer's left, y to the head, z out of the stomach (spec.py).
DIRECTIONS = {
    "left": (1, 0, 0),
    "right": (-1, 0, 0),
    "head": (0, 1, 0),
    "feet": (0, -1, 0),
    "out": (0, 0, 1),
    "in": (0, 0, -1),
}
_EXAMPLE = "x=left,y=head,z=out"


def rotation_of(axes: str) -> NDArray[np.float32]:
    """Return the turn (3, 3) from the sensor's axes to the body's: body = xyz @ turn.T.

    `axes` says where each axis points on the wearer: "x=left,y=head,z=out", with left, right, head,
    feet, out (of the stomach) and in. Raises UsageError where an axis is missing, two point along
    one line, or the three are a mirror image, which no sensor is.
    """
    named = dict(re.findall(r"\s*([xyz])\s*=\s*(\w+)\s*(?:,|$)", axes))
    rest = re.sub(r"\s*([xyz])\s*=\s*(\w+)\s*(?:,|$)", "", axes)
    if rest or sorted(named) != ["x", "y", "z"]:
        raise UsageError(f"axes {axes!r}: say where each points, as {_EXAMPLE!r}")
    for axis, direction in named.items():
        if direction not in DIRECTIONS:
            raise UsageError(f"axis {axis} points to {direction!r}: {', '.join(DIRECTIONS)}")
    columns = np.array([DIRECTIONS[named[axis]] for axis in "xyz"], np.float32)  # (sensor, body)
    determinant = round(float(np.linalg.det(columns)))
    if determinant == 0:
        raise UsageError(f"axes {axes!r}: two of them point along one line of the body")
    if determinant < 0:
        raise UsageError(f"axes {axes!r} are a mirror image: turn one of them round")
    return columns.T
