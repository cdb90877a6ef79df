"""Answer without a net, on the same windows: what every network must beat."""

import numpy as np
from numpy.typing import NDArray

from edgekit.spec import Spec
from edgekit.windows import Windows

from ..cpu import kept_threads
from .angle import atan2_posture

NAMES = ("atan2", "trees", "rocket")

Labels = NDArray[np.int64]


def names_for(spec: Spec) -> tuple[str, ...]:
    """List the baselines that can answer: the angle only where the sensor's axes are the body's."""
    return NAMES if spec.has_body_axes else tuple(name for name in NAMES if name != "atan2")


def answer(
    name: str, train: Windows, test: Windows, spec: Spec, seed: int
) -> tuple[Labels, Labels | None]:
    """Answer posture (N,) and placement (N,) of the test windows; None if it knows no placement.

    `name` is one of `names_for(spec)`.
    """
    if name == "atan2":
        return atan2_posture(test.xyz_g, spec.postures), None
    # Both come with the extra [compare], which `edgekit train` does without.
    if name == "trees":
        from .trees import by_trees

        return by_trees(train, test, seed)
    with kept_threads():
        from .rocket import by_rocket

        return by_rocket(train, test, seed)
