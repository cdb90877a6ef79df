"""Column: how an array of `Decisions` stands in the file; schema, rows and reading come from it.

A new column is one annotated field of `Decisions` in night.py, and whoever computes its values.
"""

from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

Table = TypeVar("Table", bound=Sized)  # a dataclass of arrays (n,), each annotated with its Column


@dataclass(frozen=True)
class Column:
    """One column: in memory an array (n,) of `dtype`, in the file values of type `sql`."""

    sql: str  # SQLite's type
    dtype: str  # numpy's
    meaning: str  # with its unit
    null: float | None = None  # what stands for NULL in memory

    def to_file(self, values: NDArray[Any]) -> list[Any]:
        """Return the values as SQLite takes them, with None for `null` and for NaN."""
        listed: list[Any] = values.tolist()
        if self.null is None:
            return listed
        return [None if value == self.null or value != value else value for value in listed]

    def from_file(self, values: Iterable[Any]) -> NDArray[Any]:
        """Return the array that `to_file` was given."""
        return np.array([self.null if value is None else value for value in values], self.dtype)


@cache
def columns(table: type) -> dict[str, Column]:
    """Return a table's columns by name, in their order."""
    hints = get_type_hints(table, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}


def schema(table: type) -> str:
    """Return the columns as CREATE TABLE lists them."""
    return ", ".join(
        f"{name} {each.sql}{'' if each.null is None else ' NULL'}"
        for name, each in columns(table).items()
    )


def rows(table: Sized) -> Iterable[tuple[Any, ...]]:
    """Return one row an entry, as SQLite takes it; columns in their order."""
    listed = (each.to_file(getattr(table, name)) for name, each in columns(type(table)).items())
    return zip(*listed, strict=True)


def from_rows(table: type[Table], rows: Sequence[tuple[Any, ...]]) -> Table:
    """Return the table of rows as `rows` has them, or as a SELECT of its columns by name."""
    values = dict(zip(columns(table), zip(*rows, strict=True), strict=True)) if rows else {}
    return _table(table, lambda name: columns(table)[name].from_file(values.get(name, ())))


def selected(table: Table, chosen: NDArray[Any]) -> Table:
    """Return the entries that `chosen` names, a mask (n,) or indices."""
    return _table(type(table), lambda name: getattr(table, name)[chosen])


def joined(parts: Sequence[Table]) -> Table:
    """Return one table with the entries of all `parts`, at least one, in their order."""
    return _table(
        type(parts[0]), lambda name: np.concatenate([getattr(part, name) for part in parts])
    )


def _table(table: type[Table], values: Callable[[str], NDArray[Any]]) -> Table:
    return table(**{name: values(name) for name in columns(table)})
