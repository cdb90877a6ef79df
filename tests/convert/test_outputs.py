"""The outputs' range holds what decides an answer, and saturates the rest."""

import numpy as np
from hypothesis import given
from hypothesis.extra.numpy import arrays
from hypothesis.strategies import floats, integers
from numpy.typing import NDArray

from edgekit.convert.outputs import deciding_range, saturated

logits = integers(2, 18).flatmap(
    lambda classes: arrays(np.float32, (40, classes), elements=floats(-30, 30, width=32))
)


@given(logits)
def test_saturating_changes_no_answer_of_the_windows_it_was_taken_from(
    given_logits: NDArray[np.float32],
) -> None:
    answers = saturated(given_logits, deciding_range(given_logits)).argmax(axis=1)
    chosen = given_logits[np.arange(len(given_logits)), answers]
    assert np.array_equal(chosen, given_logits.max(axis=1))


@given(logits)
def test_the_range_is_as_narrow_as_deciding_allows(given_logits: NDArray[np.float32]) -> None:
    ordered = np.sort(given_logits, axis=1)
    needed = max(0.0, float(ordered[:, -2].max())) - min(0.0, float(ordered[:, -1].min()))
    assert 255 * deciding_range(given_logits).scale <= needed + 2.01


def test_a_head_of_one_class_has_a_range_too() -> None:
    assert deciding_range(np.zeros((5, 1), np.float32)).scale > 0
