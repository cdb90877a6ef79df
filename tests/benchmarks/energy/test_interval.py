"""Bounds go with the figures: what may be true of the inputs lies within the result's bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.benchmarks.energy.interval import difference, product, quotient, total
from edgekit.benchmarks.figure import Figure, Kind

amounts = st.floats(0.01, 1e4)
signed = st.floats(-1e4, 1e4)


@st.composite
def bounded(draw: st.DrawFn, values: st.SearchStrategy[float] = signed) -> tuple[Figure, float]:
    """A figure, and a value that may be the true one."""
    low, value, high = sorted(draw(st.tuples(values, values, values)))
    true = draw(st.floats(low, high))
    return Figure(value, "uA", Kind.DATA_SHEET, "a table", low, high), true


def holds(figure: Figure, value: float) -> bool:
    low = figure.value if figure.low is None else figure.low
    high = figure.value if figure.high is None else figure.high
    slack = 1e-9 * (abs(low) + abs(high) + abs(value) + 1)
    return low - slack <= value <= high + slack


@given(bounded(), bounded(amounts))
def test_what_may_be_true_of_the_inputs_lies_within_the_result(
    a: tuple[Figure, float], b: tuple[Figure, float]
) -> None:
    (one, true_one), (other, true_other) = a, b
    assert holds(product("", "p", one, other), true_one * true_other)
    assert holds(quotient("", "q", one, other), true_one / true_other)
    assert holds(total("", "t", one, other), true_one + true_other)
    assert holds(difference("", "d", one, other), true_one - true_other)


@given(bounded(), bounded())
def test_the_value_lies_between_its_bounds(
    a: tuple[Figure, float], b: tuple[Figure, float]
) -> None:
    for figure in (product("", "p", a[0], b[0]), difference("", "d", a[0], b[0])):
        assert holds(figure, figure.value)


def test_exact_inputs_have_an_exact_result() -> None:
    four = product("uA", "two twos", Figure(2, "uA", Kind.COUNTED, "counted"), 2)
    assert (four.value, four.low, four.high) == (4, None, None)


def test_a_result_is_modelled_whatever_it_is_computed_from() -> None:
    assert product("uA", "x", Figure(2, "uA", Kind.MEASURED, "here"), 3).kind is Kind.MODELLED


def test_what_may_be_nought_divides_nothing() -> None:
    with pytest.raises(ValueError, match="nought"):
        quotient("", "q", 1.0, Figure(1, "", Kind.MODELLED, "assumed", 0, 2))
