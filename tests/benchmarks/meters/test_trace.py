"""Energy is additive, a mean is a mean, and what nobody saw is neither energy nor time."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.benchmarks.meters.trace import ROUNDS, Trace, make_trace
from edgekit.errors import EdgekitError

parts = st.floats(0, 1)


@st.composite
def traces(draw: st.DrawFn) -> Trace:
    steps = draw(st.lists(st.floats(0.25, 1), min_size=2, max_size=40))
    if draw(st.booleans()):
        steps.insert(len(steps) // 2, 100.0)  # a hole
    watts = draw(st.lists(st.floats(0, 10), min_size=len(steps) + 1, max_size=len(steps) + 1))
    return make_trace(np.cumsum([0.0, *steps]), np.array(watts))


@given(traces(), parts, parts, parts)
def test_energy_and_time_seen_are_additive_over_spans(
    found: Trace, a: float, b: float, c: float
) -> None:
    first, middle, last = sorted(found.end_s * part for part in (a, b, c))
    for amount in (found.energy_j, found.seen_s):
        assert amount(first, middle) + amount(middle, last) == pytest.approx(
            amount(first, last), abs=1e-9
        )


@given(traces())
def test_energy_is_the_trapezoids_of_all_steps_but_holes(found: Trace) -> None:
    steps = np.diff(found.time_s)
    seen = steps < 50
    mean = (found.power_w[1:] + found.power_w[:-1]) / 2
    expected = (mean * steps)[seen].sum()
    assert found.energy_j(found.start_s, found.end_s) == pytest.approx(expected, abs=1e-9)
    assert found.holes == (~seen).sum()


@given(traces(), st.floats(0.01, 100), parts, parts)
def test_a_constant_load_is_the_mean_of_each_span(
    found: Trace, watts: float, a: float, b: float
) -> None:
    constant = make_trace(found.time_s, np.full(len(found.time_s), watts))
    first, last = sorted((found.end_s * a, found.end_s * b))
    if constant.seen_s(first, last) > 1e-6:
        assert constant.mean_w(first, last) == pytest.approx(watts)


@given(traces(), st.randoms(use_true_random=False))
def test_the_order_of_readings_does_not_matter(found: Trace, random: Random) -> None:
    order = list(range(len(found.time_s)))
    random.shuffle(order)
    shuffled = make_trace(found.time_s[order], found.power_w[order])
    np.testing.assert_array_equal(shuffled.time_s, found.time_s)
    np.testing.assert_array_equal(shuffled.power_w, found.power_w)


def test_a_reading_that_is_no_number_is_left_out_and_one_of_the_same_time_is_averaged() -> None:
    found = make_trace(np.array([0, 1, 1, 2, np.nan]), np.array([1.0, 2.0, 4.0, np.nan, 9.0]))
    assert (found.time_s.tolist(), found.power_w.tolist()) == ([0, 1], [1, 3])


def test_a_hole_is_no_part_of_the_mean_and_a_round_within_it_is_left_out() -> None:
    times = np.concatenate((np.arange(0, 20.0), np.arange(80, 101.0)))
    found = make_trace(times, np.where(times < 50, 1.0, 3.0))
    assert found.seen_s(0, 100) == 39
    assert found.mean_w(0, 100) == pytest.approx((19 * 1 + 20 * 3) / 39)
    assert found.rounds_w(0, 100) == pytest.approx([1, 3])
    with pytest.raises(EdgekitError, match="no readings from 30 to 40 s"):
        found.mean_w(30, 40)


def test_rounds_are_of_one_length() -> None:
    times = np.linspace(0, 10, 101)
    ramp = make_trace(times, times)
    assert ramp.rounds_w(0, 10) == pytest.approx([1, 3, 5, 7, 9])
    assert len(ramp.rounds_w(2, 3)) == ROUNDS


def test_one_reading_is_no_trace() -> None:
    with pytest.raises(EdgekitError, match="two readings at least, and this has 1"):
        make_trace(np.array([1.0, 1.0]), np.array([1.0, 2.0]))
