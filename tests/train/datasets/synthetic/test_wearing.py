"""How a sensor is worn turns what it reads about its normal, and changes nothing else."""

from dataclasses import replace
from typing import cast, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, sampled_from
from numpy.typing import NDArray
from pytest import approx

from edgekit.errors import UsageError
from edgekit.spec import SLEEP
from edgekit.train.datasets.synthetic import Wearing, load, simulate_night
from edgekit.train.datasets.synthetic.body import Body, State, draw_body, felt_g
from edgekit.train.datasets.synthetic.disturbances import draw_habits
from edgekit.train.datasets.synthetic.wearing import draw_turns_deg

Floats = NDArray[np.float64]
wearings = sampled_from(get_args(Wearing))


def body(turned_deg: float) -> Body:
    habits = draw_habits(np.random.default_rng(1))
    return draw_body(np.random.default_rng(2), habits, dict.fromkeys(SLEEP.placements, turned_deg))


def felt(worn: Body, placement: str) -> Floats:
    state = State(torso_deg=60.0, head_up_deg=0.0, awake=True)
    rngs = np.random.default_rng(3), np.random.default_rng(4)
    return felt_g(worn, placement, state, np.arange(1000) / 50, *rngs)


def turns_deg(wearing: Wearing, people: int = 1000) -> Floats:
    draws = [draw_turns_deg(wearing, np.random.default_rng(k)) for k in range(people)]
    return np.array([list(draw.values()) for draw in draws])


@given(sampled_from(SLEEP.placements), floats(-180, 180))
def test_turning_a_sensor_is_one_rotation_of_all_that_it_feels(
    placement: str, turned_deg: float
) -> None:
    straight, turned = felt(body(0.0), placement), felt(body(turned_deg), placement)
    rotation, *_ = np.linalg.lstsq(straight, turned, rcond=None)
    assert straight @ rotation == approx(turned, abs=1e-9)
    assert rotation @ rotation.T == approx(np.eye(3), abs=1e-6)
    assert (np.trace(rotation) - 1) / 2 == approx(np.cos(np.radians(turned_deg)), abs=1e-6)


@given(floats(-180, 180))
def test_a_turn_on_the_skin_leaves_what_points_out_of_the_body(turned_deg: float) -> None:
    level = dict.fromkeys(SLEEP.placements, np.zeros(3))
    straight, turned = (
        felt(replace(body(by_deg), mounting_deg=level), "chest").mean(axis=0)
        for by_deg in (0.0, turned_deg)
    )
    assert turned[2] == approx(straight[2], abs=0.05)  # a recording is still worn 1 degree askew


def test_worn_straight_a_sensor_is_not_turned() -> None:
    assert not turns_deg("straight").any()


def test_turned_sensors_are_turned_evenly_by_at_most_30_degrees() -> None:
    turns = turns_deg("turned")
    assert np.abs(turns).max() <= 30
    assert np.abs(turns).mean() == approx(15, abs=1)
    assert np.abs(np.corrcoef(turns.T) - np.eye(3)).max() < 0.1  # each place for itself


def test_worn_anyhow_one_sensor_in_ten_is_upside_down() -> None:
    turns, turned = turns_deg("anyhow"), turns_deg("turned")
    upside_down = turns > 90
    assert upside_down.mean() == approx(0.1, abs=0.02)
    assert turns == approx(turned + 180 * upside_down)


def test_upside_down_left_is_right_and_the_head_is_the_feet() -> None:
    for straight, reversed_ in zip(
        load(2, 1, 4.0), load(2, 1, 4.0, wearing="upside down"), strict=True
    ):
        mean_g = straight.xyz_g.mean(axis=0)
        assert reversed_.xyz_g.mean(axis=0) == approx(mean_g * (-1, -1, 1), abs=0.3)


@given(integers(0, 1000), wearings)
def test_a_recording_is_the_same_but_for_its_samples(seed: int, wearing: Wearing) -> None:
    straight, worn = load(seed, 1, 0.2), load(seed, 1, 0.2, wearing)
    for r, s in zip(worn, straight, strict=True):
        assert (r.subject, r.placement, r.source) == (s.subject, s.placement, s.source)
        assert np.array_equal(np.asarray(r.label), np.asarray(s.label))
        lengths_g = np.linalg.norm(r.xyz_g, axis=1), np.linalg.norm(s.xyz_g, axis=1)
        assert lengths_g[0] == approx(lengths_g[1], abs=0.3)  # a unit's offsets and scales


def test_a_subject_worn_anyhow_is_the_same_however_many_there_are() -> None:
    few, many = load(5, 1, 2.0, wearing="anyhow"), load(5, 3, 2.0, wearing="anyhow")
    for a, b in zip(few, many[: len(few)], strict=True):
        assert np.array_equal(a.xyz_g, b.xyz_g)


def test_a_night_worn_upside_down_is_the_same_night() -> None:
    straight = simulate_night(2, 1.0)
    reversed_ = simulate_night(2, 1.0, wearing="upside down")
    assert reversed_.episodes == straight.episodes
    assert np.array_equal(
        np.asarray(reversed_.recording.label), np.asarray(straight.recording.label)
    )
    worn = np.asarray(straight.recording.label) >= 0
    apart = reversed_.recording.xyz_g[worn] - straight.recording.xyz_g[worn] * (-1, -1, 1)
    assert np.abs(np.median(apart, axis=0)).max() < 0.3


def test_walking_upside_down_the_head_end_points_down() -> None:
    night = simulate_night(0, 2.0, wearing="upside down")
    begin_s = night.recording.start_s
    for episode in (e for e in night.episodes if e.kind == "walking"):
        begin, end = (round((s - begin_s) * 50) for s in (episode.start_s, episode.end_s))
        mean = night.recording.xyz_g[begin:end].mean(axis=0)
        assert mean[1] < -0.7 * np.linalg.norm(mean)


def test_another_wearing_is_refused() -> None:
    sideways = cast(Wearing, "sideways")
    with pytest.raises(UsageError, match="upside down"):
        load(0, 1, 1.0, sideways)
    with pytest.raises(UsageError, match="upside down"):
        simulate_night(0, 0.1, wearing=sideways)
