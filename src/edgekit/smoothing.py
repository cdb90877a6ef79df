"""How decided postures are smoothed over time: a bundle that was tuned brings its own setting."""

from dataclasses import dataclass

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.spec import POSTURE_DWELL_S, POSTURE_LEAST

# Within these the firmware's integers decide as Python does.
DWELL_LEAST_S, DWELL_MOST_S = 0.1, 3600.0
LEAST_LEAST, LEAST_MOST = 0.001, 0.5


@dataclass(frozen=True)
class Smoothing:
    """Parameters of temporal smoothing, the same in the monitor and the firmware.

    `device/decide/posture.py` says how they act.
    """

    posture_dwell_s: float = POSTURE_DWELL_S
    posture_least: float = POSTURE_LEAST


DEFAULT = Smoothing()


def smoothing_of(bundle: Bundle) -> Smoothing:
    """What bundle.json says under "smoothing", else the default. Raises EdgekitError."""
    try:
        found = Smoothing(
            **{name: float(value) for name, value in bundle.fields.get("smoothing", {}).items()}
        )
        if not DWELL_LEAST_S <= found.posture_dwell_s <= DWELL_MOST_S:
            raise ValueError(f"the dwell is {DWELL_LEAST_S:g} to {DWELL_MOST_S:g} s")
        if not LEAST_LEAST <= found.posture_least <= LEAST_MOST:
            raise ValueError(f"the least is {LEAST_LEAST:g} to {LEAST_MOST:g}")
    except (AttributeError, TypeError, ValueError) as error:
        raise EdgekitError(
            f"the smoothing in {bundle.folder / 'bundle.json'} is damaged: {error}. "
            "Tune it again with: edgekit tune"
        ) from None
    return found
