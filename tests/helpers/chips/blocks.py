"""Blocks of a chip that need no state of their own."""

from collections.abc import Callable
from dataclasses import dataclass


def _ignore(_offset: int, _value: int) -> None:
    pass


@dataclass(frozen=True)
class Functions:
    """A block that reads and writes by functions of the offset."""

    base: int
    read: Callable[[int], int] = lambda _offset: 0
    write: Callable[[int, int], None] = _ignore
    pages: int = 1
