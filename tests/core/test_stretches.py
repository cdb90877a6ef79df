"""Stretches cover every place once, and break where a value changes."""

import numpy as np
from hypothesis import given
from hypothesis.strategies import integers, lists

from edgekit.stretches import equal_stretches, stretches, true_runs


@given(lists(integers(0, 2)))
def test_stretches_of_equal_values_are_as_long_as_they_can_be(values: list[int]) -> None:
    found = equal_stretches(np.array(values, int))
    assert [k for begin, end in found for k in range(begin, end)] == list(range(len(values)))
    assert all(len(set(values[begin:end])) == 1 for begin, end in found)
    assert all(values[end - 1] != values[end] for _, end in found[:-1])


def test_a_stretch_begins_at_each_break() -> None:
    assert stretches(np.array([False, True, False, True])) == [(0, 1), (1, 3), (3, 4)]
    assert stretches(np.zeros(0, bool)) == []


@given(lists(integers(0, 1)))
def test_runs_of_true_are_the_true_stretches(values: list[int]) -> None:
    is_true = np.array(values, bool)
    runs = zip(*(edge.tolist() for edge in true_runs(is_true)), strict=True)
    assert list(runs) == [pair for pair in equal_stretches(is_true) if is_true[pair[0]]]
