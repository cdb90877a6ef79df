"""How data of a domain is trained on by default; each format's module states its own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Augmentation:
    """Random changes of a training window (augment.py); all zero: none."""

    rotation_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)  # sd about x, y and z
    scale: float = 0.0  # sd of a factor on all axes
    shift: int = 0  # largest shift, in samples; the edge is mirrored
    mirror: float = 0.0  # probability that one random axis is negated: worn on the other side


@dataclass(frozen=True)
class TrainingDefaults:
    augmentation: Augmentation  # how wearing changes a window, by what the classes are
    label_smoothing: float  # share of a label's certainty that is spread over all classes
    input: str  # one of edgekit.front_end.INPUTS: what measured best
    windows: int | None = None  # about how many a data set of one's own has; None: thousands


# Finer channels tell few people apart as well as their activities: two gains cost the ten of
# MHEALTH two points, and the thirty of HAPT one (docs/reproduction.md).
FEW_PEOPLE_ACTIVITIES = TrainingDefaults(
    Augmentation(rotation_deg=(12.0, 12.0, 12.0), scale=0.08, shift=8),
    # People begin and end an activity by themselves.
    label_smoothing=0.1,
    input="one-gain",
)
