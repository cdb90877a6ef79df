"""Read the columns of a Parquet file by the rules of tables of text; types stand for words."""

import io
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError

from ..imported import Imported
from ..lines import BadLines
from .columns import Columns, find_columns
from .options import TableOptions
from .preamble import Preamble, refuse_decisions
from .rows import Rows, good_rows, word_columns
from .sheet import Sheet, imported_sheet
from .stamps import StampReader, find_zone, stamp_reader
from .text import Dialect

FIRST_ROWS = 200  # by which times as text are known
MOST_ROWS = 30_000_000  # 83 hours at 100 Hz: what a small file may unpack to is bounded
PER_S = {"ms": 1e3, "us": 1e6, "ns": 1e9}


def parse_here(content: bytes, path: Path, options: TableOptions) -> Imported:
    """Read the content of a Parquet file in this process, which damage may end (parquet.py).

    Raises UsageError where a column is missing or two readings are possible, EdgekitError where the
    file is damaged.
    """
    names = _names(content, path)
    refuse_decisions(names, path)
    dialect = Dialect("utf-8", ",", ".", "", (), names, 0, len(names), ())
    columns = find_columns(dialect, options.columns, path)
    table = _read(content, path, [names[k] for k in dict.fromkeys(columns.places)])
    bad: BadLines = Counter()
    rows, times = _rows(table, names, columns, options, bad, path)
    unit = times.unit if times else ""
    if unit:
        columns = replace(columns, time_unit=unit)
    sheet = Sheet(
        rows, columns, names, times.stamps if times else None, Preamble(), bad, "Parquet"
    )  # fmt: skip
    return imported_sheet(sheet, path, options)


@dataclass(frozen=True)
class _Times:
    """A column of times (N,): seconds where dated or of a known unit, else as in the file."""

    values: NDArray[np.float64]
    is_read: NDArray[np.bool_]
    stamps: StampReader | None = None
    unit: str = ""


def _rows(
    table: pl.DataFrame, names: tuple[str, ...], columns: Columns, options: TableOptions,
    bad: BadLines, path: Path,
) -> tuple[Rows, _Times | None]:  # fmt: skip
    fields = [_numbers(table[names[place]]) for place in columns.xyz]
    read = np.logical_and.reduce([is_read for _, is_read in fields])
    values = [values for values, _ in fields]
    times = None if columns.time is None else _times(table[names[columns.time]], options, path)
    if times:
        read &= times.is_read
        values.append(times.values)
    stacked = np.stack(values, axis=1)
    good = good_rows(stacked, read, times is not None and times.stamps is not None, bad)
    bad += Counter()  # drops the causes that no row has
    words = word_columns(columns)
    for place, of_place in words.of_table():
        column = table[names[place]].cast(pl.String, strict=False).fill_null("")
        of_place.add(column.str.strip_chars().filter(pl.Series(good)).to_list())
    rows = words.rows(np.flatnonzero(good), stacked[good])
    return rows, times


def _numbers(column: pl.Series) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return numbers (N,), 0 where there is none, and whether each was one."""
    if column.dtype == pl.String:
        column = column.str.strip_chars()
    if not (column.dtype.is_numeric() or column.dtype == pl.String):
        return np.zeros(len(column)), np.zeros(len(column), np.bool_)
    numbers = column.cast(pl.Float64, strict=False)
    return numbers.fill_null(0.0).to_numpy(), numbers.is_not_null().to_numpy()


def _times(column: pl.Series, options: TableOptions, path: Path) -> _Times:
    """Read a column of times by its type. Raises UsageError for one that is none."""
    every = np.ones(len(column), np.bool_)
    kind = column.dtype
    if isinstance(kind, pl.Datetime):
        zone = find_zone(options.zone) if kind.time_zone is None else None
        if zone:
            column = column.dt.replace_time_zone(
                str(zone), ambiguous="earliest", non_existent="null"
            )
        zoned = isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is not None
        words = f"timestamps {'with' if zoned else 'without'} zone"
        stamps = StampReader(float, words, has_date=True, has_zone=zoned, zone=zone)
        return _Times(_seconds(column, PER_S[kind.time_unit]), every, stamps)
    if isinstance(kind, pl.Duration):
        return _Times(
            _seconds(column, PER_S[kind.time_unit]), column.is_not_null().to_numpy(), unit="s"
        )
    if kind == pl.Time:
        stamps = StampReader(float, "time of day", has_date=False, has_zone=False)
        return _Times(_seconds(column, 1e9), every, stamps)
    if kind.is_numeric():
        return _Times(*_numbers(column))
    if kind != pl.String:
        raise UsageError(
            f"{path}: its column {column.name} holds {kind}, which is no time. Skip it with "
            "--columns x=...,y=...,z=... and give --rate."
        )
    texts = column.fill_null("").str.strip_chars()
    numbers, are_read = _numbers(texts)
    if 2 * are_read.sum() > len(texts):
        return _Times(numbers, are_read)
    words_of = texts.to_list()
    reader = stamp_reader(words_of[:FIRST_ROWS], options.dates, find_zone(options.zone), path)
    return _Times(reader.read(words_of), every, reader)


def _seconds(column: pl.Series, per_s: float) -> NDArray[np.float64]:
    """Return seconds (N,), NaN where there is no time."""
    count = column.to_physical()
    seconds = count.cast(pl.Float64) / per_s
    return seconds.fill_null(float("nan")).to_numpy()


def _names(content: bytes, path: Path) -> tuple[str, ...]:
    """Return the columns' names. Raises EdgekitError where the file is damaged or too large."""
    try:
        lazy = pl.scan_parquet(io.BytesIO(content))
        names = tuple(lazy.collect_schema().names())
        rows = int(lazy.select(pl.len()).collect().item())
    except BaseException as error:
        raise _damaged(error, path) from None
    if rows > MOST_ROWS:
        raise EdgekitError(f"{path} holds {rows:,} rows; at most {MOST_ROWS:,} are read at a time")
    return names


def _read(content: bytes, path: Path, columns: list[str]) -> pl.DataFrame:
    try:
        return pl.read_parquet(io.BytesIO(content), columns=columns)
    except BaseException as error:
        raise _damaged(error, path) from None


def _damaged(error: BaseException, path: Path) -> BaseException:
    """Return what to raise: polars panics at some damage, which is no Exception in Python."""
    if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
        return error
    reason = str(error).strip().partition("\n")[0][:200]
    return EdgekitError(f"{path} is a damaged Parquet file: {reason}. Get the file again.")
