"""edgekit data import: what it prints, writes, refuses and leaves as it is."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import load_recording
from edgekit.train.datasets.any_file import read_any
from tests.helpers import tables
from tests.helpers.nights import realistic, write_night
from tests.helpers.typer_app import app

RUN = CliRunner()


def imported(*arguments: str | Path) -> tuple[str, BaseException | None]:
    result = RUN.invoke(app, ["data", "import", *map(str, arguments)], env={"COLUMNS": "400"})
    return result.stdout, result.exception


def test_three_shapes_become_recordings_and_one_table(tmp_path: Path) -> None:
    shapes = {"ann": tables.phyphox, "bob": tables.sensor_logger, "cy": tables.actigraph}
    for name, write in shapes.items():
        tables.written(tmp_path, write(tables.lying(300), 30), f"{name}.csv")
    files = [tmp_path / f"{name}.csv" for name in shapes]
    text, problem = imported(*files, "--out", tmp_path / "out", "--placement", "chest")
    assert problem is None
    assert all(word in text for word in ("ann.csv", "30 Hz", "m/s2 (header)", "10 s", "nothing"))
    for name in shapes:
        recording = load_recording(tmp_path / "out" / f"{name}.npz")
        assert (recording.subject, recording.placement, len(recording)) == (name, "chest", 300)
        assert np.allclose(recording.xyz_g, tables.lying(300), atol=1e-3)


def test_a_file_that_cannot_be_read_is_one_line_and_the_others_go_on(tmp_path: Path) -> None:
    good = tables.written(tmp_path, tables.phyphox(tables.lying(300), 30))
    prose = tables.written(tmp_path, "nothing was measured\n", "notes.txt")
    text, problem = imported(prose, good, tmp_path / "absent.csv", "--out", tmp_path / "out")
    assert isinstance(problem, EdgekitError) and problem.exit_code == 1
    assert "2 of 3 files could not be read" in str(problem)
    assert text.count("not read: ") == 2
    assert (tmp_path / "out" / "ann.npz").is_file()


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    good = tables.written(tmp_path, tables.phyphox(tables.lying(300), 30))
    text, problem = imported(good, "--out", tmp_path / "out", "--dry-run")
    assert problem is None and "30 Hz" in text and not (tmp_path / "out").exists()


def test_a_recording_that_is_there_stays(tmp_path: Path) -> None:
    good = tables.written(tmp_path, tables.phyphox(tables.lying(300), 30))
    imported(good, "--out", tmp_path / "out")
    before = (tmp_path / "out" / "ann.npz").read_bytes()
    _, problem = imported(good, "--out", tmp_path / "out", "--subject", "other")
    assert isinstance(problem, EdgekitError) and "stay as they are" in str(problem)
    assert (tmp_path / "out" / "ann.npz").read_bytes() == before


def test_two_files_of_one_name_do_not_meet(tmp_path: Path) -> None:
    for person in ("ann", "bob"):
        (tmp_path / person).mkdir()
        tables.written(tmp_path / person, tables.phyphox(tables.lying(300), 30), "walk.csv")
    _, problem = imported(tmp_path / "ann", tmp_path / "bob", "--out", tmp_path / "out")
    assert problem is None
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["bob-walk.npz", "walk.npz"]


def test_each_stretch_between_gaps_is_a_file(tmp_path: Path) -> None:
    rows = tables.physics_toolbox(tables.lying(900), 30).splitlines()
    cut = tables.written(tmp_path, "\n".join(rows[:300] + rows[400:]))
    text, problem = imported(cut, "--out", tmp_path / "out")
    assert problem is None and "2 recordings written" in text
    assert load_recording(tmp_path / "out" / "ann-2.npz").start_s == pytest.approx(399 / 30, 1e-3)


def test_what_it_wrote_is_read_again(tmp_path: Path) -> None:
    good = tables.written(tmp_path, tables.phyphox(tables.lying(300), 30))
    imported(good, "--out", tmp_path / "out")
    text, problem = imported(tmp_path / "out" / "ann.npz", "--dry-run")
    assert problem is None and "10 s" in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "name a folder with --out"),
        (("--dry-run", "--unit", "stone"), "--unit stone: the units are"),
        (("--dry-run", "--rate", "0"), "--rate 0: it must be"),
        (("--dry-run", "--rate", "nan"), "--rate nan: it must be"),
        (("--dry-run", "--zone", "Mars/Olympus"), "no such time zone"),
        (("--dry-run", "--dates", "ydm"), "--dates ydm"),
    ],
)
def test_a_wrong_option_is_named_before_a_file_is_read(
    tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    _, problem = imported(tmp_path / "absent.csv", *options)
    assert isinstance(problem, UsageError) and message in str(problem)


def test_a_night_becomes_recordings_of_its_wearer_without_labels(tmp_path: Path) -> None:
    path = write_night(tmp_path / "monday.night", realistic(hours=0.1), subject="ann")
    (recording, *_) = read_any(path).recordings
    assert (recording.subject, recording.clock, recording.label) == ("ann", "utc", None)
