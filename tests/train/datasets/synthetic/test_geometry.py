"""Turning a sensor shows gravity from elsewhere; it never makes it longer."""

import numpy as np
from hypothesis import given
from hypothesis.strategies import floats, tuples
from pytest import approx

from edgekit.spec import torso_angle_deg
from edgekit.train.datasets.synthetic.geometry import seen_after_turn, up_in_torso
from tests.helpers.gravity import gravity_at

Triple = tuple[float, float, float]
degrees = floats(-360, 360)
turns = tuples(floats(-180, 180), floats(-180, 180), floats(-180, 180))


@given(degrees, floats(-90, 90), turns)
def test_gravity_keeps_its_length_however_the_sensor_turns(
    torso_deg: float, head_up_deg: float, turn_deg: Triple
) -> None:
    seen = seen_after_turn(up_in_torso(torso_deg, head_up_deg), turn_deg)
    assert np.linalg.norm(seen) == approx(1.0)


@given(degrees, turns)
def test_turning_back_undoes_a_turn(torso_deg: float, turn_deg: Triple) -> None:
    up = up_in_torso(torso_deg, 10.0)
    back = seen_after_turn(seen_after_turn(up, turn_deg), np.negative(turn_deg))
    assert back == approx(up, abs=1e-9)


@given(floats(0, 360, exclude_max=True))
def test_a_level_body_reads_what_the_spec_says(torso_deg: float) -> None:
    assert up_in_torso(torso_deg, 0.0) == approx(np.array(gravity_at(torso_deg)), abs=1e-12)


@given(floats(0, 359), floats(0, 0.9))
def test_a_turn_about_the_long_axis_adds_to_the_torso_angle(
    angle_deg: float, by_deg: float
) -> None:
    seen = seen_after_turn(up_in_torso(angle_deg, 0.0), (0.0, by_deg, 0.0))
    assert torso_angle_deg(seen) == approx(angle_deg + by_deg, abs=1e-6)


def test_a_sensor_whose_face_tips_to_the_feet_sees_its_head_end_rise() -> None:
    supine = up_in_torso(90.0, 0.0)
    assert seen_after_turn(supine, (20.0, 0.0, 0.0))[1] == approx(np.sin(np.radians(20)))


def test_standing_reads_one_g_towards_the_head() -> None:
    assert up_in_torso(90.0, 90.0) == approx(np.array([0.0, 1.0, 0.0]), abs=1e-12)
