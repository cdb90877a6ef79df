"""nights export: one format a file, and the raw samples as tables."""

import csv
import sqlite3
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from edgekit.device.report.export.samples import SAMPLE_COLUMNS
from edgekit.errors import EdgekitError, UsageError
from edgekit.night.reader import open_night
from edgekit.recording import Recording
from edgekit.train.datasets.any_file import read_any
from tests.helpers.nights import decisions, write_night
from tests.helpers.typer_app import app


@pytest.fixture
def night(tmp_path: Path) -> Path:
    return write_night(tmp_path / "a.night", decisions([("supine", 10.0)]))


def exported(night: Path, *words: str) -> set[str]:
    """The files that the command adds beside the night."""
    result = CliRunner().invoke(app, ["nights", "export", str(night), *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return {path.name for path in night.parent.iterdir()} - {night.name}


@pytest.mark.parametrize(
    ("words", "files"),
    [
        (("--format", "csv"), {"a.csv"}),
        (("--format", "parquet"), {"a.parquet"}),
        (("--format", "edf"), {"a.edf"}),
        (("--samples",), {"a.csv", "a.samples.csv"}),
        (("--format", "parquet", "--samples"), {"a.parquet", "a.samples.parquet"}),
        (("--format", "csv", "--format", "edf"), {"a.csv", "a.edf"}),
        ((), {"a.html", "a.csv"}),
        (("--edf", "--parquet"), {"a.html", "a.csv", "a.edf", "a.parquet"}),  # as of old
    ],
)
def test_each_format_is_a_file(night: Path, words: tuple[str, ...], files: set[str]) -> None:
    assert exported(night, *words) == files
    assert all((night.parent / name).stat().st_mode & 0o777 == 0o600 for name in files)


def test_the_samples_are_those_of_the_night(night: Path) -> None:
    with open_night(night) as opened:
        (block,) = opened.samples()
    exported(night, "--format", "csv", "--format", "parquet", "--samples")
    with night.with_name("a.samples.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == tuple(SAMPLE_COLUMNS)
    at_s = [datetime.fromisoformat(row["time_utc"]).timestamp() for row in rows]
    expected_s = block.start_s + np.arange(len(block.xyz_g)) / block.rate_hz
    np.testing.assert_allclose(at_s, expected_s, rtol=0, atol=1e-6)
    xyz_g = [[float(row[name]) for name in ("x_g", "y_g", "z_g")] for row in rows]
    np.testing.assert_allclose(xyz_g, block.xyz_g, atol=1e-6)
    table = pl.read_parquet(night.with_name("a.samples.parquet"))
    assert table.columns == list(SAMPLE_COLUMNS)
    np.testing.assert_allclose(table["time_utc"].dt.epoch("us").to_numpy() / 1e6, at_s)
    np.testing.assert_array_equal(table.select("x_g", "y_g", "z_g").to_numpy(), block.xyz_g)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_exported_samples_are_read_back_by_data_import(night: Path, form: str) -> None:
    exported(night, "--format", form, "--samples")
    recordings: list[Recording] = read_any(night.with_name(f"a.samples.{form}")).recordings
    with open_night(night) as opened:
        (block,) = opened.samples()
    (recording,) = recordings
    assert recording.rate_hz == pytest.approx(block.rate_hz, rel=1e-6)
    assert recording.start_s == pytest.approx(block.start_s, abs=1e-6)
    np.testing.assert_allclose(recording.xyz_g, block.xyz_g, atol=1e-6)


def test_an_unknown_format_names_those_there_are(night: Path) -> None:
    with pytest.raises(UsageError, match="--format is csv, parquet or edf, not 'xlsx'"):
        exported(night, "--format", "xlsx")


def test_a_folder_that_is_a_file_is_one_clear_line(night: Path) -> None:
    with pytest.raises(UsageError, match=r"a\.night is a file; --out is a folder"):
        exported(night, "--format", "csv", "--out", str(night))


def test_a_night_without_samples_says_what_it_holds(tmp_path: Path) -> None:
    path = write_night(tmp_path / "a.night", decisions([("supine", 10.0)]))
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM samples")
    with pytest.raises(EdgekitError, match="holds no samples"):
        exported(path, "--samples")
    assert [each.name for each in tmp_path.iterdir()] == ["a.night"]
