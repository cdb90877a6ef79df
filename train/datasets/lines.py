"""Read lines of text as columns of numbers; a bad line is left out and counted by its cause."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.text import counted

if TYPE_CHECKING:
    import polars as pl

BadLines: TypeAlias = Counter[str]  # cause -> lines left out
HEAD_BYTES = 4096

TRUNCATED = "truncated"
WRONG_COLUMNS = "wrong number of columns"
NON_NUMERIC = "non-numeric"
NOT_FINITE = "not finite"
UNKNOWN_LABEL = "unknown label"


@dataclass(frozen=True)
class Layout:
    """How a line of a raw format is built."""

    separator: str
    columns: int
    numeric: Sequence[int]  # the columns that must be numbers (0-based); the others may be anything
    end: str = ""  # what closes a whole line
    labels: tuple[int, Sequence[str]] | None = None  # a column, and the words that it may hold


def head_of(content: bytes) -> bytes:
    """Return the first whole lines: a line cut at a buffer's end may seem another format."""
    if len(content) <= HEAD_BYTES:
        return content
    return content[:HEAD_BYTES].rpartition(b"\n")[0]


def read_lines(content: bytes, layout: Layout, path: Path) -> "tuple[pl.DataFrame, BadLines]":
    """Return the good lines, and the count of the bad by cause; blank lines are neither.

    Columns: `row`, the line's 0-based place among those that are not blank, bad ones included, then
    one column `field_<k>` per column of the file: float64 where numeric, else text.
    Raises EdgekitError where no line is good.
    """
    import polars as pl  # here, because other files' readers need numpy alone

    text = content.decode("utf-8-sig", errors="replace")
    lines = (
        pl.Series("line", [text])
        .str.split("\n")
        .explode()
        .str.strip_chars(" \r\t\v\f")
        .to_frame()
        .filter(pl.col("line") != "")
        .with_row_index("row")
    )
    numeric = [pl.col(f"field_{column}") for column in layout.numeric]
    # One field more than wanted: where it is filled, the line has too many.
    fields = lines.with_columns(
        whole=pl.col("line").str.ends_with(layout.end),
        fields=pl.col("line")
        .str.strip_suffix(layout.end)
        .str.split_exact(layout.separator, layout.columns),
    ).unnest("fields")
    judged = fields.with_columns(
        *(_number(column, layout).cast(pl.Float64, strict=False) for column in numeric),
        uneven=pl.col(f"field_{layout.columns - 1}").is_null()
        | pl.col(f"field_{layout.columns}").is_not_null(),
    ).with_columns(cause=_cause(layout, numeric))
    bad = judged.filter(pl.col("cause").is_not_null())
    causes: BadLines = Counter(bad["cause"].to_list())
    good = judged.filter(pl.col("cause").is_null())
    if good.is_empty():
        raise EdgekitError(f"{path} holds no good line ({describe(causes)}). Get the file again.")
    return good, causes


def _number(column: "pl.Expr", layout: Layout) -> "pl.Expr":
    """Return the field as a number is written: a comma in it may be the decimal mark."""
    import polars as pl

    text = column.str.strip_chars()
    if layout.separator == ",":
        return text
    return (
        pl.when(text.str.contains(".", literal=True))
        .then(text)
        .otherwise(text.str.replace(",", ".", literal=True))
    )


def describe(bad: BadLines) -> str:
    """Word the count: '3 bad lines left out: 2 non-numeric, 1 truncated', or 'no bad lines'."""
    if not bad.total():
        return "no bad lines"
    causes = ", ".join(f"{count:,} {cause}" for cause, count in bad.most_common())
    return f"{counted(bad.total(), 'bad line')} left out: {causes}"


def xyz_of(table: "pl.DataFrame", first: int) -> NDArray[np.float32]:
    """Return three columns from `first` on as (N, 3) float32, unit as in the file."""
    columns = [table[f"field_{first + axis}"].to_numpy() for axis in range(3)]
    return np.stack(columns, axis=1).astype(np.float32)


def _cause(layout: Layout, numeric: "list[pl.Expr]") -> "pl.Expr":
    """Say why a line is bad, null where it is good; only the first cause that holds counts."""
    import polars as pl

    cause = (
        pl.when(~pl.col("whole"))
        .then(pl.lit(TRUNCATED))
        .when(pl.col("uneven"))
        .then(pl.lit(WRONG_COLUMNS))
    )
    if layout.labels is not None:
        column, words = layout.labels
        cause = cause.when(~pl.col(f"field_{column}").is_in(list(words))).then(
            pl.lit(UNKNOWN_LABEL)
        )
    # Samples are stored as float32: a value that overflows there is not finite either.
    return (
        cause.when(pl.any_horizontal(column.is_null() for column in numeric))
        .then(pl.lit(NON_NUMERIC))
        .when(pl.any_horizontal(~column.cast(pl.Float32).is_finite() for column in numeric))
        .then(pl.lit(NOT_FINITE))
    )
