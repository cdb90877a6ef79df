"""The table of decisions as Parquet."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edgekit.device.report.export.parquet import write_parquet
from edgekit.device.report.table import COLUMNS
from edgekit.errors import EdgekitError
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.spec import SLEEP
from tests.helpers import nights
from tests.helpers.nights import decisions

START_S = nights.START_S + 0.25
OFFSETS = UtcOffsets((0.0,), (3600,))


def test_it_holds_the_columns_of_the_glossary_and_reads_back(tmp_path: Path) -> None:
    pl = pytest.importorskip("polars")
    path = tmp_path / "a.parquet"
    write_parquet(
        path, decisions([("supine", 0.06), ("left", 0.04)], start_s=START_S), SLEEP, OFFSETS
    )
    table = pl.read_parquet(path)
    assert table.columns == list(COLUMNS)
    assert table["posture"].to_list() == ["supine"] * 3 + ["left"] * 2
    assert table["time_utc"][0] == datetime.fromtimestamp(START_S, UTC)
    assert table["time_local"][0] == "2026-11-23T22:30:00.250+01:00"
    assert table["torso_angle_deg"].to_list() == [90.0] * 3 + [180.0] * 2
    assert path.stat().st_mode & 0o777 == 0o600


def test_where_polars_is_missing_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(EdgekitError, match=r"edgekit-wearable\[parquet\]"):
        write_parquet(tmp_path / "a.parquet", decisions([("supine", 0.06)]), SLEEP, OFFSETS)
    assert not (tmp_path / "a.parquet").exists()
