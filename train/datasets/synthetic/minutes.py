"""Labelled minutes: every subject at rest in twelve postures, with a sensor at three places."""

import numpy as np

from edgekit.errors import UsageError
from edgekit.recording import Recording
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP

from .adxl345 import draw_sensor, to_counts, to_g
from .body import State, draw_body, felt_g
from .disturbances import draw_habits
from .streams import Stream, stream
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
    """`subjects` x 3 placements x 12 postures, one Recording each, at a nominal 50 Hz.

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


def _subject(seed: int, k: int, seconds: float, wearing: Wearing) -> list[Recording]:
    rng = stream(seed, Stream.SUBJECT, k)
    habits = draw_habits(stream(seed, Stream.HABITS, k))
    body = draw_body(rng, habits, draw_turns_deg(wearing, stream(seed, Stream.WEARING, k)))
    sensors = {placement: draw_sensor(rng) for placement in SLEEP.placements}
    torso_deg = {
        posture: angle + rng.normal(0, POSTURE_SCATTER_DEG)
        for posture, angle in POSTURE_ANGLE_DEG.items()
    }
    head_up_deg = {posture: rng.normal(0, RISE_SCATTER_DEG) for posture in POSTURE_ANGLE_DEG}
    awake = stream(seed, Stream.AWAKE, k).random(len(SLEEP.postures)) < AWAKE_SHARE
    count = round(seconds * SLEEP.rate_hz)
    recordings = []
    for place, placement in enumerate(SLEEP.placements):
        sensor = sensors[placement]
        t_s = np.arange(count) / (SLEEP.rate_hz * (1 + sensor.clock_error))
        for label, posture in enumerate(SLEEP.postures):
            own = stream(seed, Stream.MINUTE, k, place, label)
            disturbing = stream(seed, Stream.DISTURBANCES, k, label)
            state = State(torso_deg[posture], head_up_deg[posture], awake[label])
            felt = felt_g(body, placement, state, t_s, own, disturbing)
            recordings.append(
                Recording(
                    xyz_g=to_g(to_counts(sensor, felt, own, SKIN_C)),
                    rate_hz=SLEEP.rate_hz,
                    subject=f"sleeper-{seed}-{k}",
                    placement=placement,
                    label=np.full(count, label, np.int16),
                    label_names=SLEEP.postures,
                    source=source(seed),
                )
            )
    return recordings
