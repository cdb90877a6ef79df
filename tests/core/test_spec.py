"""The facts of the paper's tables, and the geometry that goes with them."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats

from edgekit.errors import EdgekitError
from edgekit.spec import DOMAINS, POSTURE_ANGLE_DEG, SLEEP, WISDM, Spec, torso_angle_deg
from tests.helpers.gravity import gravity_at


@given(floats(0, 359.9))
def test_the_torso_angle_is_the_inverse_of_gravity_at_that_angle(angle_deg: float) -> None:
    found = float(torso_angle_deg(gravity_at(angle_deg)))
    assert min(abs(found - angle_deg), 360 - abs(found - angle_deg)) < 1e-6


def test_supine_reads_one_g_out_of_the_stomach() -> None:
    assert np.allclose(gravity_at(POSTURE_ANGLE_DEG["supine"]), (0, 0, 1))
    assert np.allclose(gravity_at(POSTURE_ANGLE_DEG["right"]), (1, 0, 0))


def test_the_twelve_postures_stand_30_degrees_apart_in_the_published_order() -> None:
    assert sorted(POSTURE_ANGLE_DEG.values()) == [30.0 * k for k in range(12)]
    assert SLEEP.postures[:4] == ("supine", "supine-right", "right-supine", "right")


@pytest.mark.parametrize("spec", DOMAINS)
def test_a_spec_survives_json(spec: Spec) -> None:
    assert Spec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


@pytest.mark.parametrize(
    "damage",
    [
        {"rate_hz": None}, {"rate_hz": float("inf")}, {"colour": "red"}, {"hop": 0},
        {"hop": 60.5}, {"window": 100.0}, {"domain": 5}, {"postures": 3},
    ],
)  # fmt: skip
def test_a_damaged_spec_is_refused(damage: dict[str, object]) -> None:
    with pytest.raises(EdgekitError, match="not a window specification"):
        Spec.from_json({**SLEEP.to_json(), **damage})


def test_only_the_sleep_sensor_is_worn_along_the_body_axes() -> None:
    assert SLEEP.has_body_axes
    assert not WISDM.has_body_axes
