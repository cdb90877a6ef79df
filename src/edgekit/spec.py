"""What a window is, and what the two answers may be: the one place where these facts stand.

A window of samples becomes the net's input by its Spec's front end (front_end.py).
"""

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edgekit.errors import EdgekitError
from edgekit.posture_words import from_paper, has_all_of_paper, is_in_paper_words

WINDOW = 100  # samples
HOP = 60  # samples from one window's start to the next
GAP_HOPS = 1.5  # from one window's start to the next: more, and a window is missing
AXES = 3
STANDARD_GRAVITY_MS2 = 9.80665

UNLABELLED = -1

# The two questions that a net answers about a window, in the order of its outputs.
Task = Literal["posture", "placement"]
TASKS: tuple[Task, Task] = ("posture", "placement")

ADXL345_COUNTS_PER_G = 256  # in full resolution, whatever the range (data sheet, table 1)
ADXL345_RATES_HZ = (25, 50, 100, 200, 400)  # those that the driver sets (sensor_chip.h in C)

# The wearable's records (firmware/src/record.h): bytes of a text, logits of both heads together.
RECORD_TEXT_BYTES, RECORD_LOGITS_MOST = 40, 64

# An int8 input value q is the float net's q / 64, whatever step its channel has: both halves of
# the input then have a similar size, and TFLite's one scale serves all channels.
INPUT_SCALE = 1 / 64

# Smoothing over time, of whoever decides: a posture or a place is expected to last this long.
POSTURE_DWELL_S = 10.0  # short, so that turns are followed
PLACEMENT_DWELL_S = 4 * 3600.0  # a sensor stays where it was put
# Lower bound of each class's likelihood in one window. A twentieth is about how often the nets err:
# one window that disagrees is overruled, two in a row are believed. Placement errs in runs of
# windows, and a sensor stays where it is: nine in a row are believed. Fewer are right less
# often, more hardly more often (docs/synthetic.md, measured).
POSTURE_LEAST = 0.05
PLACEMENT_LEAST = 0.3

# Sleep postures in the published code's order; posture_words.py has the paper's words for them. The
# angle is that of the stomach about the body's long axis (paper, table 2): lying on the right side
# 0, supine 90, left side 180, prone 270.
POSTURE_ANGLE_DEG = {
    "supine": 90.0,
    "supine-right": 60.0,
    "right-supine": 30.0,
    "right": 0.0,
    "right-prone": 330.0,
    "prone-right": 300.0,
    "prone": 270.0,
    "prone-left": 240.0,
    "left-prone": 210.0,
    "left": 180.0,
    "left-supine": 150.0,
    "supine-left": 120.0,
}
POSTURE_GROUPS = ("supine", "left", "prone", "right")  # each +-45 degrees about 90, 180, 270 and 0


@dataclass(frozen=True)
class FrontEnd:
    """How a window of counts becomes int8 channels (front_end.py): steps per g of each gain.

    Both are powers of two, and counts of 1/256 g lie between them, so that the device needs no
    division: gravity a shift to the right, motion a factor.
    """

    gravity_steps_per_g: int  # each axis: 64 reaches +-2 g
    motion_steps_per_g: int | None  # each axis less its mean: 512 reaches +-0.25 g; None: left out

    def __post_init__(self) -> None:
        gravity, motion = self.gravity_steps_per_g, self.motion_steps_per_g
        if not (_is_power_of_two(gravity) and gravity <= ADXL345_COUNTS_PER_G):
            raise ValueError(f"gravity steps per g are 1, 2, 4 ... 256, not {gravity!r}")
        if motion is not None and not (
            _is_power_of_two(motion) and ADXL345_COUNTS_PER_G <= motion <= 4096
        ):
            raise ValueError(f"motion steps per g are 256, 512 ... 4096 or none, not {motion!r}")

    @property
    def channels(self) -> int:
        """Of the net's input [1, 1, window, channels]."""
        return AXES if self.motion_steps_per_g is None else 2 * AXES


def _is_power_of_two(number: object) -> bool:
    return type(number) is int and number > 0 and number & (number - 1) == 0


# The paper's input: the axes alone, +-2 g.
ONE_GAIN = FrontEnd(64, None)


