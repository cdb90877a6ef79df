import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers

from edgekit.device.decide.classifier import Probabilities
from edgekit.device.decide.posture import Decider, Smoother
from edgekit.device.decide.window_stream import WindowBatch
from edgekit.spec import (
    PLACEMENT_DWELL_S,
    PLACEMENT_LEAST,
    POSTURE_ANGLE_DEG,
    POSTURE_DWELL_S,
    POSTURE_LEAST,
    SLEEP,
    WISDM,
)
from tests.helpers.gravity import gravity_at

HOP_S = SLEEP.hop_s


def certain(*classes: int, sure: float = 0.99) -> np.ndarray:
    """The softmax of a net that is sure of one class after another, of three."""
    probability = np.full((len(classes), 3), (1 - sure) / 2, np.float32)
    probability[np.arange(len(classes)), classes] = sure
    return probability


def posture_smoother() -> Smoother:
    return Smoother(3, POSTURE_DWELL_S, POSTURE_LEAST)


def placement_smoother() -> Smoother:
    return Smoother(3, PLACEMENT_DWELL_S, PLACEMENT_LEAST)


def smoothed(smoother: Smoother, *classes: int) -> list[int]:
    elapsed = np.array([np.inf] + [HOP_S] * (len(classes) - 1))
    return smoother.push(certain(*classes), elapsed).argmax(axis=1).tolist()


def test_one_window_that_disagrees_is_overruled() -> None:
    assert smoothed(posture_smoother(), 0, 0, 0, 1, 0, 0) == [0] * 6


def test_a_turn_is_followed_with_the_second_window() -> None:
    assert smoothed(posture_smoother(), 0, 0, 0, 1, 1, 1) == [0, 0, 0, 0, 1, 1]


def test_a_sensor_moved_to_another_place_is_recognised_within_half_a_minute() -> None:
    assert smoothed(placement_smoother(), *[0] * 500, *[1] * 25)[-1] == 1


def test_a_placement_outlasts_several_wrong_windows() -> None:
    assert smoothed(placement_smoother(), *[0] * 50, *[1] * 8, 0) == [0] * 59


@given(count=integers(1, 30), cut=integers(0, 30), seed=integers(0, 99))
def test_beliefs_sum_to_one_however_the_windows_are_batched(
    count: int, cut: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    probability = random.dirichlet(np.ones(3), count).astype(np.float32)
    elapsed = np.full(count, HOP_S)
    whole = posture_smoother().push(probability, elapsed)
    smoother, cut = posture_smoother(), min(cut, count)
    parts = [
        smoother.push(probability[:cut], elapsed[:cut]),
        smoother.push(probability[cut:], elapsed[cut:]),
    ]
    np.testing.assert_allclose(whole.sum(axis=1), 1)
    np.testing.assert_allclose(np.concatenate(parts), whole)


@given(gap_s=floats(0, 1e5))
def test_what_was_believed_before_a_gap_fades_with_its_length(gap_s: float) -> None:
    smoother = posture_smoother()
    smoother.push(certain(0, 0, 0), np.array([np.inf, HOP_S, HOP_S]))
    undecided = np.full((1, 3), 1 / 3, np.float32)
    (belief,) = smoother.push(undecided, np.array([gap_s]))
    assert belief[0] == pytest.approx(1 / 3 + 2 / 3 * np.exp(-gap_s / POSTURE_DWELL_S), abs=0.01)


def batch(*gravity_g: tuple[float, float, float]) -> WindowBatch:
    xyz_g = np.repeat(np.float32(gravity_g)[:, None], 100, axis=1)
    count = len(xyz_g)
    return WindowBatch(1e9 + HOP_S * np.arange(count), xyz_g, np.full(count, -1, np.int64))


def decided(windows: WindowBatch, spec=SLEEP):
    heads = len(spec.postures), len(spec.placements)
    probability = [np.full((len(windows), size), 1 / size, np.float32) for size in heads]
    return Decider(spec).decide(windows, Probabilities(*probability))


def test_the_torso_s_angle_is_that_of_the_window_s_gravity() -> None:
    angles = list(POSTURE_ANGLE_DEG.values())
    decisions = decided(batch(*map(gravity_at, angles)))
    turned = (decisions.torso_angle_deg - angles + 180) % 360 - 180
    np.testing.assert_allclose(turned, 0, atol=1e-3)


def test_who_stands_or_sits_is_upright_and_who_lies_is_worn() -> None:
    standing, leaning, lying = (0, 1, 0.1), (0, 0.8, 0.6), (0, 0.3, 0.95)
    assert decided(batch(standing, leaning, lying)).state.tolist() == ["upright", "upright", "worn"]


def test_a_sensor_without_body_axes_has_neither_angle_nor_upright() -> None:
    decisions = decided(batch((0, 1, 0)), WISDM)
    assert np.isnan(decisions.torso_angle_deg).all() and decisions.state.tolist() == ["worn"]
