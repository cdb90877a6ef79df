"""What answers without a net answers well enough to be worth beating."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis.extra.numpy import arrays
from hypothesis.strategies import floats, integers
from numpy.typing import NDArray
from sklearn.linear_model import RidgeClassifier

from edgekit.spec import HAPT, MHEALTH, POSTURE_ANGLE_DEG, SLEEP, WISDM
from edgekit.train import baselines
from edgekit.train.baselines.rocket import PENALTY, answers_of, fit_ridge
from edgekit.train.baselines.statistics import movement, spectrum, spread, statistics
from edgekit.windows import Windows
from tests.helpers.gravity import gravity_at

any_windows = arrays(
    np.float32, (3, 100, 3), elements=floats(allow_nan=False, allow_infinity=False, width=32)
)
worn_windows = arrays(np.float32, (3, 100, 3), elements=floats(-4, 4, width=32))


def sleepers(
    count: int, seed: int, postures: tuple[str, ...] = ("supine", "left", "prone")
) -> Windows:
    """Gravity at the posture's angle; the neck is restless, the chest is still."""
    random = np.random.default_rng(seed)
    posture = random.choice([SLEEP.postures.index(name) for name in postures], count)
    placement = random.integers(0, 2, count)
    angles = np.array(list(POSTURE_ANGLE_DEG.values()))
    gravity = np.array([gravity_at(angle) for angle in angles[posture]])
    noise = (
        random.normal(0, 1, (count, 100, 3)) * np.where(placement == 0, 0.2, 0.02)[:, None, None]
    )
    xyz_g = (gravity[:, None, :] + noise).astype(np.float32)
    return Windows(xyz_g, posture, placement, np.full(count, "a"))


def share(answer: NDArray[np.int64] | None, truth: NDArray[np.int64]) -> float:
    assert answer is not None
    return float((answer == truth).mean())


def test_the_angle_answers_only_where_the_axes_are_the_bodys() -> None:
    assert "atan2" in baselines.names_for(SLEEP)
    for spec in (WISDM, MHEALTH, HAPT):
        assert baselines.names_for(spec) == ("trees", "rocket")


def test_the_angle_tells_postures_and_no_placement() -> None:
    test = sleepers(60, seed=1, postures=SLEEP.postures)
    posture, placement = baselines.answer("atan2", test, test, SLEEP, seed=0)
    assert share(posture, test.posture) == 1.0
    assert placement is None


def test_trees_learn_both_tasks_and_the_same_from_the_same_seed() -> None:
    train, test = sleepers(300, seed=0), sleepers(100, seed=1)
    first, again = (baselines.answer("trees", train, test, SLEEP, seed=3) for _ in range(2))
    assert share(first[0], test.posture) > 0.95
    assert share(first[1], test.placement) > 0.95
    assert np.array_equal(first, again)


def test_rocket_learns_both_tasks_and_the_same_from_the_same_seed() -> None:
    train, test = sleepers(300, seed=0), sleepers(100, seed=1)
    first, again = (baselines.answer("rocket", train, test, SLEEP, seed=3) for _ in range(2))
    assert share(first[0], test.posture) > 0.95
    assert share(first[1], test.placement) > 0.95
    assert np.array_equal(first, again)


@pytest.mark.parametrize("name", ["trees", "rocket"])
def test_a_baseline_leaves_torch_the_threads_that_it_had(name: str) -> None:
    """numba sets them for the whole process; the next net would train on other cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        baselines.answer(name, sleepers(50, seed=0), sleepers(20, seed=1), SLEEP, seed=0)
        assert torch.get_num_threads() == 1
    finally:
        torch.set_num_threads(before)


def test_a_class_that_training_never_saw_is_never_answered() -> None:
    train = sleepers(100, seed=0, postures=("supine", "prone"))
    test = sleepers(100, seed=1, postures=SLEEP.postures)
    posture, _ = baselines.answer("trees", train, test, SLEEP, seed=0)
    assert {SLEEP.postures[label] for label in posture} == {"supine", "prone"}


def test_where_training_saw_one_class_it_is_the_answer() -> None:
    train, test = sleepers(50, seed=0, postures=("left",)), sleepers(50, seed=1)
    posture, _ = baselines.answer("trees", train, test, SLEEP, seed=0)
    assert {SLEEP.postures[label] for label in posture} == {"left"}


def test_one_ridge_for_all_tasks_answers_as_scikit_learns_does_for_each() -> None:
    random = np.random.default_rng(0)
    features, test_features = random.normal(0, 30, (300, 20)), random.normal(0, 30, (200, 20))
    weights = random.normal(0, 1, (20, 5))
    labels = ((features @ weights).argmax(axis=1) + 2, (features[:, 0] > 5).astype(np.int64))
    ridge = fit_ridge(features, labels)
    for of_task, answer in zip(labels, answers_of(ridge, test_features, labels), strict=True):
        expected = RidgeClassifier(alpha=PENALTY).fit(features, of_task).predict(test_features)
        assert len(set(expected)) > 1
        assert np.array_equal(answer, expected)


@given(any_windows)
def test_statistics_are_finite_for_every_finite_window(xyz_g: NDArray[np.float32]) -> None:
    assert np.isfinite(statistics(xyz_g)).all()


@given(worn_windows, integers(0, 2**32 - 1))
def test_where_the_samples_lie_does_not_depend_on_their_order(
    xyz_g: NDArray[np.float32], seed: int
) -> None:
    signals = xyz_g.astype(np.float64).transpose(0, 2, 1)
    shuffled = signals[..., np.random.default_rng(seed).permutation(100)]
    for one, other in zip(spread(signals), spread(shuffled), strict=True):
        assert one == pytest.approx(other, abs=1e-9)


@given(worn_windows, integers(0, 99))
def test_the_spectrum_does_not_depend_on_where_the_window_begins(
    xyz_g: NDArray[np.float32], shift: int
) -> None:
    signals = xyz_g.astype(np.float64).transpose(0, 2, 1)
    bands, turned = (spectrum(s)[:-1] for s in (signals, np.roll(signals, shift, axis=2)))
    for one, other in zip(bands, turned, strict=True):
        assert one == pytest.approx(other, abs=1e-9)


@given(arrays(np.float64, (2, 4), elements=floats(-4, 4)))
def test_what_stands_still_does_not_move(level_g: NDArray[np.float64]) -> None:
    still = np.repeat(level_g[..., None], 100, axis=2)
    for found in (*movement(still), *spectrum(still)):
        assert found == pytest.approx(np.zeros((2, 4)), abs=1e-12)


@pytest.mark.parametrize("cycles", [1, 3, 7, 20, 49])
def test_a_swing_has_its_frequency_and_its_power_in_one_band(cycles: int) -> None:
    swing = np.sin(2 * np.pi * cycles * np.arange(100) / 100)[None, None]
    *bands, strongest = spectrum(swing)
    assert strongest == cycles
    # Parseval: half of a sine's mean square of 1/2 lies at its positive frequency.
    assert sorted(np.ravel(bands)) == pytest.approx([0, 0, 0, 0, 0, 0.25], abs=1e-12)
