"""Model a sleeper's body: what a sensor at its neck, chest or abdomen feels while it lies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from edgekit.spec import SLEEP, STANDARD_GRAVITY_MS2

from .disturbances import Habits, disturb
from .geometry import Floats, seen_after_turn, up_in_torso
from .rhythm import beats, breaths, chest_volume, ringing

SWAY_KNOT_S = 20.0


@dataclass(frozen=True)
class Tissue:
    """How one place of the body moves with breath and heart; medians over people."""

    breath_deg: float  # full swing of the surface's pitch with a breath
    breath_pitch: float  # which way it pitches on breathing in: +1 towards the head, -1 the feet
    breath_mm: float  # how far it is lifted
    prone_share: float  # of the breath's swing that is left when lying on it
    heart_mg: float  # height of the beat's wavelet
    heart_hz: float
    heart_decay_s: float
    heart_direction: tuple[float, float, float]


TISSUE = {
    "neck": Tissue(0.6, 1.0, 0.5, 0.8, 10.0, 4.0, 0.10, (0.35, 0.3, 0.9)),
    "chest": Tissue(2.6, 1.0, 3.0, 0.9, 24.0, 9.0, 0.07, (0.25, 0.45, 0.85)),
    "abdomen": Tissue(7.0, -1.0, 6.0, 0.5, 3.0, 5.5, 0.12, (0.1, 0.9, 0.4)),
}


@dataclass(frozen=True)
class Body:
    """One person; angles in degrees."""

    breaths_per_minute: float
    beats_per_minute: float
    breath_depth: dict[str, float]  # placement -> share of the median
    heart_strength: dict[str, float]
    heart_pitch: float  # share of the median frequency
    bed_rise_deg: float  # head end of the trunk over its foot end
    slope_deg: dict[str, float]  # of the surface under the sensor, towards the head
    side_tilt_deg: dict[str, float]  # of the segment towards the bed, lying on a side
    neck_lag_deg: float  # how much less than the trunk the neck turns to a side
    prone_turn_deg: float  # neck's turn when prone, to the side that is preferred
    mounting_deg: dict[str, Floats]  # how askew the sensor is worn: a rotation vector (3,)
    turned_deg: dict[str, float]  # how it is turned on the skin, about z (wearing.py)
    habits: Habits


@dataclass(frozen=True)
class State:
    """What a body does at each sample: (N,), or one value for all."""

    torso_deg: ArrayLike  # see geometry.up_in_torso
    head_up_deg: ArrayLike  # from the bed, whose own rise is the body's
    awake: ArrayLike
    moved_g: ArrayLike = 0.0  # movement besides lying, (N, 3) in the axes of the surface


def draw_body(rng: np.random.Generator, habits: Habits, turned_deg: dict[str, float]) -> Body:
    """Draw a person; the spreads and their sources are listed in docs/synthetic.md."""
    places = SLEEP.placements
    deep, strong = rng.lognormal(0, 0.25), rng.lognormal(0, 0.2)
    return Body(
        breaths_per_minute=float(np.clip(rng.normal(14, 2), 10, 20)),
        beats_per_minute=float(np.clip(rng.normal(62, 8), 45, 85)),
        breath_depth={place: deep * rng.lognormal(0, 0.2) for place in places},
        heart_strength={place: strong * rng.lognormal(0, 0.2) for place in places},
        heart_pitch=rng.lognormal(0, 0.12),
        bed_rise_deg=rng.normal(3, 3),
        slope_deg={
            "neck": rng.normal(-10, 12),  # a pillow raises the head
            "chest": rng.normal(0, 12),
            "abdomen": rng.normal(-5, 12),  # the belly falls towards the groin
        },
        side_tilt_deg={
            "neck": rng.normal(-6, 8),  # a pillow lifts the head above the shoulder
            "chest": rng.normal(0, 8),
            "abdomen": rng.normal(-3, 8),  # the waist sags between ribs and pelvis
        },
        neck_lag_deg=rng.normal(4, 4),
        prone_turn_deg=rng.normal(10, 4) * rng.choice([-1, 1]),
        mounting_deg={place: rng.normal(0, 3, 3) for place in places},
        turned_deg=turned_deg,
        habits=habits,
    )


def felt_g(
    body: Body,
    placement: str,
    state: State,
    t_s: Floats,
    rng: np.random.Generator,
    disturbing: np.random.Generator,
) -> Floats:
    """Return acceleration (N, 3) in g, in the sensor's axes, at times `t_s` (N,) from 0.

    Breath and heart beats draw from `rng`, all other movement from `disturbing`.
    """
    tissue = TISSUE[placement]
    torso = np.radians(state.torso_deg)
    breathing = breaths(rng, float(t_s[-1]), body.breaths_per_minute)
    volume, volume_per_s2 = chest_volume(breathing, t_s)
    depth = body.breath_depth[placement] * rng.lognormal(0, 0.15)
    lain_on = np.maximum(-np.sin(torso), 0)  # 1 prone, 0 on a side or supine
    swing_deg = tissue.breath_deg * depth * volume * (1 - (1 - tissue.prone_share) * lain_on)

    turn_deg = _segment_turn_deg(body, placement, torso) + _sway_deg(t_s, rng)
    turn_deg[:, 0] -= tissue.breath_pitch * swing_deg
    turn_deg[:, 1] += 0.5 * np.cos(torso) * swing_deg  # on a side, the free flank moves more
    turn_deg[:, 2] += 0.35 * swing_deg  # the two halves of a chest are not alike

    rise_deg = np.asarray(state.head_up_deg) + body.bed_rise_deg
    felt = seen_after_turn(up_in_torso(state.torso_deg, rise_deg), turn_deg)
    felt[:, 2] += tissue.breath_mm / 1000 * depth * volume_per_s2 / STANDARD_GRAVITY_MS2
    felt += _heart_g(body, placement, t_s, rng)[:, None] * tissue.heart_direction
    felt += np.asarray(state.moved_g, np.float64)
    disturb(felt, body.habits, placement, breathing, state.torso_deg, state.awake, t_s, disturbing)
    askew_deg = body.mounting_deg[placement] + rng.normal(0, 1, 3)
    return _mounted(felt, body.turned_deg[placement], askew_deg)


def _mounted(felt: Floats, turned_deg: float, askew_deg: Floats) -> Floats:
    """Turn what is felt into the axes of a sensor turned about the surface's z, and worn askew."""
    sine, cosine = np.sin(np.radians(turned_deg)), np.cos(np.radians(turned_deg))
    turned = [[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]]  # row k: axis k of the surface
    return np.asarray(felt @ seen_after_turn(turned, askew_deg))


