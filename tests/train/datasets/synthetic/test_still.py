"""A still span is the person of the minutes, lying or standing as asked."""

from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import floats, integers, sampled_from

from edgekit.device.mount.calibrate import from_postures
from edgekit.errors import UsageError
from edgekit.recording import Recording
from edgekit.spec import SLEEP
from edgekit.train.datasets.synthetic import Wearing, load, still
from edgekit.train.datasets.synthetic.geometry import up_in_torso

places = sampled_from(SLEEP.placements)


def on_back(wearing: Wearing, placement: str = "chest", subject: int = 0) -> Recording:
    return still(1, subject, placement, 90.0, 0.0, wearing=wearing)


def upright(wearing: Wearing, placement: str = "chest", subject: int = 0) -> Recording:
    return still(1, subject, placement, 90.0, 83.0, wearing=wearing)


@settings(max_examples=30)
@given(subject=integers(0, 20), torso_deg=floats(-180, 360), head_up_deg=floats(-10, 90))
def test_gravity_points_where_the_body_lies(
    subject: int, torso_deg: float, head_up_deg: float
) -> None:
    span = still(1, subject, "chest", torso_deg, head_up_deg)
    up_g = up_in_torso(torso_deg, head_up_deg)
    mean = span.xyz_g.mean(axis=0)
    apart_deg = np.degrees(np.arccos(np.clip(mean @ up_g / np.linalg.norm(mean), -1, 1)))
    assert apart_deg < 60  # slope, tilt, bed and mounting: each a few degrees, all of them rare


def test_a_span_is_unlabelled_and_as_long_as_asked() -> None:
    span = still(1, 3, "neck", 90.0, 0.0, seconds=4.0)
    assert (span.subject, span.placement, len(span), span.label) == (
        "sleeper-1-3",
        "neck",
        200,
        None,
    )


@given(place=places)
@settings(max_examples=3)
def test_the_same_span_is_the_same_and_another_breathes_otherwise(place: str) -> None:
    once, again = on_back("straight", place), on_back("straight", place)
    other = still(1, 0, place, 92.0, 0.0)
    assert np.array_equal(once.xyz_g, again.xyz_g)
    apart = once.xyz_g - other.xyz_g
    assert (apart - apart.mean(axis=0)).std() > 0.001


@given(place=places, subject=integers(0, 9))
@settings(max_examples=10)
def test_a_span_is_of_the_unit_and_the_body_of_the_minutes(place: str, subject: int) -> None:
    """Supine gravity of the minute and of the span: one sensor's offsets, one surface's slope."""
    minutes = load(1, subject + 1, 4.0)
    supine = SLEEP.postures.index("supine")
    (minute,) = (
        r
        for r in minutes
        if r.subject == f"sleeper-1-{subject}" and r.placement == place
        and r.label is not None and r.label[0] == supine
    )  # fmt: skip
    apart = minute.xyz_g.mean(axis=0) - on_back("straight", place, subject).xyz_g.mean(axis=0)
    assert np.abs(apart).max() < 0.4  # people do not lie at exact angles
    assert abs(apart[1]) < 0.15  # the slope towards the head is the person's own


@pytest.mark.parametrize("placement", SLEEP.placements)
def test_a_calibration_of_a_sensor_upside_down_puts_the_head_where_it_is(placement: str) -> None:
    def mean(span: Recording, by: bool) -> np.ndarray:
        calibration = from_postures(
            on_back("upside down", placement).xyz_g, upright("upside down", placement).xyz_g
        )
        return (calibration.apply(span.xyz_g) if by else span.xyz_g).mean(axis=0)

    standing, right = (
        upright("upside down", placement),
        still(1, 0, placement, 0.0, 0.0, wearing="upside down"),
    )
    assert mean(standing, by=False)[1] < -0.7 < 0.7 < mean(standing, by=True)[1]
    assert mean(right, by=False)[0] < -0.7 < 0.7 < mean(right, by=True)[0]


@pytest.mark.parametrize("placement", SLEEP.placements)
@pytest.mark.parametrize("subject", range(5))
def test_nobody_is_refused_by_a_calibration_because_they_breathe(
    placement: str, subject: int
) -> None:
    from_postures(
        on_back("straight", placement, subject).xyz_g, upright("straight", placement, subject).xyz_g
    )


@pytest.mark.parametrize(
    ("subject", "placement", "seconds", "wearing"),
    [
        (-1, "neck", 10.0, "straight"),
        (0, "wrist", 10.0, "straight"),
        (0, "neck", 0.0, "straight"),
        (0, "neck", 10.0, "sideways"),
    ],
)
def test_an_impossible_span_is_refused(
    subject: int, placement: str, seconds: float, wearing: str
) -> None:
    with pytest.raises(UsageError):
        still(0, subject, placement, 90.0, 0.0, seconds, cast(Wearing, wearing))
