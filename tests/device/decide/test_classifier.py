from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.bundle import load_bundle
from edgekit.device.decide.classifier import Classifier
from edgekit.errors import EdgekitError
from edgekit.front_end import in_counts
from edgekit.spec import ONE_GAIN, POSTURE_ANGLE_DEG, SLEEP, FrontEnd
from tests.helpers.bundles import PLACEMENT, POSTURE, make_bundle
from tests.helpers.gravity import gravity_at


def resting_windows() -> np.ndarray:
    """One window for each posture, at rest: (12, 100, 3) in g."""
    gravity = np.float32([gravity_at(angle) for angle in POSTURE_ANGLE_DEG.values()])
    return np.repeat(gravity[:, None], 100, axis=1)


def test_a_model_s_answer_becomes_probabilities_of_both_heads(bundle) -> None:
    answer = Classifier(bundle).classify(resting_windows())
    assert answer.posture.argmax(axis=1).tolist() == list(range(12))
    assert answer.placement.shape == (12, 3)
    for head in (answer.posture, answer.placement):
        np.testing.assert_allclose(head.sum(axis=1), 1, atol=1e-6)


def test_probabilities_are_the_softmax_of_the_dequantised_logits(bundle) -> None:
    supine = Classifier(bundle).classify(resting_windows()[:1]).posture[0]
    logits = 40 * np.cos(np.radians(90 - np.array(list(POSTURE_ANGLE_DEG.values()))))
    expected = np.exp(logits) / np.exp(logits).sum()
    np.testing.assert_allclose(supine, expected, atol=0.1)  # half a step of the logits is 0.25


@pytest.mark.parametrize("front_end", [ONE_GAIN, FrontEnd(64, 512), FrontEnd(16, 256)], ids=str)
def test_windows_are_read_through_the_bundle_s_front_end(
    tmp_path: Path, front_end: FrontEnd
) -> None:
    bundle = load_bundle(make_bundle(tmp_path / "b", replace(SLEEP, front_end=front_end)))
    answer = Classifier(bundle).classify(resting_windows())
    assert answer.posture.argmax(axis=1).tolist() == list(range(12))


def test_no_windows_give_no_answers(bundle) -> None:
    assert Classifier(bundle).classify(np.empty((0, 100, 3), np.float32)).posture.shape == (0, 12)


def test_samples_are_read_to_the_nearest_count(bundle) -> None:
    noise_g = np.random.default_rng(0).normal(0, 0.05, (12, 100, 3)).astype(np.float32)
    windows = resting_windows() + noise_g
    answers = [Classifier(bundle).classify(read).posture for read in (windows, in_counts(windows))]
    np.testing.assert_array_equal(*answers)


def test_what_is_past_the_input_range_is_held_at_its_end(bundle) -> None:
    far = resting_windows() * 16
    at_end = far.clip(-2, 2)
    answers = [Classifier(bundle).classify(windows).posture for windows in (far, at_end)]
    assert answers[0][0].argmax() == 0  # not wrapped round to its opposite
    np.testing.assert_array_equal(*answers)


@pytest.mark.parametrize("reverse_outputs", [False, True])
def test_heads_are_told_apart_by_name_whatever_their_order(
    tmp_path: Path, reverse_outputs: bool
) -> None:
    bundle = load_bundle(make_bundle(tmp_path / "b", reverse_outputs=reverse_outputs))
    answer = Classifier(bundle).classify(resting_windows())
    assert answer.posture.argmax(axis=1).tolist() == list(range(12))


def test_heads_without_names_stand_in_the_bundle_s_order(tmp_path: Path) -> None:
    bundle = load_bundle(make_bundle(tmp_path / "b", names=("a", "b")))
    answer = Classifier(bundle).classify(resting_windows())
    assert answer.posture.argmax(axis=1).tolist() == list(range(12))


@pytest.mark.parametrize(
    ("described", "message"),
    [
        (replace(SLEEP, window=50, hop=30), r"input \[1, 1, 100, 6\] int8.*needs \[1, 1, 50, 6\]"),
        (replace(SLEEP, front_end=ONE_GAIN), r"input \[1, 1, 100, 6\].*needs \[1, 1, 100, 3\]"),
        (replace(SLEEP, postures=SLEEP.postures[:5]), r"posture output \[1, 12\].*needs \[1, 5\]"),
        (replace(SLEEP, placements=("chest",)), r"placement output \[1, 3\].*needs \[1, 1\]"),
    ],
)
def test_a_model_that_is_not_what_its_bundle_says_is_refused(
    tmp_path: Path, described, message: str
) -> None:
    bundle = load_bundle(make_bundle(tmp_path / "b", described=described))
    with pytest.raises(EdgekitError, match=message):
        Classifier(bundle)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    bundle = load_bundle(make_bundle(tmp_path / "b"))
    bundle.model.write_bytes(b"no model")
    with pytest.raises(EdgekitError, match="does not load"):
        Classifier(bundle)


def test_the_zero_points_and_scales_are_the_bundle_s(tmp_path: Path) -> None:
    flat = [{**POSTURE, "scale": 0.0001}, {**PLACEMENT, "scale": 0.0001}]
    bundle = load_bundle(make_bundle(tmp_path / "b", outputs=flat))
    answer = Classifier(bundle).classify(resting_windows())
    np.testing.assert_allclose(answer.posture, 1 / 12, atol=0.01)
