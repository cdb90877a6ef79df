"""Figures of the benchmarks: a value with its unit, its kind, its source and its bounds."""

import math
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    MEASURED = "measured"  # here, in this run
    EARLIER = "measured earlier"  # when the bundle was made: from its bundle.json
    COUNTED = "counted"  # exact: instructions in emulation, bytes of a file
    MODELLED = "modelled"  # computed from figures of the other kinds
    DATA_SHEET = "data sheet"
    ELSEWHERE = "measured elsewhere"  # by others, on other machines


WHOLE = ("", "B", "instructions")  # units of which there are no parts


@dataclass(frozen=True)
class Figure:
    """A number that is printed. `low` and `high` bound it; None where exact or not stated."""

    value: float
    unit: str  # "us", "mJ", "%", "B"; "x" of a ratio; "" of a number of things
    kind: Kind
    source: str  # how it was found: a command, a document's table and page, or the formula
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        """Return `12.3 us (12.1 to 13.0)`; bytes and counts are whole."""
        text = f"{format_value(self.value, self.unit)} {self.unit}".rstrip()
        if self.low is None or self.high is None:
            return text
        return (
            f"{text} ({format_value(self.low, self.unit)} to {format_value(self.high, self.unit)})"
        )


@dataclass(frozen=True)
class Spread:
    """Median, minimum and maximum of several rounds."""

    median: float
    low: float
    high: float

    def figure(self, unit: str, kind: Kind, source: str, scale: float = 1) -> Figure:
        return Figure(scale * self.median, unit, kind, source, scale * self.low, scale * self.high)


def spread(values: list[float]) -> Spread:
    """Summarise the values. Raises ValueError where there are none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("a spread needs values")
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return Spread(median, ordered[0], ordered[-1])


def wilson(share: float, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (0..1) of `count` trials (Wilson, 1927)."""
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = (
        z
        / (1 + z * z / count)
        * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    )
    return max(0.0, middle - half), min(1.0, middle + half)


def share_figure(share: float, count: int, source: str, kind: Kind = Kind.MEASURED) -> Figure:
    """Return a measured share (0..1) of `count` trials in %, bounded by Wilson's interval."""
    low, high = wilson(share, count)
    return Figure(100 * share, "%", kind, source, 100 * low, 100 * high)


def format_value(value: float, unit: str) -> str:
    """Return the value with three significant digits, or whole where the unit counts things."""
    if unit in WHOLE:
        return f"{value:,.0f}"
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    rounded = float(f"{value:.2e}")  # 9.999 is 10.0, and 1,234.5 is 1,230
    digits = max(0, 2 - math.floor(math.log10(abs(rounded))))
    if digits > 6:
        return f"{value:.2e}"
    return f"{rounded:,.{digits}f}"
