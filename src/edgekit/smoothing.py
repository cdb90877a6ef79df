"""Smoothing of decided postures over time: the default, or a tuned bundle's own parameters."""

from dataclasses import dataclass

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.spec import POSTURE_DWELL_S, POSTURE_LEAST

# Within these bounds the firmware's integers decide as Python does.
DWELL_RANGE_S = (0.1, 3600.0)
FLOOR_RANGE = (0.001, 0.5)  # of `posture_least`


@dataclass(frozen=True)
class Smoothing:
    """Parameters of temporal smoothing, used identically by the monitor and the firmware.

    `device/decide/posture.py` describes what they do.
    """

    posture_dwell_s: float = POSTURE_DWELL_S  # mean time in a posture
    posture_least: float = POSTURE_LEAST  # lower bound of a class's likelihood in one window


DEFAULT = Smoothing()


def smoothing_of(bundle: Bundle) -> Smoothing:
    """Read "smoothing" of bundle.json, else return the default.

    Raises EdgekitError where a field is unknown, no number or out of its range.
    """
    try:
        smoothing = Smoothing(
            **{name: float(value) for name, value in bundle.fields.get("smoothing", {}).items()}
        )
        low_s, high_s = DWELL_RANGE_S
        if not low_s <= smoothing.posture_dwell_s <= high_s:
            raise ValueError(f"the dwell is {low_s:g} to {high_s:g} s")
        low, high = FLOOR_RANGE
        if not low <= smoothing.posture_least <= high:
            raise ValueError(f"the least is {low:g} to {high:g}")
    except (AttributeError, TypeError, ValueError) as error:
        raise EdgekitError(
            f"the smoothing in {bundle.folder / 'bundle.json'} is damaged: {error}. "
            "Tune it again with: edgekit tune"
        ) from None
    return smoothing
