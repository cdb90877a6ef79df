"""Read the table of a USB power meter, a PPK2 or a Joulescope as a trace of power."""

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from edgekit.errors import EdgekitError, UsageError

from ..figure import spread
from .columns import NEEDED, MeterColumn, columns_of
from .record import Metered, What
from .trace import Trace, make_trace

# USB Power Delivery 3.1 has 48 V and 5 A at most; what is above was not in V and A.
MAX_W = 240.0
UNIX_MS = 1e11  # in seconds it would be the year 5138


def from_table(
    path: Path,
    what: What,
    supply_v: float | None = None,
    span_s: tuple[float, float] | None = None,
) -> Metered:
    """Return the power of a table, or of `span_s`, seconds after its first reading.

    `supply_v` is for a table of current alone. Raises EdgekitError where the file cannot be read as
    power, UsageError for a span outside it.
    """
    trace = read_trace(path, supply_v)
    whole_s = trace.end_s - trace.start_s
    first_s, last_s = (0.0, whole_s) if span_s is None else span_s
    if not 0 <= first_s < last_s <= whole_s:
        raise UsageError(f"{path} holds 0 to {whole_s:g} s, not {first_s:g} to {last_s:g} s")
    from_s, to_s = trace.start_s + first_s, trace.start_s + last_s
    name = f"what wrote {path.name}"
    name += f", at {supply_v:g} V" if supply_v is not None else ""
    name += f", {trace.holes} holes left out" if trace.holes else ""
    rounds = trace.rounds_w(from_s, to_s)
    return Metered(name, what, trace.seen_s(from_s, to_s), spread(rounds), None)


def read_trace(path: Path, supply_v: float | None = None) -> Trace:
    """Read the table. Raises EdgekitError where it cannot be read as power over time."""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise EdgekitError(f"{path} cannot be read: {error.strerror}") from None
    try:
        return _trace_of(text, supply_v)
    except EdgekitError as error:
        raise EdgekitError(f"{path} is no power meter's table: {error}") from None


def _trace_of(text: str, supply_v: float | None) -> Trace:
    body = text.lstrip()
    heading, _, rows = body.partition("\n")
    heading = heading.strip().removeprefix("#")
    separator = next((mark for mark in "\t;," if mark in heading), " ")
    columns = columns_of([part.strip().strip('"') for part in heading.split(separator)])
    table = _cells(re.sub(" +", " ", rows) if separator == " " else rows, separator)
    if max(column.at for column in columns.values()) >= len(table):
        raise EdgekitError(f"its rows have {len(table)} cells, its headings more")
    power_w = _power(columns, table, supply_v)
    return make_trace(_seconds(columns["time"], table), power_w)


def _cells(rows: str, separator: str) -> list[pl.Series]:
    """Return each column as text, null where a cell is missing."""
    try:
        table = pl.read_csv(
            io.BytesIO(rows.encode()),
            separator=separator,
            has_header=False,
            infer_schema=False,
            truncate_ragged_lines=True,
        )
    except pl.exceptions.PolarsError:
        raise EdgekitError("no rows of a table follow its headings") from None
    decimal = "." if separator == "," else ","
    return [column.str.strip_chars().str.replace(decimal, ".", literal=True) for column in table]


def _numbers(cells: pl.Series) -> np.ndarray:
    return cells.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()


def _power(
    columns: dict[str, MeterColumn], table: Sequence[pl.Series], supply_v: float | None
) -> np.ndarray:
    """Return W of each row: the meter's power, else voltage x current."""
    measured = [columns[name] for name in ("power", "voltage") if name in columns]
    if supply_v is not None and measured:
        raise EdgekitError(
            f"it has {measured[0].heading!r} of its own: leave :{supply_v:g} out behind its name"
        )
    if "power" in columns:
        used = [columns["power"]]
    elif "voltage" in columns:
        used = [columns["voltage"], columns["current"]]
    elif supply_v is not None:
        used = [columns["current"]]
    else:
        raise EdgekitError(
            f"it has {columns['current'].heading!r} and no voltage: name the supply's behind "
            "its name, as in csv:ppk.csv:3.0"
        )
    power_w = np.full(len(table[0]), 1.0 if supply_v is None else supply_v)
    for column in used:
        power_w = power_w * _numbers(table[column.at]) * (column.scale or 1.0)
    unnamed = [column.heading for column in used if column.scale is None]
    if unnamed and (power_w > MAX_W).mean() > 0.5:
        raise EdgekitError(
            f"{unnamed[0]!r} names no unit, and in V, A and W it would be more than {MAX_W:g} W. "
            "Name it in the heading, as in current (mA)"
        )
    return power_w


def _seconds(column: MeterColumn, table: Sequence[pl.Series]) -> np.ndarray:
    """Return each row's time in s: by the heading's unit, else of ISO 8601, else as seconds."""
    cells = table[column.at]
    numbers = _numbers(cells)
    if not np.isnan(numbers).all():
        if column.scale is None and np.nanmax(numbers) > UNIX_MS:
            raise EdgekitError(f"{column.heading!r} names no unit: write it as time (ms)")
        return numbers * (column.scale or 1.0)
    times_s = np.array([_utc_s(cell or "") for cell in cells])
    if np.isnan(times_s).all():
        raise EdgekitError(f"{column.heading!r} holds {cells[0]!r}, which is no time; {NEEDED}")
    return times_s


def _utc_s(text: str) -> float:
    """Parse a date and time; UTC where it has no offset, because only differences matter."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return np.nan  # a row that was cut
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
