"""A simulated night: whole, labelled by what truly happened, and physical in each episode."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import floats, integers
from numpy.typing import NDArray
from pytest import approx

from edgekit.errors import UsageError
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP, UNLABELLED, nearest_posture, torso_angle_deg
from edgekit.train.datasets.synthetic import Episode, SimulatedNight, simulate_night
from edgekit.train.datasets.synthetic.schedule import plan_night

START_S = 1_700_000_000.0


@cache
def night() -> SimulatedNight:
    return simulate_night(seed=0, hours=8.0, placement="chest", start_s=START_S)


def samples_of(episode: Episode) -> NDArray[np.float32]:
    return night().recording.xyz_g[span(episode)]


def span(episode: Episode) -> slice:
    return slice(round((episode.start_s - START_S) * 50), round((episode.end_s - START_S) * 50))


def of_kind(kind: str) -> list[Episode]:
    return [episode for episode in night().episodes if episode.kind == kind]


def test_eight_hours_hold_1_440_000_samples_in_utc() -> None:
    recording = night().recording
    assert len(recording) == 1_440_000
    assert (recording.rate_hz, recording.start_s, recording.clock) == (50.0, START_S, "utc")
    assert recording.source == "synthetic sleeper v2, seed 0"


@settings(deadline=None)
@given(integers(0, 10_000), floats(0.05, 12))
def test_episodes_fill_a_night_without_gap_or_overlap(seed: int, hours: float) -> None:
    episodes = plan_night(np.random.default_rng(seed), hours * 3600, START_S)
    ends = [START_S, *(episode.end_s for episode in episodes)]
    starts = [episode.start_s for episode in episodes]
    assert starts == ends[:-1]
    assert ends[-1] - START_S == approx(hours * 3600, abs=0.02)
    assert all(episode.end_s > episode.start_s for episode in episodes)


@settings(deadline=None, max_examples=30)
@given(integers(0, 10_000))
def test_a_night_is_mostly_lying_with_several_turns_an_hour(seed: int) -> None:
    episodes = plan_night(np.random.default_rng(seed), 8 * 3600, START_S)
    lying_s = sum(e.end_s - e.start_s for e in episodes if e.kind == "lying")
    kinds = [episode.kind for episode in episodes]
    assert 0.85 < lying_s / (8 * 3600) < 0.99
    assert 1.5 < kinds.count("turning") / 8 < 9
    assert kinds[0] == "upright"
    assert kinds.count("off") >= 1 and 2 <= kinds.count("walking") <= 4


def test_people_lie_about_as_often_on_side_back_and_front_as_was_measured() -> None:
    share = dict.fromkeys(("side", "back", "front"), 0.0)
    for seed in range(100):
        for e in plan_night(np.random.default_rng(seed), 8 * 3600, 0.0):
            if e.kind == "lying":
                up = np.sin(np.radians(e.torso_deg))
                side = "side" if abs(up) < np.sqrt(0.5) else "back" if up > 0 else "front"
                share[side] += e.end_s - e.start_s
    total = sum(share.values())
    assert share["side"] / total == approx(0.541, abs=0.05)
    assert share["back"] / total == approx(0.375, abs=0.05)
    assert share["front"] / total == approx(0.073, abs=0.03)


def test_a_label_is_the_posture_of_its_episode_and_none_but_lying_has_one() -> None:
    label = night().recording.label
    assert label is not None
    angles_deg = list(POSTURE_ANGLE_DEG.values())
    for episode in night().episodes:
        lying = episode.kind == "lying"
        expected = nearest_posture(episode.torso_deg, angles_deg) if lying else UNLABELLED
        assert (episode.posture is not None) == lying
        assert (label[span(episode)] == expected).all()


def test_lying_reads_the_torso_angle_of_the_episode() -> None:
    for episode in of_kind("lying"):
        read = float(torso_angle_deg(np.median(samples_of(episode), axis=0)))
        assert abs((read - episode.torso_deg + 180) % 360 - 180) < 15


def test_a_turn_takes_two_to_five_seconds_and_moves_the_sensor() -> None:
    for episode in of_kind("turning"):
        assert 2 <= episode.end_s - episode.start_s <= 5 + 0.02
        assert samples_of(episode).std(axis=0).max() > 0.05


def test_walking_is_upright_and_shakes() -> None:
    for episode in of_kind("walking"):
        mean, std = samples_of(episode).mean(axis=0), samples_of(episode).std(axis=0)
        assert mean[1] > 0.75 * np.linalg.norm(mean)
        assert std.max() > 0.05


def test_off_the_body_a_sensor_is_still() -> None:
    for episode in of_kind("off"):
        minute_means = samples_of(episode)[:3000].reshape(-1, 100, 3).mean(axis=1)
        assert samples_of(episode).std(axis=0).max() < 0.008
        assert np.linalg.norm(minute_means.std(axis=0)) < 0.0015


def test_on_the_body_a_sensor_is_never_that_still() -> None:
    for placement in SLEEP.placements:
        asleep = simulate_night(1, 1.0, placement)
        label = asleep.recording.label
        assert label is not None
        starts = np.arange(0, len(label) - 3000, 3000)
        worn = [s for s in starts if (label[s : s + 3000] != UNLABELLED).all()]
        means = np.stack([asleep.recording.xyz_g[s : s + 3000] for s in worn])
        vary = np.linalg.norm(means.reshape(-1, 30, 100, 3).mean(axis=2).std(axis=1), axis=1)
        assert vary.min() > 0.0015


def test_a_night_comes_again_from_its_seed() -> None:
    once, again = simulate_night(7, 0.1), simulate_night(7, 0.1)
    assert np.array_equal(once.recording.xyz_g, again.recording.xyz_g)
    assert once.episodes == again.episodes
    assert not np.array_equal(once.recording.xyz_g, simulate_night(8, 0.1).recording.xyz_g)


@pytest.mark.parametrize(
    ("seed", "hours", "placement"), [(-1, 1.0, "chest"), (0, 0.0, "chest"), (0, 1.0, "wrist")]
)
def test_an_impossible_night_is_refused(seed: int, hours: float, placement: str) -> None:
    with pytest.raises(UsageError):
        simulate_night(seed, hours, placement)
