"""Column: how an array of a night stands in its file; schema, rows and reading come from it.

A table is a dataclass of arrays, each annotated with its Column: `Decisions` and `Health` in
night.py. A new column is one field there, and whoever computes its values.
"""

import json
from collections.abc import Callable, Iterable, Sequence, Sized
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

JSON = "json"  # in place of a dtype: a tuple of JSON values, one text each in the file

Table = TypeVar("Table", bound=Sized)


@dataclass(frozen=True)
class Column:
    """One column; in memory an array (n,) of `dtype`, in the file values of type `sql`."""

    sql: str  # SQLite's type
    dtype: str  # numpy's, or JSON
    meaning: str  # with its unit
    null: float | None = None  # what stands for NULL in memory

    def to_file(self, values: Any) -> list[Any]:
        """Return the values as SQLite takes them, `null` and NaN as None."""
        if self.dtype == JSON:
            return [json.dumps(value) for value in values]
        listed: list[Any] = values.tolist()
        if self.null is None:
            return listed
        return [None if value in (self.null, None) or value != value else value for value in listed]

    def from_file(self, values: Iterable[Any]) -> Any:
        """Return what `to_file` was given."""
        if self.dtype == JSON:
            return tuple(json.loads(text) for text in values)
        filled = [self.null if value is None else value for value in values]
        return np.array(filled, dtype=self.dtype)


def columns(table: Any) -> dict[str, Column]:
    """Return a table's columns by name, in their order."""
    return _columns(table if isinstance(table, type) else type(table))


@cache
def _columns(table: type) -> dict[str, Column]:
    hints = get_type_hints(table, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}


def schema(table: Any) -> str:
    """Return the columns as CREATE TABLE lists them."""
    return ", ".join(
        f"{name} {each.sql}{'' if each.null is None else ' NULL'}"
        for name, each in columns(table).items()
    )


def rows(table: Sized) -> Iterable[tuple[Any, ...]]:
    """Return one row an entry, as SQLite takes it; columns in their order."""
    listed = (each.to_file(getattr(table, name)) for name, each in columns(table).items())
    return zip(*listed, strict=True)


def from_rows(table: type[Table], names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Table:
    """Return the table of rows as they were selected, whose columns are `names`, in any order."""
    by_name = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    return table(
        **{name: each.from_file(by_name.get(name, ())) for name, each in columns(table).items()}
    )


def selected(table: Table, chosen: NDArray[Any]) -> Table:
    """Return the entries that `chosen` names, a mask (n,) or indices."""
    places = np.arange(len(table))[chosen]

    def choose(values: Any) -> Any:
        return tuple(values[k] for k in places) if isinstance(values, tuple) else values[places]

    return _each(type(table), lambda name: choose(getattr(table, name)))


def joined(parts: Sequence[Table]) -> Table:
    """Return one table with the entries of all `parts`, at least one, in their order."""
    return _each(
        type(parts[0]), lambda name: np.concatenate([getattr(part, name) for part in parts])
    )


def _each(table: type[Table], values: Callable[[str], Any]) -> Table:
    return table(**{name: values(name) for name in columns(table)})
