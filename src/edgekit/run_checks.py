"""Check the values of a run.json: what each may be."""

import math
from typing import Any


def check(is_valid: bool, name: str, value: Any) -> None:
    """Raise ValueError, naming the field and what it holds, where it is not valid."""
    if not is_valid:
        raise ValueError(f"{name} is {value!r}")


def is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def is_share(value: Any) -> bool:
    return is_number(value) and 0 <= value <= 1
