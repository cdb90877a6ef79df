"""Simulate labelled minutes: subjects at rest in twelve postures, with sensors at three places."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import UsageError
from edgekit.names import pick
from edgekit.recording import Recording
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP

from .adxl345 import Adxl345, draw_sensor, to_counts, to_g
from .body import Body, State, draw_body, felt_g
from .disturbances import draw_habits
from .streams import Stream, split, stream
from .wearing import Wearing, draw_turns_deg

VERSION = 2
POSTURE_SCATTER_DEG = 5.5  # people do not lie at exact angles
RISE_SCATTER_DEG = 2.0
SKIN_C = 32.0
AWAKE_SHARE = 0.5  # of the minutes


def source(seed: int) -> str:
    return f"synthetic sleeper v{VERSION}, seed {seed}"


def load(
    seed: int = 0, subjects: int = 12, seconds: float = 60.0, wearing: Wearing = "straight"
) -> list[Recording]:
    """Simulate `subjects` x 3 placements x 12 postures, a Recording each, at a nominal 50 Hz.

    Subject k of a seed is the same however many there are. Each subject wears three units, one at
    each place, through all twelve postures; in one posture all three see the same trunk angle,
    and feel the same talking and swallowing. `wearing` turns the sensors, and changes nothing else.
    Raises UsageError for a negative seed, no subject, a recording of no length, or another wearing.
    """
    if subjects < 1 or not seconds * SLEEP.rate_hz >= 1:
        raise UsageError(
            f"{subjects} subjects for {seconds:g} s hold no sample; "
            f"give at least 1 subject and {1 / SLEEP.rate_hz:g} s"
        )
    return [recording for k in range(subjects) for recording in _subject(seed, k, seconds, wearing)]


def still(
    seed: int,
    subject: int,
    placement: str,
    torso_deg: float,
    head_up_deg: float,
    seconds: float = 10.0,
    wearing: Wearing = "straight",
) -> Recording:
    """Simulate an unlabelled span of a subject of `load`, still at these angles, awake.

    Body, sensor and mounting are those of the subject's minutes; breath, heart, noise and the
    degree by which a sensor sits otherwise each time are the span's own. Angles as in
    `geometry.up_in_torso`. Raises UsageError for another placement or wearing, a negative seed or
    subject, or a span of no length.
    """
    pick("placement", placement, SLEEP.placements)
    if subject < 0 or not seconds * SLEEP.rate_hz >= 1:
        raise UsageError(
            f"subject {subject} for {seconds:g} s holds no sample; "
            f"give a subject from 0 on and at least {1 / SLEEP.rate_hz:g} s"
        )
    worn, _ = _person(seed, subject, wearing)
    place = SLEEP.placements.index(placement)
    angles = (round(angle) % 360 for angle in (torso_deg, head_up_deg))
    own, disturbing = split(stream(seed, Stream.STILL, subject, place, *angles), 2)
    state = State(torso_deg, head_up_deg, awake=True)
    return Recording(
        xyz_g=_read_g(worn, placement, state, seconds, own, disturbing),
        rate_hz=SLEEP.rate_hz,
        subject=f"sleeper-{seed}-{subject}",
        placement=placement,
        source=source(seed),
    )


@dataclass(frozen=True)
class _Worn:
    """A person and the three units that they wear."""

    body: Body
    sensors: dict[str, Adxl345]


def _person(seed: int, k: int, wearing: Wearing) -> tuple[_Worn, np.random.Generator]:
    """Draw subject k; returns the generator too, which continues with how they lie."""
    rng = stream(seed, Stream.SUBJECT, k)
    habits = draw_habits(stream(seed, Stream.HABITS, k))
    body = draw_body(rng, habits, draw_turns_deg(wearing, stream(seed, Stream.WEARING, k)))
    return _Worn(body, {placement: draw_sensor(rng) for placement in SLEEP.placements}), rng


def _read_g(
    worn: _Worn,
    placement: str,
    state: State,
    seconds: float,
    own: np.random.Generator,
    disturbing: np.random.Generator,
) -> NDArray[np.float32]:
    """Return what the unit at a placement reads (N, 3) while its wearer stays in one state."""
    sensor = worn.sensors[placement]
    count = round(seconds * SLEEP.rate_hz)
    t_s = np.arange(count) / (SLEEP.rate_hz * (1 + sensor.clock_error))
    felt = felt_g(worn.body, placement, state, t_s, own, disturbing)
    return to_g(to_counts(sensor, felt, own, SKIN_C))


def _subject(seed: int, k: int, seconds: float, wearing: Wearing) -> list[Recording]:
    worn, rng = _person(seed, k, wearing)
    torso_deg = {
        posture: angle + rng.normal(0, POSTURE_SCATTER_DEG)
        for posture, angle in POSTURE_ANGLE_DEG.items()
    }
    head_up_deg = {posture: rng.normal(0, RISE_SCATTER_DEG) for posture in POSTURE_ANGLE_DEG}
    awake = stream(seed, Stream.AWAKE, k).random(len(SLEEP.postures)) < AWAKE_SHARE
    recordings = []
    for place, placement in enumerate(SLEEP.placements):
        for label, posture in enumerate(SLEEP.postures):
            own = stream(seed, Stream.MINUTE, k, place, label)
            disturbing = stream(seed, Stream.DISTURBANCES, k, label)
            state = State(torso_deg[posture], head_up_deg[posture], awake[label])
            xyz_g = _read_g(worn, placement, state, seconds, own, disturbing)
            recordings.append(
                Recording(
                    xyz_g=xyz_g,
                    rate_hz=SLEEP.rate_hz,
                    subject=f"sleeper-{seed}-{k}",
                    placement=placement,
                    label=np.full(len(xyz_g), label, np.int16),
                    label_names=SLEEP.postures,
                    source=source(seed),
                )
            )
    return recordings
