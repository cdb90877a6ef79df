"""What a night says of itself, and the scale of its counts."""

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.calibration import Calibration
from edgekit.device.nights import merge
from edgekit.doubt import Doubt, DoubtKind
from edgekit.errors import EdgekitError
from edgekit.night.meta import NightMeta
from edgekit.night.night import Samples
from edgekit.night.reader import open_night
from edgekit.night.writer import NightWriter
from tests.helpers.command import REPOSITORY
from tests.helpers.short_night import META, steady


@pytest.mark.parametrize(
    "meta",
    [
        META,
        replace(META, exact_rate=True, calibration=Calibration(offset_g=(0.1, 0.0, 0.0))),
        replace(META, counts_per_g=16384, clock="utc", start_s=1 / 3),
        replace(
            META,
            doubts=(
                Doubt(DoubtKind.UNIT, "gravity at rest is 0.50 g"),
                Doubt(DoubtKind.FILE, "a second"),
            ),
        ),
    ],
)
def test_what_is_written_is_what_is_read(meta: NightMeta) -> None:
    assert NightMeta.from_texts(meta.to_texts()) == meta


def test_doubts_of_a_night_without_kinds_or_with_a_later_one_are_read() -> None:
    texts = META.to_texts() | {"doubts": '["a first", ["of 2031", "a second"]]'}
    assert [each.text for each in NightMeta.from_texts(texts).doubts] == ["a first", "a second"]


def test_the_manual_has_every_key() -> None:
    manual = (REPOSITORY / "docs" / "night.md").read_text()
    listed = manual.split("## meta")[1].split("##")[0]
    assert all(f"`{key}`" in listed for key in META.to_texts())


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement)


def test_an_older_night_lacks_what_has_a_default_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    with NightWriter.create(path, META) as writer:
        writer.add_samples(steady(5, 1000))
    change(path, "DELETE FROM meta WHERE key = 'counts_per_g'")
    with open_night(path) as night:
        assert night.meta == META and night.meta.counts_per_g == 256
        assert next(night.samples()).xyz_g.tobytes() == steady(5, 1000).xyz_g.tobytes()
    change(path, "DELETE FROM meta WHERE key = 'subject'")
    with pytest.raises(EdgekitError, match=r"not an edgekit night.*subject"):
        open_night(path)


@pytest.mark.parametrize(
    ("key", "value"),
    [("clock", "sundial"), ("counts_per_g", "0"), ("doubts", "7"), ("doubts", "[7]")],
)
def test_a_damaged_text_is_no_night(tmp_path: Path, key: str, value: str) -> None:
    path = tmp_path / "a.night"
    NightWriter.create(path, META).close()
    change(path, f"UPDATE meta SET value = '{value}' WHERE key = '{key}'")
    with pytest.raises(EdgekitError, match=f"not an edgekit night.*{re.escape(value)}"):
        open_night(path)


def codings(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [coding for (coding,) in db.execute("SELECT coding FROM samples ORDER BY id")]


def of_counts(counts_per_g: int, start_s: float) -> Samples:
    counts = np.arange(750, dtype=np.float32).reshape(-1, 3)
    return Samples(start_s, 50.0, counts / np.float32(counts_per_g))


def test_samples_are_kept_as_the_counts_of_their_own_sensor(tmp_path: Path) -> None:
    """Another sensor's counts are smaller; merged with others they are kept to the bit still."""
    fine, coarse, both = (tmp_path / f"{name}.night" for name in ("fine", "coarse", "both"))
    for path, counts_per_g, start_s in ((fine, 2048, 1000.0), (coarse, 256, 2000.0)):
        meta = replace(META, counts_per_g=counts_per_g, start_s=start_s)
        with NightWriter.create(path, meta) as writer:
            writer.add_samples(of_counts(counts_per_g, start_s))
        assert codings(path) == ["counts"]
    merge([fine, coarse], both)
    with open_night(both) as night:
        assert night.meta.counts_per_g == 2048
        for samples, written in zip(
            night.samples(), (of_counts(2048, 1000.0), of_counts(256, 2000.0)), strict=True
        ):
            assert samples.xyz_g.tobytes() == written.xyz_g.tobytes()


@pytest.mark.parametrize(
    ("source", "is_synthetic", "is_emulated"),
    [
        ("replay of synthetic sleeper v2, seed 0", True, False),
        ("kept by emulated 00ff", False, True),
        ("host 00ff on /dev/pts/3, firmware 1", False, True),
        ("ADXL345 0x53 on /dev/i2c-1", False, False),
    ],
)
def test_a_source_says_whether_anything_was_measured(
    source: str, is_synthetic: bool, is_emulated: bool
) -> None:
    meta = replace(META, source=source)
    assert (meta.is_synthetic, meta.is_emulated) == (is_synthetic, is_emulated)
