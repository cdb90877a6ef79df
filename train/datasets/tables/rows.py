"""Read the rows of a table as columns; a bad row is left out and counted by its cause."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from edgekit.spec import AXES, UNLABELLED

from ..imported import NO_ACCELERATION
from ..lines import NON_NUMERIC, NOT_FINITE, WRONG_COLUMNS, BadLines
from .columns import Columns
from .stamps import StampReader
from .text import Dialect, read_rows

NO_TIME = "without a time"
UNLABELLED_WORDS = frozenset({"", "nan", "null", "none", "na", "unlabelled", "unlabeled", "-"})
LARGEST = float(np.finfo(np.float32).max)
LARGEST_TIME = 1e20  # nanoseconds since 1970 are below 1e19


@dataclass(frozen=True)
class Rows:
    """The good rows of a file, N of them."""

    number: NDArray[np.int64]  # (N,) place among the file's rows, the bad ones included
    xyz: NDArray[np.float64]  # (N, 3), in the file's unit
    time: NDArray[np.float64] | None  # (N,), in the file's unit, or seconds where it was text
    label: NDArray[np.int64] | None  # (N,) index into `labels`, -1 where there is none
    labels: tuple[str, ...]
    subject: NDArray[np.int64] | None  # (N,) index into `subjects`
    subjects: tuple[str, ...]
    placement: NDArray[np.int64] | None = None  # (N,) index into `placements`
    placements: tuple[str, ...] = ()
    sensors: tuple[str, ...] = ()  # of which the rows are, where the table names them

    def __len__(self) -> int:
        return len(self.number)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "Rows":
        """Return the chosen rows."""
        return Rows(
            self.number[chosen],
            self.xyz[chosen],
            None if self.time is None else self.time[chosen],
            None if self.label is None else self.label[chosen],
            self.labels,
            None if self.subject is None else self.subject[chosen],
            self.subjects,
            None if self.placement is None else self.placement[chosen],
            self.placements,
            self.sensors,
        )


def read_columns(
    content: bytes, dialect: Dialect, columns: Columns, stamps: StampReader | None, bad: BadLines
) -> Rows:
    """Read all good rows; count the others in `bad`."""
    places = [*columns.xyz, *([] if columns.time is None else [columns.time])]
    numbers: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    values: list[NDArray[np.float64]] = [np.empty((0, len(places)))]
    words = word_columns(columns)
    for row_numbers, rows in read_rows(content, dialect, bad):
        fits = [columns.needed <= len(row) and not any(row[dialect.columns :]) for row in rows]
        bad[WRONG_COLUMNS] += len(fits) - sum(fits)
        rows = [row for row, is_whole in zip(rows, fits, strict=True) if is_whole]
        number = np.array(row_numbers, np.int64)[np.array(fits, np.bool_)]
        table = np.empty((len(rows), len(places)))
        read = np.ones(len(rows), np.bool_)
        for k, place in enumerate(places):
            fields = [row[place] for row in rows]
            if k == 3 and stamps is not None:
                table[:, k], is_read = stamps.read(fields), np.ones(len(rows), np.bool_)
            else:
                table[:, k], is_read = _numbers(fields, dialect.decimal)
            read &= is_read
        good = good_rows(table, read, stamps is not None, bad)
        numbers.append(number[good])
        values.append(table[good])
        for place, column in words.of_table():
            column.add([rows[k][place] for k in np.flatnonzero(good)])
    bad += Counter()  # drops the causes that no row has
    return words.rows(np.concatenate(numbers), np.concatenate(values))


def good_rows(
    table: NDArray[np.float64], read: NDArray[np.bool_], stamped: bool, bad: BadLines
) -> NDArray[np.bool_]:
    """Judge rows (N, 3 or 4) of x, y, z and perhaps the time; count the others in `bad`.

    `read` (N,): whether each field was a number. `stamped`: times were text or dates, NaN where
    there is none.
    """
    finite = np.isfinite(table).all(axis=1) & (np.abs(table[:, :3]) <= LARGEST).all(axis=1)
    finite &= (np.abs(table[:, 3:]) <= LARGEST_TIME).all(axis=1)
    timeless = np.isnan(table[:, 3]) if stamped else np.zeros(len(table), np.bool_)
    nothing = ~(table[:, :3] != 0).any(axis=1)
    for cause, found in (
        (NON_NUMERIC, ~read),
        (NO_TIME, read & timeless),
        (NOT_FINITE, read & ~timeless & ~finite),
        (NO_ACCELERATION, read & finite & nothing),
    ):
        bad[cause] += int(found.sum())
    return np.asarray(read & finite & ~nothing)


class Words:
    """A column of words, as codes in the order of their first appearance."""

    def __init__(self, place: int | None) -> None:
        self.place = place  # of the column, None where there is none
        self._known: dict[str, int] = {}
        self._codes: list[NDArray[np.int64]] = [np.empty(0, np.int64)]

    def add(self, words: Sequence[str]) -> None:
        self._codes.append(np.array([self._code(word) for word in words], np.int64))

    def _code(self, word: str) -> int:
        if word.lower() in UNLABELLED_WORDS:
            return UNLABELLED
        return self._known.setdefault(word, len(self._known))

    def codes(self) -> NDArray[np.int64] | None:
        return None if self.place is None else np.concatenate(self._codes)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._known)


class WordColumns(NamedTuple):
    """The columns of a table that hold words."""

    label: Words
    subject: Words
    placement: Words
    sensor: Words

    def of_table(self) -> Iterator[tuple[int, Words]]:
        """Yield each column that the table has, with its place."""
        for column in self:
            if column.place is not None:
                yield column.place, column

    def rows(self, number: NDArray[np.int64], values: NDArray[np.float64]) -> Rows:
        """Return good rows of these words: `number` (N,), `values` (N, 3 or 4) as in good_rows."""
        return Rows(
            number,
            values[:, :AXES],
            values[:, AXES] if values.shape[1] > AXES else None,
            self.label.codes(),
            self.label.names,
            self.subject.codes(),
            self.subject.names,
            self.placement.codes(),
            self.placement.names,
            self.sensor.names,
        )


def word_columns(columns: Columns) -> WordColumns:
    """Return the columns of words, empty so far."""
    places = (columns.label, columns.subject, columns.placement, columns.sensor)
    return WordColumns(*map(Words, places))


def _numbers(fields: Sequence[str], decimal: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return numbers (n,) and whether each was one."""
    if decimal == ",":
        fields = [field.replace(",", ".") for field in fields]
    try:
        return np.array(list(map(float, fields)), np.float64), np.ones(len(fields), np.bool_)
    except ValueError:
        values = np.array([_number(field) for field in fields], np.float64)
        is_read = np.array([_is_number(field) for field in fields], np.bool_)
        return values, is_read


def _number(field: str) -> float:
    try:
        return float(field)
    except ValueError:
        return 0.0


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True
