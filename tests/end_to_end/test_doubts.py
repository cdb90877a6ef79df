"""Doubts about a recording are printed where it enters, and its night's report shows them."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.night.night import Samples
from edgekit.night.reader import open_night
from edgekit.night.writer import NightWriter
from edgekit.recording import Recording, save_recording
from edgekit.text import sentence
from edgekit.train.datasets.any_file import read_any
from tests.helpers.short_night import META, steady
from tests.helpers.tables import lying
from tests.helpers.typer_app import app

RUN = CliRunner()


def run(*words: str | Path) -> tuple[str, BaseException | None]:
    result = RUN.invoke(app, [*map(str, words)], env={"COLUMNS": "400"})
    return result.output, result.exception


def recorded(path: Path, xyz_g: np.ndarray, start_s: float = 1.7e9) -> Path:
    save_recording(
        Recording(xyz_g.astype(np.float32), 50.0, "ann", "chest", start_s=start_s, clock="utc"),
        path,
    )
    return path


def replayed(tmp_path: Path, bundle: Bundle, xyz_g: np.ndarray, start_s: float = 1.7e9) -> str:
    recording = recorded(tmp_path / "odd.npz", xyz_g, start_s)
    night = tmp_path / "odd.night"
    words = ("monitor", "--replay", recording, "--bundle", bundle.folder, "--out", night)
    text, problem = run(*words, "--speed", "full")
    assert problem is None, text
    return text


@pytest.mark.parametrize(
    ("xyz_g", "start_s", "doubt"),
    [
        (0.5 * lying(3_000), 1.7e9, "gravity at rest is 0.50 g, not 1 g"),
        (np.where(np.arange(3_000)[:, None] < 900, 0, lying(3_000)), 1.7e9, "900 of 3,000 samples"),
        (np.zeros((3_000, 3)), 1.7e9, "all samples are 0, 0, 0: no sensor measures that"),
        (np.tile(lying(1), (3_000, 1)), 1.7e9, "all axes stay at one value"),
        (lying(3_000), 0.0, "it is dated 1970-01-01: the clock was not set"),
        (lying(3_000), 4e9, "it is dated 2096-10-02, in the future"),
    ],
)
def test_a_doubt_is_said_at_the_replay_and_in_the_report(
    tmp_path: Path, bundle: Bundle, xyz_g: np.ndarray, start_s: float, doubt: str
) -> None:
    assert f"odd.npz: {doubt}" in replayed(tmp_path, bundle, xyz_g, start_s)
    text, problem = run("report", tmp_path / "odd.night", "--parquet", "--out", tmp_path / "r")
    assert problem is None, text
    (page,) = tmp_path.rglob("*.html")
    shown = page.read_text()
    assert f"Doubtful in the recording: {doubt}" in shown or sentence(doubt)[:-1] in shown
    text, problem = run("report", tmp_path / "odd.night", "--edf", "--out", tmp_path / "e")
    if problem is not None:  # EDF has no dates before 1985 and after 2084
        assert isinstance(problem, EdgekitError) and "its clock was never set" in str(problem)


def test_a_report_without_a_decision_says_so(tmp_path: Path, bundle: Bundle) -> None:
    text = replayed(tmp_path, bundle, lying(50))
    assert "no decision: odd.npz is shorter than a window of 2 s" in text
    text, problem = run("report", tmp_path / "odd.night")
    assert problem is None and text.startswith("This night holds no decision")


def test_a_right_recording_has_no_doubt(tmp_path: Path, bundle: Bundle) -> None:
    text = replayed(tmp_path, bundle, lying(3_000))
    assert "doubt" not in text and "warning" not in text
    with open_night(tmp_path / "odd.night") as night:
        assert night.meta.doubts == ()
    assert "warning" not in run("report", tmp_path / "odd.night")[0]


def growing(path: Path, seconds: int) -> NightWriter:
    writer = NightWriter.create(path, META)
    writer.add_samples(steady(seconds, META.start_s))
    writer.flush()
    return writer


def copied(night: Path, folder: Path, log: bool) -> Path:
    folder.mkdir()
    for path in night.parent.glob(night.name + ("*" if log else "")):
        shutil.copy(path, folder)
    return folder / night.name


def test_a_night_copied_without_its_log_says_what_is_missing(tmp_path: Path) -> None:
    writer = growing(tmp_path / "a.night", 60)
    without = copied(tmp_path / "a.night", tmp_path / "without", log=False)
    whole = copied(tmp_path / "a.night", tmp_path / "whole", log=True)
    writer.close()
    with pytest.raises(EdgekitError, match=r"holds no samples: its log a\.night-wal is not beside"):
        read_any(without)
    assert len(read_any(whole).recordings[0]) == 3_000
    assert not any("-wal" in note for note in read_any(whole).notes)
    run("report", without, "--out", tmp_path / "page")
    (page,) = tmp_path.rglob("*.html")
    assert "Perhaps copied in part" in page.read_text()


def test_a_night_whose_log_was_lost_in_part_is_read_with_a_warning(tmp_path: Path) -> None:
    writer = growing(tmp_path / "a.night", 60)
    with closing(sqlite3.connect(tmp_path / "a.night")) as db:
        db.execute("PRAGMA wal_checkpoint(PASSIVE)")
    writer.add_samples(Samples(META.start_s + 60, 50.0, lying(500).astype(np.float32)))
    writer.flush()
    without = copied(tmp_path / "a.night", tmp_path / "without", log=False)
    writer.close()
    imported = read_any(without)
    assert len(imported.recordings[0]) == 3_000
    assert any("its log a.night-wal is not beside it" in note for note in imported.notes)


def test_a_night_that_ended_lacks_nothing(tmp_path: Path) -> None:
    growing(tmp_path / "a.night", 60).close()
    with open_night(tmp_path / "a.night") as night:
        assert not night.lacks_log


def test_tuning_and_calibrating_say_it_too(tmp_path: Path, bundle: Bundle) -> None:
    odd = recorded(tmp_path / "odd.npz", 0.5 * lying(3_000))
    text, _ = run("tune", odd, "--bundle", bundle.folder, "--out", tmp_path / "tuned")
    assert "odd.npz: gravity at rest is 0.50 g" in text
    text, _ = run("calibrate", "--replay", odd, "--out", tmp_path / "c.json")
    assert "odd.npz: gravity at rest is 0.50 g" in text


def test_what_was_left_out_of_a_public_file_is_said_and_stands_in_the_report(
    tmp_path: Path, bundle: Bundle
) -> None:
    rows = [*(lying(600) * 9.80665).tolist(), *[[0.0, 0.0, 0.0]] * 200]
    lines = [
        f"1600,A,{k * 50_000_000},{x:.3f},{y:.3f},{z:.3f};" for k, (x, y, z) in enumerate(rows)
    ]
    path = tmp_path / "data_1600_accel_phone.txt"
    path.write_text("\n".join([*lines, "1600,A,1"]))
    words = ("monitor", "--replay", path, "--bundle", bundle.folder, "--out", tmp_path / "a.night")
    text, problem = run(*words, "--speed", "full")
    assert problem is None, text
    doubt = "201 bad lines left out: 200 without acceleration (0, 0, 0), 1 truncated"
    assert f"data_1600_accel_phone.txt: {doubt}" in text
    run("report", tmp_path / "a.night", "--out", tmp_path / "page")
    (page,) = tmp_path.rglob("*.html")
    assert doubt in page.read_text()


def test_a_watch_through_a_model_of_sleep_is_warned_of_in_the_terminal_and_the_report(
    tmp_path: Path, real: Path, bundle: Bundle
) -> None:
    watch = real / "wisdm-dataset" / "raw" / "watch" / "accel" / "data_1600_accel_watch.txt.gz"
    night = tmp_path / "w.night"
    words = ("monitor", "--replay", watch, "--bundle", bundle.folder, "--out", night)
    text, problem = run(*words, "--speed", "full")
    assert problem is None, text
    warnings = [line for line in text.splitlines() if line.startswith("warning")]
    assert "labelled walking, jogging, stairs and 15 more and worn at the watch" in warnings[0]
    assert "this does not look like a night: in motion for" in text
    assert " Hz, where the model learned 50 Hz" in text
    with open_night(night) as stored:
        kinds = [doubt.kind for doubt in stored.meta.doubts]
    assert kinds[0] == "domain" and {"not a night", "rate"} < set(kinds)
    text, _ = run("report", night, "--out", tmp_path / "page")
    said = [line for line in text.splitlines() if line.startswith("warning")]
    assert said == [line.replace(watch.name, night.name) for line in warnings]
    (page,) = tmp_path.rglob("*.html")
    shown = page.read_text()
    assert shown.index("Do not rely on these figures") < shown.index("This does not look like a")


def test_labels_that_disagree_are_warned_of(tmp_path: Path, bundle: Bundle) -> None:
    label = np.zeros(3_000, np.int16)
    prone = Recording(
        lying(3_000).astype(np.float32), 50.0, "ann", "chest", label, ("prone",), 1.7e9, "utc"
    )
    save_recording(prone, tmp_path / "odd.npz")
    words = ("monitor", "--replay", tmp_path / "odd.npz", "--bundle", bundle.folder)
    text, problem = run(*words, "--out", tmp_path / "odd.night", "--speed", "full")
    assert problem is None, text
    assert "only 0 % of 49 labelled windows were decided as labelled, no better than" in text


def test_a_resumed_night_keeps_its_doubts(tmp_path: Path, bundle: Bundle) -> None:
    replayed(tmp_path, bundle, 0.5 * lying(3_000))
    right = recorded(tmp_path / "right.npz", lying(3_000), 1.7e9 + 90)
    words = ("monitor", "--replay", right, "--bundle", bundle.folder, "--resume", "--speed", "full")
    text, problem = run(*words, "--out", tmp_path / "odd.night")
    assert problem is None, text
    with open_night(tmp_path / "odd.night") as night:
        assert [doubt.kind for doubt in night.meta.doubts] == ["unit"]


def test_a_night_without_doubts_of_its_own_is_judged_by_its_report(tmp_path: Path) -> None:
    """As one that an earlier edgekit recorded."""
    with NightWriter.create(tmp_path / "a.night", META) as writer:
        swapped = lying(3_000)[:, [0, 2, 1]] * [1, -1, 1]
        writer.add_samples(Samples(META.start_s, 50.0, swapped.astype(np.float32)))
    run("report", tmp_path / "a.night", "--out", tmp_path / "page")
    (page,) = tmp_path.rglob("*.html")
    assert "the head would lie below the feet" in page.read_text()


def test_a_simulated_sensors_night_holds_what_is_doubtful_in_its_recording(
    tmp_path: Path, bundle: Bundle
) -> None:
    """And not that the sensor is not calibrated: the recording is in the body's axes."""
    label = np.zeros(1_500, np.int16)
    reading = Recording(
        lying(1_500).astype(np.float32), 50.0, "ann", "wrist", label, ("reading",), 0.0, "utc"
    )
    save_recording(reading, tmp_path / "odd.npz")
    words = ("monitor", "--simulate", tmp_path / "odd.npz", "--bundle", bundle.folder)
    text, problem = run(*words, "--out", tmp_path / "odd.night", "--speed", "full")
    assert problem is None, text
    with open_night(tmp_path / "odd.night") as night:
        assert [doubt.kind for doubt in night.meta.doubts] == ["domain", "date"]
