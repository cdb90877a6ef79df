"""Interval arithmetic of figures: the bounds of a result take the worst of every input.

Figures of sums and products are at least as uncertain as any of them; nothing is taken to cancel
out. A figure without bounds is exact. Results are modelled, whatever they are computed from.
"""

import math

from ..figure import Figure, Kind, format_value

Number = Figure | float


def least(number: Number) -> float:
    if isinstance(number, Figure):
        return number.value if number.low is None else number.low
    return number


def most(number: Number) -> float:
    if isinstance(number, Figure):
        return number.value if number.high is None else number.high
    return number


def product(unit: str, source: str, *factors: Number) -> Figure:
    """Multiply; the bounds are the extremes over all combinations of the factors' bounds."""
    low = high = 1.0
    for factor in factors:
        corners = [end * by for end in (low, high) for by in (least(factor), most(factor))]
        low, high = min(corners), max(corners)
    return _modelled(math.prod(map(_value, factors)), unit, source, low, high)


def quotient(unit: str, source: str, over: Number, under: Number) -> Figure:
    """Divide. Raises ValueError where `under` reaches down to nought."""
    if least(under) <= 0:
        raise ValueError("an interval that reaches down to nought divides nothing")
    corners = [end / by for end in (least(over), most(over)) for by in (least(under), most(under))]
    return _modelled(_value(over) / _value(under), unit, source, min(corners), max(corners))


def total(unit: str, source: str, *terms: Number) -> Figure:
    return _modelled(
        sum(map(_value, terms)), unit, source, sum(map(least, terms)), sum(map(most, terms))
    )


def difference(unit: str, source: str, of: Number, less: Number) -> Figure:
    return _modelled(
        _value(of) - _value(less), unit, source, least(of) - most(less), most(of) - least(less)
    )


def term(number: Number) -> str:
    """Return the figure as it stands within a formula: value and unit, without its bounds."""
    if isinstance(number, Figure):
        return f"{format_value(number.value, number.unit)} {number.unit}".rstrip()
    return f"{number:g}"


def _value(number: Number) -> float:
    return number.value if isinstance(number, Figure) else number


def _modelled(value: float, unit: str, source: str, low: float, high: float) -> Figure:
    if low == high:
        return Figure(value, unit, Kind.MODELLED, source)
    return Figure(value, unit, Kind.MODELLED, source, low, high)
