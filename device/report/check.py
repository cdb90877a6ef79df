"""Check a night before its figures are shown: a damaged one has no page."""

import numpy as np

from edgekit.errors import EdgekitError
from edgekit.night.night import Decisions
from edgekit.night.reader import Night
from edgekit.spec import UNLABELLED

from .time_axis import local


def check_night(night: Night, decisions: Decisions) -> None:
    """Raise EdgekitError when the night has no time, or a class that its spec does not have."""
    try:
        local(night.start_s, night.utc_offsets)
    except (KeyError, ValueError, OverflowError, OSError):
        raise EdgekitError(f"{night.path} is damaged: it does not say when it began") from None
    for what, index, least, names in (
        ("posture", decisions.posture, 0, night.spec.postures),
        ("posture", decisions.raw_posture, 0, night.spec.postures),
        ("label", decisions.truth, UNLABELLED, night.spec.postures),
        ("placement", decisions.placement, 0, night.spec.placements),
    ):
        if np.any((index < least) | (index >= len(names))):
            raise EdgekitError(
                f"{night.path} is damaged: a {what} in it is none of the {len(names)} of its spec"
            )
