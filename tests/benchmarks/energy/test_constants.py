"""A reviewer can follow each constant to its document, and sees how far it is uncertain."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from edgekit.benchmarks.energy import constants, hosts
from edgekit.benchmarks.figure import Figure, Kind


def figures_in(value: Any) -> Iterator[Figure]:
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from figures_in(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from figures_in(inner)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from figures_in(getattr(value, field.name))


ALL = [
    (f"{name}-{number}", figure)
    for module in (constants, hosts)
    for name, value in vars(module).items()
    for number, figure in enumerate(figures_in(value))
]


@pytest.mark.parametrize("figure", [figure for _, figure in ALL], ids=[name for name, _ in ALL])
def test_each_constant_has_a_kind_a_source_and_bounds_around_it(figure: Figure) -> None:
    assert figure.kind in (Kind.DATA_SHEET, Kind.ELSEWHERE, Kind.MODELLED, Kind.COUNTED)
    assert len(figure.source) > 10
    assert figure.value > 0
    if figure.low is not None and figure.high is not None:
        assert 0 <= figure.low <= figure.value <= figure.high


def test_what_is_assumed_is_modelled_and_its_bounds_are_wide() -> None:
    assumed = [figure for _, figure in ALL if figure.source.startswith("assumed")]
    assert assumed
    for figure in assumed:
        assert figure.kind is Kind.MODELLED
        assert figure.low is not None and figure.high is not None
        assert figure.high / figure.low > 1.1


def test_low_power_never_takes_more_than_normal_power() -> None:
    by_mode = constants.ADXL345_UA
    rates = {rate_hz for rate_hz, _ in by_mode}
    assert all(by_mode[rate, True].value < by_mode[rate, False].value for rate in rates)
