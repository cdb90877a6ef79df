"""A column is one field: its schema, its rows and its reading follow."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
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
from edgekit.night.reader import open_night
from edgekit.night.writer import NightWriter
from tests.helpers.command import REPOSITORY
from tests.helpers.short_night import DECISIONS, META


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


def test_rows_are_read_as_the_table_that_they_were() -> None:
    again = from_rows(Breaths, list(rows(BREATHS)))
    assert again.at_s.tolist() == [1.0, 2.0] and again.depth.tolist() == [-1, 7]
    assert again.heard.tolist() == ["snore", "quiet"]


def test_a_night_whose_columns_stand_in_another_order_is_read_by_their_names(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.night"
    with NightWriter.create(path, META) as writer:
        writer.add_decisions(DECISIONS)
    names = ", ".join(reversed(columns(Decisions)))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"CREATE TABLE turned AS SELECT {names}, run FROM decisions")
        db.execute("DROP TABLE decisions")
        db.execute("ALTER TABLE turned RENAME TO decisions")
    with open_night(path) as night:
        for name, values in vars(night.decisions()).items():
            np.testing.assert_array_equal(values, getattr(DECISIONS, name), name)


@pytest.mark.parametrize("table", [Breaths, Decisions])
def test_no_rows_are_an_empty_table_of_the_same_types(table: type) -> None:
    empty = from_rows(table, [])
    for name, column in columns(table).items():
        values = getattr(empty, name)
        assert len(values) == 0 and values.dtype == column.dtype


def test_entries_are_chosen_and_joined_in_every_column() -> None:
    assert selected(BREATHS, BREATHS.at_s > 1).heard.tolist() == ["quiet"]
    both = joined([selected(DECISIONS, np.array([1])), selected(DECISIONS, np.array([0]))])
    for name, values in vars(both).items():
        np.testing.assert_array_equal(values, getattr(DECISIONS, name)[::-1], name)