def _segment_turn_deg(body: Body, placement: str, torso: ArrayLike) -> Floats:
    """Return the turn (N, 3), a rotation vector, from the trunk to the surface under the sensor."""
    stomach_up, left_up = np.sin(torso), np.cos(torso)
    pitch = np.full(np.shape(torso), -body.slope_deg[placement])
    tilt = body.side_tilt_deg[placement] * left_up
    roll = np.zeros_like(pitch)
    if placement == "neck":
        roll = body.neck_lag_deg * left_up + body.prone_turn_deg * np.maximum(-stomach_up, 0)
    return np.stack([pitch, roll, tilt], axis=-1)


def _sway_deg(t_s: Floats, rng: np.random.Generator) -> Floats:
    """Draw the slow creep of the body in its bed: a rotation vector (N, 3)."""
    knots_s = np.arange(0, t_s[-1] + 2 * SWAY_KNOT_S, SWAY_KNOT_S)
    knots = rng.normal(0, 0.25, (3, len(knots_s)))
    return np.stack([np.interp(t_s, knots_s, axis) for axis in knots], axis=-1)


def _heart_g(body: Body, placement: str, t_s: Floats, rng: np.random.Generator) -> Floats:
    tissue = TISSUE[placement]
    cycles = beats(rng, float(t_s[-1]), body.beats_per_minute)
    hz = tissue.heart_hz * body.heart_pitch
    closing = 0.32 * (60 / body.beats_per_minute) ** 0.5  # systole, s
    wave = ringing(cycles, t_s, 0.0, hz, tissue.heart_decay_s)
    wave += 0.5 * ringing(cycles, t_s, closing, hz, tissue.heart_decay_s)
    strength = body.heart_strength[placement] * rng.lognormal(0, 0.15)
    return np.asarray(tissue.heart_mg / 1000 * strength * wave)
