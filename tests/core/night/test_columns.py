"""A column is one field: its schema, its rows and its reading follow."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.night.columns import (
    Column,
    columns,
    from_rows,
    joined,
    rows,
    schema,
    selected,
)
from edgekit.night.night import Decisions
from tests.helpers.command import REPOSITORY
from tests.helpers.short_night import DECISIONS


@dataclass(frozen=True)
class Breaths:
    at_s: Annotated[NDArray[np.float64], Column("REAL", "f8", "UTC, s")]
    depth: Annotated[NDArray[np.int64], Column("INTEGER", "i8", "-1 where unknown", -1)]
    heard: Annotated[NDArray[np.str_], Column("TEXT", "U9", "snore or quiet")]

    def __len__(self) -> int:
        return len(self.at_s)


BREATHS = Breaths(np.array([1.0, 2.0]), np.array([-1, 7]), np.array(["snore", "quiet"]))


def test_a_table_is_its_fields() -> None:
    assert schema(Breaths) == "at_s REAL, depth INTEGER NULL, heard TEXT"
    assert list(rows(BREATHS)) == [(1.0, None, "snore"), (2.0, 7, "quiet")]


def test_the_manual_has_every_column() -> None:
    manual = (REPOSITORY / "docs" / "night.md").read_text()
    for name, column in columns(Decisions).items():
        assert f"| `{name}` | {column.sql} | {column.meaning} |\n" in manual, name


def test_rows_are_read_by_name_in_any_order() -> None:
    mixed = [(heard, at_s, "unused", depth) for at_s, depth, heard in rows(BREATHS)]
    again = from_rows(Breaths, ("heard", "at_s", "other", "depth"), mixed)
    assert again.at_s.tolist() == [1.0, 2.0] and again.depth.tolist() == [-1, 7]
    assert again.heard.tolist() == ["snore", "quiet"]


@pytest.mark.parametrize("table", [Breaths, Decisions])
def test_no_rows_are_an_empty_table_of_the_same_types(table: type) -> None:
    empty = from_rows(table, list(columns(table)), [])
    for name, column in columns(table).items():
        values = getattr(empty, name)
        assert len(values) == 0 and values.dtype == column.dtype


def test_entries_are_chosen_and_joined_in_every_column() -> None:
    assert selected(BREATHS, BREATHS.at_s > 1).heard.tolist() == ["quiet"]
    both = joined([selected(DECISIONS, np.array([1])), selected(DECISIONS, np.array([0]))])
    for name, values in vars(both).items():
        np.testing.assert_array_equal(values, getattr(DECISIONS, name)[::-1], name)
