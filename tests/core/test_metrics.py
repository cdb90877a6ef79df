"""Our figures of merit are scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists, tuples
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    confusion_matrix,
    f1_score,
    precision_score,
    recall_score,
)

from edgekit.metrics import accuracy_by, measure

NAMES = ("a", "b", "c", "d")
answers = lists(tuples(integers(0, 3), integers(0, 3)), min_size=1, max_size=60)


@pytest.mark.filterwarnings("ignore")  # scikit-learn remarks on classes that do not occur
@given(answers)
def test_they_are_scikit_learns(pairs: list[tuple[int, int]]) -> None:
    truth, answer = np.array(pairs).T
    found = measure(truth, answer, NAMES)
    assert found.accuracy == pytest.approx(accuracy_score(truth, answer))
    assert found.macro_f1 == pytest.approx(f1_score(truth, answer, average="macro"))
    assert found.balanced_accuracy == pytest.approx(balanced_accuracy_score(truth, answer))
    assert np.array_equal(found.confusion, confusion_matrix(truth, answer, labels=range(4)))
    recall = recall_score(truth, answer, labels=range(4), average=None)
    precision = precision_score(truth, answer, labels=range(4), average=None)
    for one, sensitivity, ppv in zip(found.classes, recall, precision, strict=True):
        assert (one.sensitivity or 0) == pytest.approx(sensitivity)
        assert (one.ppv or 0) == pytest.approx(ppv)


@given(answers)
def test_the_negative_predictive_value_counts_those_rightly_not_called(
    pairs: list[tuple[int, int]],
) -> None:
    truth, answer = np.array(pairs).T
    for k, one in enumerate(measure(truth, answer, NAMES).classes):
        not_called = answer != k
        expected = (truth[not_called] != k).mean() if not_called.any() else None
        assert one.npv == (None if expected is None else pytest.approx(expected))


def test_a_class_that_never_occurs_has_no_sensitivity() -> None:
    never = measure(np.array([0, 1]), np.array([0, 0]), NAMES).classes[3]
    assert (never.windows, never.sensitivity, never.ppv) == (0, None, None)


@given(answers)
def test_accuracy_by_group_weighs_up_to_accuracy_over_all(pairs: list[tuple[int, int]]) -> None:
    truth, answer = np.array(pairs).T
    subject = np.array([f"subject {k % 3}" for k in range(len(pairs))])
    found = accuracy_by(subject, truth, answer)
    assert found.keys() == set(subject)
    whole = sum(share * (subject == one).sum() for one, share in found.items()) / len(pairs)
    assert whole == pytest.approx(accuracy_score(truth, answer))
