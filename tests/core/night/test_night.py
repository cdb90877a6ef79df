import json
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import EdgekitError, UsageError
from edgekit.night.night import Event, HealthRow
from edgekit.night.reader import open_night
from edgekit.night.writer import NightWriter
from edgekit.spec import ONE_GAIN, SLEEP
from tests.helpers.short_night import DECISIONS, META, SAMPLES


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    with NightWriter.create(path, META) as writer:
        writer.add_samples(SAMPLES)
        writer.add_decisions(DECISIONS)
        writer.add_event(Event(1000.5, "gap", "0.3 s"))
        writer.flush(HealthRow(1000.6, 2, 50.1, 1, 2, 3))

    with open_night(path) as night:
        assert night.spec == SLEEP
        assert (night.start_s, night.ended_well) == (1000.0, True)
        assert night.utc_offsets.at(night.start_s) == 3600
        assert night.meta.clock == "assumed"
        (samples,) = night.samples()
        assert samples.xyz_g.tobytes() == SAMPLES.xyz_g.tobytes()
        for name, written in vars(DECISIONS).items():
            np.testing.assert_array_equal(getattr(night.decisions(), name), written)
        assert night.events() == [Event(1000.5, "gap", "0.3 s")]
        assert night.health() == [HealthRow(1000.6, 2, 50.1, 1, 2, 3)]


def test_a_night_without_rows_reads_as_empty_arrays(tmp_path: Path) -> None:
    NightWriter.create(tmp_path / "a.night", META).close()
    with open_night(tmp_path / "a.night") as night:
        assert len(night.decisions()) == len(night.health()) == len(night.events()) == 0


def test_a_night_that_ended_well_is_one_file_for_its_owner_only(tmp_path: Path) -> None:
    NightWriter.create(tmp_path / "a.night", META).close()
    (only,) = tmp_path.iterdir()
    assert stat.S_IMODE(only.stat().st_mode) == 0o600


def test_a_night_can_be_read_while_it_is_written_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    writer = NightWriter.create(path, META)
    with open_night(path) as reader:
        writer.add_samples(SAMPLES)
        assert not list(reader.samples())
        writer.flush()
        assert len(list(reader.samples())) == 1
        assert not reader.ended_well
        writer.close()
        assert len(list(reader.samples())) == 1
    with open_night(path) as night:
        assert night.ended_well


def test_a_night_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.night"
    path.write_text("precious")
    with pytest.raises(UsageError, match=r"already exists.*--out"):
        NightWriter.create(path, META)
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EdgekitError, match=r"cannot be written.*Nothing was recorded"):
        NightWriter.create(tmp_path / "file" / "a.night", META)


def test_a_night_from_before_front_ends_is_read_as_of_one_gain(tmp_path: Path) -> None:
    """A bundle can be made anew, a night cannot."""
    path = tmp_path / "a.night"
    with NightWriter.create(path, META) as writer:
        writer.add_decisions(DECISIONS)
    spec = SLEEP.to_json()
    del spec["front_end"]
    change_spec(path, spec)
    with open_night(path) as night:
        assert night.spec == replace(SLEEP, front_end=ONE_GAIN)
        assert len(night.decisions()) == len(DECISIONS)


def change_spec(path: Path, spec: object) -> None:
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'spec'", [json.dumps(spec)])


@pytest.mark.parametrize("spec", [[], None, {}, {**SLEEP.to_json(), "front_end": None}])
def test_a_night_of_a_damaged_spec_is_refused(tmp_path: Path, spec: object) -> None:
    path = tmp_path / "a.night"
    NightWriter.create(path, META).close()
    change_spec(path, spec)
    with pytest.raises(EdgekitError, match="not a window specification"):
        open_night(path)


def another_database(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE meta (key TEXT)")


def another_version(path: Path) -> None:
    NightWriter.create(path, META).close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = '1' WHERE key = 'version'")


def torn(path: Path) -> None:
    NightWriter.create(path, META).close()
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.write_text("no database, but text" * 100), "not an edgekit night"),
        (lambda path: path.write_bytes(b""), "not an edgekit night"),
        (another_database, "not an edgekit night"),
        (another_version, "version '1'; this edgekit reads .* version '2'"),
        (torn, "not an edgekit night"),
    ],
)  # fmt: skip
def test_what_is_no_night_is_refused_by_name(tmp_path: Path, make, message: str) -> None:
    path = tmp_path / "a.night"
    make(path)
    with pytest.raises(EdgekitError, match=message) as refused:
        open_night(path)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("path", ["missing.night", "."])
def test_where_no_file_lies_the_command_that_makes_one_is_named(tmp_path: Path, path: str) -> None:
    with pytest.raises(UsageError, match="edgekit monitor"):
        open_night(tmp_path / path)
