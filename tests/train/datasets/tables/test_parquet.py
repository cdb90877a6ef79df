"""Parquet: the rules of tables of text, with typed columns."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from edgekit.device.report import write_report
from edgekit.errors import EdgekitError, UsageError
from edgekit.train.datasets.any_file import read_any
from edgekit.train.datasets.imported import Imported
from edgekit.train.datasets.tables import TableOptions
from edgekit.train.datasets.tables.parquet_rows import parse_here
from tests.helpers.nights import realistic, write_night
from tests.helpers.tables import START_S, even, lying

ROWS = 600
ZERO = datetime.fromtimestamp(START_S, UTC)


def columns(**more: Any) -> dict[str, Any]:
    xyz = lying(ROWS) * 9.80665
    return {**more, **{f"acc_{axis}": xyz[:, k] for k, axis in enumerate("xyz")}}


def read(folder: Path, table: pl.DataFrame | dict[str, Any], **options: Any) -> Imported:
    """Read in this process, as the files are whole: a process for each takes half a second."""
    file = io.BytesIO()
    pl.DataFrame(table).write_parquet(file)
    return parse_here(file.getvalue(), folder / "ann.parquet", TableOptions(**options))


def stamps(rate_hz: float = 50.0) -> list[datetime]:
    return [ZERO + timedelta(seconds=float(at)) for at in even(ROWS, rate_hz)]


NAIVE = [stamp.replace(tzinfo=None) for stamp in stamps()]
LATE = [(datetime(2024, 1, 1) + timedelta(seconds=86_390 + at / 50)).time() for at in range(ROWS)]
TIMES = {
    "datetime": (pl.Series(stamps(), dtype=pl.Datetime("us", "UTC")), "utc", START_S),
    "another zone": (pl.Series(stamps()).dt.convert_time_zone("Asia/Tokyo"), "utc", START_S),
    "ns": (pl.Series(stamps(), dtype=pl.Datetime("ns", "UTC")), "utc", START_S),
    "no zone": (pl.Series(NAIVE, dtype=pl.Datetime("ms")), "device", START_S),
    "duration": ([timedelta(seconds=at / 50) for at in range(ROWS)], "device", 0),
    "time of day": (pl.Series(LATE), "device", 86_390),
    "ms": ((even(ROWS, 50) * 1000).astype(np.int64), "device", 0),
    "unix ns": ((START_S * 1e9 + even(ROWS, 50) * 1e9).astype(np.int64), "utc", START_S),
    "float32": (even(ROWS, 50).astype(np.float32), "device", 0),
    "ISO 8601": ([stamp.isoformat() for stamp in stamps()], "utc", START_S),
    "digits": ([f"{at:.2f}" for at in even(ROWS, 50)], "device", 0),
}


@pytest.mark.parametrize(("time", "clock", "start_s"), TIMES.values(), ids=TIMES)
def test_times_of_every_type_are_read(
    tmp_path: Path, time: Any, clock: str, start_s: float
) -> None:
    (recording,) = read(tmp_path, columns(time=time)).recordings
    assert (len(recording), recording.clock) == (ROWS, clock)
    assert recording.rate_hz == pytest.approx(50, rel=1e-4)
    assert recording.start_s == pytest.approx(start_s, abs=0.01)
    assert np.allclose(recording.xyz_g, lying(ROWS), atol=1e-4)


def test_a_zone_dates_times_without_one(tmp_path: Path) -> None:
    naive = pl.Series([s.replace(tzinfo=None) for s in stamps()])
    (recording,) = read(tmp_path, columns(time=naive), zone="Europe/Berlin").recordings
    assert (recording.start_s, recording.clock) == (START_S - 3600, "utc")


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical, pl.Int8, pl.Boolean])
def test_labels_of_every_type_are_read_and_nulls_are_none(tmp_path: Path, kind: Any) -> None:
    codes = pl.Series([1, None, 0], dtype=pl.Int8).sample(ROWS, with_replacement=True, seed=1)
    label = codes.cast(pl.Boolean) if kind == pl.Boolean else codes.cast(pl.String).cast(kind)
    (recording,) = read(tmp_path, columns(t=even(ROWS, 50), label=label)).recordings
    names = {"1", "0"} if kind != pl.Boolean else {"true", "false"}
    assert set(recording.label_names) == names
    assert np.array_equal(recording.label < 0, codes.is_null().to_numpy())


def test_bad_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    table = pl.DataFrame(columns(t=even(ROWS, 50)))
    table = table.with_columns(
        acc_x=pl.when(pl.int_range(pl.len()) == 100).then(None).otherwise("acc_x"),
        acc_y=pl.when(pl.int_range(pl.len()) == 200).then(float("nan")).otherwise("acc_y"),
        t=pl.when(pl.int_range(pl.len()) == 300).then(float("inf")).otherwise("t"),
    )
    table[400, "acc_x"] = table[400, "acc_y"] = table[400, "acc_z"] = 0.0
    imported = read(tmp_path, table)
    assert imported.left_out == {
        "non-numeric": 1, "not finite": 2, "without acceleration (0, 0, 0)": 1,
    }  # fmt: skip
    assert sum(map(len, imported.recordings)) == ROWS - 4


def test_columns_are_named_as_in_text(tmp_path: Path) -> None:
    table = {"a": even(ROWS, 50), **{name: lying(ROWS)[:, k] for k, name in enumerate("bcd")}}
    with pytest.raises(UsageError, match="no column of a, b, c, d is known as x"):
        read(tmp_path, table)
    (recording,) = read(tmp_path, table, columns="time,x,y,z").recordings
    assert recording.rate_hz == pytest.approx(50) and np.allclose(recording.xyz_g, lying(ROWS))
    (recording,) = read(tmp_path, table, columns="x=b,y=c,z=d", rate_hz=25).recordings
    assert recording.rate_hz == 25


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (columns(time=pl.Series([ZERO.date()] * ROWS)), "holds Date, which is no time"),
        (columns(time=["soon"] * ROWS), "'soon' is in no known form"),
        ({**columns(t=even(ROWS, 50)), "acc_x": [[1.0]] * ROWS}, "no good line"),
        ({"acc_x": [], "acc_y": [], "acc_z": []}, "no good line"),
        (columns(), "has no time column and says no rate"),
    ],
)
def test_what_is_missing_is_one_line(tmp_path: Path, table: Any, message: str) -> None:
    with pytest.raises(EdgekitError, match=message) as refusal:
        read(tmp_path, table)
    assert "\n" not in str(refusal.value)


def test_a_night_s_table_of_decisions_is_refused_as_what_it_is(tmp_path: Path) -> None:
    night = write_night(tmp_path / "a.night", realistic(hours=0.1))
    files = write_report(night, parquet=True)
    assert files.parquet is not None
    for table in (files.parquet, files.csv):
        with pytest.raises(UsageError, match=r"table of decisions.* Import the night itself"):
            read_any(table)


def test_a_small_file_of_very_many_rows_is_refused(tmp_path: Path) -> None:
    one = pl.Series("acc_x", [1.0]).new_from_index(0, 30_000_001)
    pl.DataFrame([one, one.alias("acc_y"), one.alias("acc_z")]).write_parquet(
        tmp_path / "a.parquet"
    )
    assert (tmp_path / "a.parquet").stat().st_size < 1e6
    with pytest.raises(EdgekitError, match="holds 30,000,001 rows; at most 30,000,000"):
        read_any(tmp_path / "a.parquet")


def test_a_file_is_read_in_a_process_of_its_own(tmp_path: Path) -> None:
    pl.DataFrame(columns(t=even(ROWS, 50))).write_parquet(tmp_path / "ann.parquet")
    imported = read_any(tmp_path / "ann.parquet")
    (recording,) = imported.recordings
    assert (recording.subject, recording.rate_hz) == ("ann", pytest.approx(50))
    assert imported.layout.startswith("Parquet, x, y, z = acc_x, acc_y, acc_z")
    with pytest.raises(UsageError, match="--unit"):
        read_any(tmp_path / "ann.parquet", TableOptions(unit="stone"))


def test_damage_at_which_polars_ends_its_process_ends_no_import(tmp_path: Path) -> None:
    """A run of 2^61 values in a page: polars asks for so much memory, and aborts."""
    file = io.BytesIO()
    table = pl.DataFrame({**columns(t=even(ROWS, 50)), "acc_x": [1.0, None] * (ROWS // 2)})
    table.write_parquet(file, compression="uncompressed")
    content = bytearray(file.getvalue())
    for place in range(4, len(content) - 3_000, 61):
        content[place : place + 9] = b"\xff" * 9
    (tmp_path / "ann.parquet").write_bytes(content)
    with pytest.raises(EdgekitError, match="is a damaged Parquet file"):
        read_any(tmp_path / "ann.parquet")


@pytest.mark.parametrize("keep", [4, -1])
def test_a_cut_file_is_damaged(tmp_path: Path, keep: int) -> None:
    file = io.BytesIO()
    pl.DataFrame(columns(t=even(ROWS, 50))).write_parquet(file)
    (tmp_path / "a.parquet").write_bytes(file.getvalue()[:keep])
    with pytest.raises(EdgekitError, match="is a damaged Parquet file"):
        read_any(tmp_path / "a.parquet")
