"""Simulate a whole night of the synthetic sleeper, with what truly happened in it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import UsageError
from edgekit.names import pick
from edgekit.recording import Recording
from edgekit.spec import SLEEP, UNLABELLED

from .adxl345 import draw_sensor, to_counts, to_g
from .body import State, draw_body, felt_g
from .disturbances import draw_habits
from .geometry import Floats
from .minutes import SKIN_C, source
from .motion import eased, stir_g, walking_g
from .schedule import Episode, plan_night
from .streams import Stream, stream
from .wearing import Wearing, draw_turns_deg

WINTER_EVENING_S = 1_768_084_200.0  # 2026-01-10 22:30 UTC
ROOM_C = 21.0
WARM_UP_S = 900.0  # time constant of the sensor's housing
JERKS_PER_HOUR = 8.0
FALL_ASLEEP_S = 600.0  # from lying down to sleep


@dataclass(frozen=True)
class SimulatedNight:
    recording: Recording
    episodes: list[Episode]  # in a row, without a gap, from the first sample to the last


def simulate_night(
    seed: int,
    hours: float = 8.0,
    placement: str = "chest",
    start_s: float = WINTER_EVENING_S,
    wearing: Wearing = "straight",
) -> SimulatedNight:
    """Simulate a night at a nominal 50 Hz, from sitting in bed on; `start_s` in UTC seconds.

    `rate_hz` is the nominal rate, and episodes are timed by the recording's own clock, so that they
    agree with its samples; the unit's clock error shows in the body's rhythms. Labels are the
    nearest of the twelve postures while lying, else -1. The sleeper is none of those of `load`.
    `wearing` turns the sensor, and changes nothing else. Raises UsageError for an unknown placement
    or wearing, a negative seed or a night of no length.
    """
    pick("placement", placement, SLEEP.placements)
    count = round(hours * 3600 * SLEEP.rate_hz)
    if not count > 0:
        raise UsageError(f"a night of {hours:g} h holds no sample; give more hours")
    rng = stream(seed, Stream.NIGHT)
    habits = draw_habits(stream(seed, Stream.HABITS))
    body = draw_body(rng, habits, draw_turns_deg(wearing, stream(seed, Stream.WEARING)))
    sensor = draw_sensor(rng)
    episodes = plan_night(rng, count / SLEEP.rate_hz, start_s)
    spans = [_span(episode, start_s) for episode in episodes]

    torso_deg, head_up_deg = _trunk_deg(episodes, spans)
    t_s = np.arange(count) / (SLEEP.rate_hz * (1 + sensor.clock_error))
    moved_g = _movement_g(episodes, spans, rng)
    state = State(torso_deg, head_up_deg, _awake(episodes, spans), moved_g)
    felt = felt_g(body, placement, state, t_s, rng, stream(seed, Stream.DISTURBANCES))
    _take_off(felt, episodes, spans, rng)
    counts = to_counts(sensor, felt, rng, _temperature_c(episodes, spans, count))
    recording = Recording(
        xyz_g=to_g(counts),
        rate_hz=SLEEP.rate_hz,
        subject=f"sleeper-night-{seed}",
        placement=placement,
        label=_labels(episodes, spans),
        label_names=SLEEP.postures,
        start_s=start_s,
        clock="utc",
        source=source(seed),
    )
    return SimulatedNight(recording, episodes)


def _span(episode: Episode, start_s: float) -> slice:
    begin, end = (round((s - start_s) * SLEEP.rate_hz) for s in (episode.start_s, episode.end_s))
    return slice(begin, end)


def _length(span: slice) -> int:
    return int(span.stop - span.start)


def _trunk_deg(episodes: list[Episode], spans: list[slice]) -> tuple[Floats, Floats]:
    """Return the trunk's two angles, (N,) each: constant in an episode, eased while turning."""
    torso_deg, head_up_deg = np.empty(spans[-1].stop), np.empty(spans[-1].stop)
    before = episodes[0]
    for episode, span in zip(episodes, spans, strict=True):
        share = eased(_length(span)) if episode.kind == "turning" else np.ones(_length(span))
        torso_deg[span] = before.torso_deg + share * (episode.torso_deg - before.torso_deg)
        rise = episode.head_up_deg - before.head_up_deg
        head_up_deg[span] = before.head_up_deg + share * rise
        before = episode
    return torso_deg, head_up_deg


def _awake(episodes: list[Episode], spans: list[slice]) -> NDArray[np.bool_]:
    """Mark when the sleeper is awake (N,): when up, and for a while after lying down."""
    awake = np.zeros(spans[-1].stop, np.bool_)
    for episode, span in zip(episodes, spans, strict=True):
        if episode.kind not in ("lying", "turning"):
            awake[span.start : span.stop + round(FALL_ASLEEP_S * SLEEP.rate_hz)] = True
    return awake


def _movement_g(episodes: list[Episode], spans: list[slice], rng: np.random.Generator) -> Floats:
    """Draw the movement (N, 3) of each episode, in the axes of the surface under the sensor."""
    moved = np.zeros((spans[-1].stop, 3))
    for episode, span in zip(episodes, spans, strict=True):
        length = _length(span)
        if episode.kind == "turning":
            moved[span] += stir_g(rng, length, 0.08)
        elif episode.kind == "walking":
            moved[span] += walking_g(rng, length)
        elif episode.kind == "upright":
            moved[span] += stir_g(rng, length, 0.015)
        elif episode.kind == "lying":
            for _ in range(rng.poisson(JERKS_PER_HOUR * length / SLEEP.rate_hz / 3600)):
                begin = int(rng.integers(span.start, span.stop))
                end = min(span.stop, begin + int(rng.uniform(0.3, 2.0) * SLEEP.rate_hz))
                moved[begin:end] += stir_g(rng, end - begin, 0.06 * rng.lognormal(0, 0.5))
    return moved


def _take_off(
    felt: Floats, episodes: list[Episode], spans: list[slice], rng: np.random.Generator
) -> None:
    """Replace in `felt` (N, 3), in place, what the sensor feels in a hand and on a table."""
    for at, episode in enumerate(episodes):
        if episode.kind != "off":
            continue
        lying = rng.standard_normal(3)
        lying /= np.linalg.norm(lying)
        felt[spans[at]] = lying
        for beside, towards in ((at - 1, 1), (at + 1, -1)):
            if beside < len(spans):
                span = spans[beside]
                share = eased(_length(span))[::towards, None]
                felt[span] += share * (lying - felt[span]) + stir_g(rng, _length(span), 0.25)


def _temperature_c(episodes: list[Episode], spans: list[slice], count: int) -> NDArray[np.float64]:
    """Return the sensor's temperature (N,), which follows the skin, or the room while off."""
    around_c = np.full(count, SKIN_C)
    for episode, span in zip(episodes, spans, strict=True):
        if episode.kind == "off":
            around_c[span] = ROOM_C
    every = round(10 * SLEEP.rate_hz)
    share = 1 - np.exp(-10 / WARM_UP_S)
    knots = [ROOM_C]
    for goal in around_c[::every]:
        knots.append(knots[-1] + share * (goal - knots[-1]))
    return np.interp(np.arange(count), np.arange(len(knots)) * every, knots)


def _labels(episodes: list[Episode], spans: list[slice]) -> NDArray[np.int16]:
    label = np.full(spans[-1].stop, UNLABELLED, np.int16)
    for episode, span in zip(episodes, spans, strict=True):
        if episode.posture is not None:
            label[span] = SLEEP.postures.index(episode.posture)
    return label