@dataclass(frozen=True)
class Spec:
    """What a model reads and what it may answer; travels with every Run, Bundle and Night."""

    domain: str
    rate_hz: float
    postures: tuple[str, ...]  # task 1: postures or activities, in the order of the logits
    placements: tuple[str, ...]  # task 2: where the sensor is worn, in the order of the logits
    front_end: FrontEnd
    window: int = WINDOW
    hop: int = HOP

    @property
    def window_s(self) -> float:
        return self.window / self.rate_hz

    @property
    def hop_s(self) -> float:
        return self.hop / self.rate_hz

    @property
    def gap_s(self) -> float:
        """The least time from one window's start to the next that is a gap: one is missing."""
        return GAP_HOPS * self.hop_s

    @property
    def input_shape(self) -> tuple[int, int, int, int]:
        """Of the int8 model's input: one window, height 1, samples, channels."""
        return 1, 1, self.window, self.front_end.channels

    def labels(self, task: Task) -> tuple[str, ...]:
        """Return the classes of a task, in the order of the logits."""
        return self.postures if task == "posture" else self.placements

    @property
    def choices(self) -> tuple[Task, ...]:
        """Return the tasks of two classes or more: an answer to another says nothing."""
        return tuple(task for task in TASKS if len(self.labels(task)) > 1)

    @property
    def has_body_axes(self) -> bool:
        """Whether the sensor's axes are the body's (x left, y head, z out of the stomach)."""
        return self.domain == SLEEP.domain

    def in_its_words(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return posture labels as this spec calls them.

        Of sleep, the paper's words are replaced where a list is certainly written in them.
        """
        return from_paper(names) if self.has_body_axes and is_in_paper_words(names) else names

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(fields: dict[str, Any]) -> "Spec":
        """Read what `to_json` wrote; older files name the sleep postures in the paper's words.

        Raises EdgekitError when a field is missing, unknown or of the wrong kind.
        """
        try:
            postures = tuple(map(str, fields["postures"]))
            if fields["domain"] == SLEEP.domain or has_all_of_paper(postures):
                postures = from_paper(postures)
            spec = Spec(
                **{
                    **fields,
                    "postures": postures,
                    "placements": tuple(map(str, fields["placements"])),
                    "front_end": FrontEnd(**fields["front_end"]),
                }
            )
            if not (0 < spec.rate_hz < math.inf and 0 < spec.hop <= spec.window and spec.postures):
                raise ValueError("rate, window, hop and labels must be positive")
            if not (isinstance(spec.domain, str) and isinstance(spec.window + spec.hop, int)):
                raise TypeError("the domain is a word, window and hop are whole samples")
        except (KeyError, TypeError, ValueError) as error:
            raise EdgekitError(f"not a window specification: {error}") from None
        return spec


# A lying body stays within +-2 g; breath, heart and hands move an axis by 3 to 50 mg.
SLEEP_FRONT_END = FrontEnd(64, 512)
# An active one reaches +-8 g, and its hands +-0.5 g. What was tried: docs/reproduction.md.
ACTIVITY_FRONT_END = FrontEnd(16, 256)

SLEEP = Spec("sleep", 50.0, tuple(POSTURE_ANGLE_DEG), ("neck", "chest", "abdomen"), SLEEP_FRONT_END)

# Activity letters A-S (without N) of WISDM 2019, in the letters' order.
WISDM_ACTIVITIES = {
    "A": "walking",
    "B": "jogging",
    "C": "stairs",
    "D": "sitting",
    "E": "standing",
    "F": "typing",
    "G": "brushing teeth",
    "H": "eating soup",
    "I": "eating chips",
    "J": "eating pasta",
    "K": "drinking",
    "L": "eating sandwich",
    "M": "kicking ball",
    "O": "catching ball",
    "P": "dribbling ball",
    "Q": "writing",
    "R": "clapping",
    "S": "folding clothes",
}
WISDM = Spec(
    "wisdm", 20.0, tuple(WISDM_ACTIVITIES.values()), ("phone", "watch"), ACTIVITY_FRONT_END
)

MHEALTH = Spec(
    "mhealth",
    50.0,
    (
        "standing still",
        "sitting and relaxing",
        "lying down",
        "walking",
        "climbing stairs",
        "waist bends forward",
        "frontal elevation of arms",
        "knees bending",
        "cycling",
        "jogging",
        "running",
        "jump front and back",
    ),
    ("chest", "left ankle", "right lower arm"),
    ACTIVITY_FRONT_END,
)

HAPT = Spec(
    "hapt",
    50.0,
    (
        "walking",
        "walking upstairs",
        "walking downstairs",
        "sitting",
        "standing",
        "laying",
        "stand to sit",
        "sit to stand",
        "sit to lie",
        "lie to sit",
        "stand to lie",
        "lie to stand",
    ),
    ("waist",),
    ACTIVITY_FRONT_END,
)

DOMAINS = (SLEEP, WISDM, MHEALTH, HAPT)


def adxl345_rates(rate_hz: float) -> tuple[int, ...]:
    """Return the sensor's rates, lowest first, whose means of samples give windows of `rate_hz`.

    The firmware takes the lowest (firmware/src/average.h).
    """
    return tuple(chip_hz for chip_hz in ADXL345_RATES_HZ if chip_hz % rate_hz == 0)


def torso_angle_deg(gravity_g: ArrayLike) -> NDArray[np.float64]:
    """The stomach's angle about the body's long axis, 0..360, from gravity (..., 3) in body axes.

    Body axes: x to the wearer's left, y to the head, z out of the stomach. An accelerometer at
    rest reads +1 g upwards, so supine reads (0, 0, 1), which is 90 degrees (paper, table 2).
    """
    gravity = np.asarray(gravity_g, dtype=np.float64)
    return np.asarray(np.mod(np.degrees(np.arctan2(gravity[..., 2], gravity[..., 0])), 360.0))


def posture_group(angle_deg: ArrayLike) -> NDArray[np.int64]:
    """Index into POSTURE_GROUPS of torso angles in degrees."""
    angle = np.asarray(angle_deg, dtype=np.float64)
    return np.asarray(np.floor((angle - 45.0) / 90.0) % 4, dtype=np.int64)


def turn_deg(difference_deg: ArrayLike) -> NDArray[np.float64]:
    """A difference of two angles as the shorter way round, -180..180 degrees."""
    return np.asarray((np.asarray(difference_deg, dtype=np.float64) + 180.0) % 360.0 - 180.0)


def nearest_posture(angle_deg: ArrayLike, posture_deg: ArrayLike) -> NDArray[np.int64]:
    """Return the index (...,) of the posture (K,) nearest to each torso angle (...,), in degrees.

    This is the posture by gravity's angle alone, without a net.
    """
    angle = np.asarray(angle_deg, dtype=np.float64)[..., None]
    away_deg = np.abs(turn_deg(angle - np.asarray(posture_deg, dtype=np.float64)))
    return np.asarray(away_deg.argmin(axis=-1), dtype=np.int64)
