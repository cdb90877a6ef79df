"""The tables of a night, value by value against the night that they came from."""

import csv
import io
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import floats, integers, lists, sampled_from, tuples

from edgekit.device.report.export.parquet import write_parquet
from edgekit.device.report.table import COLUMNS, decisions_csv
from edgekit.night.night import OFF, UPRIGHT, WORN, Decisions
from edgekit.night.reader import Night, open_night
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.spec import SLEEP
from tests.helpers.nights import write_night

END_OF_SUMMER_S = 1_792_890_000.0  # 2026-10-25 01:00 UTC
OFFSETS = UtcOffsets((END_OF_SUMMER_S - 36_000, END_OF_SUMMER_S), (7200, 3600))
POSTURE = integers(0, len(SLEEP.postures) - 1)
PLACEMENT = integers(0, len(SLEEP.placements) - 1)
SHARE = floats(0, 1)
ROWS = lists(
    tuples(
        floats(0.001, 3000),  # after the one before
        POSTURE, PLACEMENT, SHARE, SHARE, POSTURE, PLACEMENT,
        floats(0, 359.9) | sampled_from([math.nan]),
        sampled_from([WORN, UPRIGHT, OFF]),
        floats(0, 20) | sampled_from([math.nan]),
        POSTURE | sampled_from([-1]),
    ),
    max_size=30,
)  # fmt: skip


def decisions(rows: list[tuple[Any, ...]]) -> Decisions:
    columns = list(zip(*rows, strict=True)) or [()] * 11
    kinds = (float, int, int, float, float, int, int, float, "U7", float, int)
    arrays = [np.array(c, dtype=kind) for c, kind in zip(columns, kinds, strict=True)]
    return Decisions(END_OF_SUMMER_S - 7200 + np.cumsum(arrays[0]), *arrays[1:])


def expected(night: Night) -> list[dict[str, Any]]:
    """The rows as the glossary of COLUMNS says, of the night itself; times in UTC seconds."""
    found, names = night.decisions(), night.spec.postures
    rows = [
        {
            "time_utc": found.start_s[k],
            "time_local": found.start_s[k],
            "posture": names[found.posture[k]],
            "posture_confidence": found.posture_confidence[k],
            "placement": night.spec.placements[found.placement[k]],
            "placement_confidence": found.placement_confidence[k],
            "raw_posture": names[found.raw_posture[k]],
            "torso_angle_deg": found.torso_angle_deg[k],
            "state": found.state[k],
            "movement_g": found.movement_g[k],
            "truth": None if found.truth[k] < 0 else names[found.truth[k]],
        }
        for k in range(len(found))
    ]
    assert not rows or tuple(rows[0]) == tuple(COLUMNS)
    return rows


def assert_local(text: str, at_s: float) -> None:
    local = datetime.fromisoformat(text)
    assert 0 <= at_s - local.timestamp() < 0.001_01, "cut to the millisecond"
    assert local.utcoffset() == timedelta(hours=2 if at_s < END_OF_SUMMER_S else 1)


@given(rows=ROWS)
@settings(max_examples=20)
def test_the_parquet_holds_the_night_to_the_last_bit(rows: list[tuple[Any, ...]]) -> None:
    pl = pytest.importorskip("polars")
    with TemporaryDirectory() as name:
        path, out = Path(name) / "a.night", Path(name) / "a.parquet"
        with open_night(write_night(path, decisions(rows), offsets=OFFSETS)) as night:
            write_parquet(out, night.decisions(), night.spec, night.utc_offsets)
            known = expected(night)
        table = pl.read_parquet(out)
    assert len(table) == len(known) == len(rows)
    for found, right in zip(table.iter_rows(named=True), known, strict=True):
        moment = datetime.fromtimestamp(right.pop("time_utc"), UTC)
        assert abs(found.pop("time_utc") - moment) <= timedelta(microseconds=1)
        assert_local(found.pop("time_local"), right.pop("time_local"))
        blanks = {name: None for name, value in right.items() if value != value}
        assert found == right | blanks


@given(rows=ROWS)
@settings(max_examples=20)
def test_the_csv_holds_the_night_to_its_last_digit(rows: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as name:
        path = write_night(Path(name) / "a.night", decisions(rows), offsets=OFFSETS)
        with open_night(path) as night:
            text = decisions_csv(night.decisions(), night.spec, night.utc_offsets)
            known = expected(night)
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(table) == len(known) == len(rows)
    for found, right in zip(table, known, strict=True):
        utc = datetime.fromisoformat(found.pop("time_utc"))
        assert utc.utcoffset() == timedelta(0)
        assert 0 <= right.pop("time_utc") - utc.timestamp() < 0.001_01
        assert_local(found.pop("time_local"), right.pop("time_local"))
        for name, value in right.items():
            if value is None or value != value:
                assert found[name] == ""
            elif isinstance(value, str):
                assert found[name] == value
            else:
                digits = len(found[name].partition(".")[2])
                assert digits == {"torso_angle_deg": 1, "movement_g": 4}.get(name, 3)
                assert abs(float(found[name]) - value) <= 0.5001 * 10**-digits
