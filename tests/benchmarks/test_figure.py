import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, lists

from edgekit.benchmarks.figure import Figure, Kind, format_value, spread, wilson


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12.345, "us", "12.3"),
        (0.012345, "mJ", "0.0123"),
        (123.4, "us", "123"),
        (1234.5, "us", "1,230"),
        (-678_289, "nights", "-678,000"),
        (1234567, "", "1,234,567"),
        (9.999, "x", "10.0"),
        (0, "%", "0"),
        (4.3e-9, "kWh", "4.30e-09"),
    ],
)
def test_three_digits_are_printed_and_whole_things_are_whole(
    value: float, unit: str, text: str
) -> None:
    assert format_value(value, unit) == text


def test_a_figure_says_how_far_it_is_uncertain() -> None:
    figure = Figure(12.34, "us", Kind.MEASURED, "five rounds", 12.1, 13.02)
    assert str(figure) == "12.3 us (12.1 to 13.0)"


@given(lists(floats(-1e6, 1e6), min_size=1, max_size=9))
def test_a_spread_holds_its_median_and_all_values(values: list[float]) -> None:
    found = spread(values)
    assert found.low == min(values) and found.high == max(values)
    assert found.low <= found.median <= found.high
    assert sum(v < found.median for v in values) <= len(values) / 2
    assert sum(v > found.median for v in values) <= len(values) / 2


@given(integers(-(10**9), 10**9))
def test_bytes_are_printed_to_the_last(number: int) -> None:
    assert int(format_value(number, "B").replace(",", "")) == number


@given(integers(1, 5000).flatmap(lambda n: integers(0, n).map(lambda hits: (hits, n))))
def test_an_interval_holds_its_share_and_narrows_with_more_windows(case: tuple[int, int]) -> None:
    hits, count = case
    low, high = wilson(hits / count, count)
    assert 0 <= low <= hits / count + 1e-12 and hits / count - 1e-12 <= high <= 1
    low_of_more, high_of_more = wilson(hits / count, 4 * count)
    assert high_of_more - low_of_more < high - low


def test_ninety_of_a_hundred_is_within_the_interval_of_the_literature() -> None:
    low, high = wilson(0.9, 100)  # Brown, Cai and DasGupta's formula by hand: 0.826 to 0.945
    assert (round(low, 3), round(high, 3)) == (0.826, 0.945)
