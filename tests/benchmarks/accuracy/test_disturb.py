"""Each disturbance does what its name says, and at its least nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers

from edgekit.benchmarks.accuracy.disturb import (
    DISTURBANCES,
    Disturbance,
    at_rate,
    clipped,
    dropped,
    noisy,
    rotated,
)


def windows(seed: int = 0, count: int = 4) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.5, (count, 100, 3)).astype(np.float32)


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("one", DISTURBANCES, ids=lambda one: one.name)
def test_one_level_of_each_leaves_a_wearers_window_as_it_was(one: Disturbance) -> None:
    still = 0.4 * windows()
    level = 0 if 0 in one.levels else max(one.levels)
    assert one.apply(still, level, random()) == pytest.approx(still, abs=1e-6)


@given(floats(0, 180), integers(0, 99))
def test_a_rotation_keeps_lengths_and_the_angles_between_samples(angle: float, seed: int) -> None:
    before = windows(seed)
    after = rotated(before, angle, random(seed))
    scalar = np.einsum("nik,njk->nij", before, before)
    turned = np.einsum("nik,njk->nij", after, after)
    np.testing.assert_allclose(turned, scalar, rtol=0, atol=1e-4)


def test_a_rotation_turns_by_the_angle_it_says() -> None:
    """A vector across the axis moves by all of it, one along the axis not at all."""
    many = np.zeros((4000, 100, 3), np.float32)
    many[..., 2] = 1
    cosines = rotated(many, 40, random())[:, 0, 2]
    assert cosines.min() == pytest.approx(np.cos(np.deg2rad(40)), abs=1e-3)
    assert cosines.max() == pytest.approx(1, abs=1e-2)


def test_noise_has_the_power_it_says() -> None:
    added = noisy(windows(count=400), 0.05, random()) - windows(count=400)
    assert added.std() == pytest.approx(0.05, rel=0.01)


@given(floats(-40, 40))
def test_a_wrong_rate_stretches_a_ramp_until_the_window_ends(error: float) -> None:
    ramp = np.broadcast_to(np.arange(100, dtype=np.float32)[:, None], (1, 100, 3)).copy()
    seen = at_rate(ramp, error, random())[0, :, 0]
    expected = np.arange(100) / (1 + error / 100)
    inside = expected <= 99
    assert seen[inside] == pytest.approx(expected[inside], abs=1e-3)
    assert seen[~inside] == pytest.approx(198 - expected[~inside], abs=1e-3)


@given(floats(0, 60), integers(0, 99))
def test_what_is_not_dropped_keeps_its_order(percent: float, seed: int) -> None:
    ramp = np.broadcast_to(np.arange(100, dtype=np.float32)[:, None], (3, 100, 3)).copy()
    for seen in dropped(ramp, percent, random(seed))[..., 0]:
        rising = seen[: int(seen.argmax()) + 1]
        assert (np.diff(rising) >= 1).all()  # none twice, none out of turn
        assert set(seen) <= set(range(100))


def test_so_many_are_dropped_as_it_says() -> None:
    ramp = np.broadcast_to(np.arange(100, dtype=np.float32)[:, None], (2000, 100, 3)).copy()
    steps = np.diff(dropped(ramp, 20, random())[:, :60, 0])
    assert steps.mean() == pytest.approx(1 / 0.8, rel=0.02)


@given(floats(0.1, 4))
def test_nothing_is_beyond_the_range(limit: float) -> None:
    seen = clipped(3 * windows(), limit, random())
    assert np.abs(seen).max() <= np.float32(limit)
