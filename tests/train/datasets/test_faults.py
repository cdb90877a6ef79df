"""Faults of public sets' files that were read wrongly once: each is read right, or refused."""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import EdgekitError, UsageError
from edgekit.spec import WISDM
from edgekit.train.datasets import load, raw_files, windows_of
from edgekit.train.datasets.any_file import read_any
from edgekit.train.datasets.formats import read_raw
from edgekit.train.datasets.imported import Imported
from tests.helpers.tables import actigraph, lying, physics_toolbox, written

NAME = "data_1600_accel_phone.txt"


def wisdm(
    folder: Path, times_s: np.ndarray, xyz_g: np.ndarray | None = None, one_g: float = 9.80665
) -> Imported:
    xyz = lying(len(times_s)) if xyz_g is None else xyz_g
    lines = [
        f"1600,A,{round(at * 1e9)},{x:.5f},{y:.5f},{z:.5f};"
        for at, (x, y, z) in zip(times_s, xyz * one_g, strict=True)
    ]
    return read_any(written(folder, "\n".join(lines) + "\n", NAME))


def test_wisdm_lines_in_g_are_known_by_gravity_and_said(tmp_path: Path) -> None:
    imported = wisdm(tmp_path, np.arange(200) / 20, one_g=1.0)
    assert imported.unit == "g (by gravity)"
    assert "its samples are in g (by gravity), which the set is not" in imported.notes
    assert np.allclose(imported.recordings[0].xyz_g, lying(200), atol=1e-4)


def test_lines_in_no_unit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EdgekitError, match=r"gravity at rest is .* Convert the file to g"):
        wisdm(tmp_path, np.arange(200) / 20, one_g=120_000.0)


def test_zeros_are_left_out_and_counted(tmp_path: Path) -> None:
    xyz_g = lying(2_000)
    xyz_g[500:1_500] = 0
    imported = wisdm(tmp_path, np.arange(2_000) / 20, xyz_g)
    assert [len(recording) for recording in imported.recordings] == [500, 500]
    assert imported.left_out == {"without acceleration (0, 0, 0)": 1_000}
    assert imported.gaps == 1 and imported.unit == "m/s2"


def test_zeros_give_training_no_window_and_stand_in_its_summary(tmp_path: Path) -> None:
    folder = tmp_path / "wisdm-dataset" / "raw" / "phone" / "accel"
    folder.mkdir(parents=True)
    xyz_g = lying(2_000)
    xyz_g[:1_000] = 0
    wisdm(folder, np.arange(2_000) / 20, xyz_g)
    dataset = load("wisdm", tmp_path, seed=0)
    assert "1,000 without acceleration (0, 0, 0)" in dataset.summary
    half = (2_000 - 1_000) / WISDM.rate_hz
    assert len(windows_of(dataset)) == pytest.approx(half / WISDM.hop_s, abs=2)


def test_a_file_of_zeros_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EdgekitError, match="no samples that a sensor measured"):
        wisdm(tmp_path, np.arange(100) / 20, np.zeros((100, 3)))


@pytest.mark.parametrize(
    ("steps_ms", "rate_hz", "note"),
    [
        ((30, 70), 20, "times jitter by up to"),
        ((20, 80), 20, "times jitter by up to"),
        ((10, 20, 120), 20, "times jitter by up to"),
        ((0, 100), 20, "times repeat the one before"),
        ((33, 33, 34), 30, ""),
    ],
)
def test_a_jittering_clock_is_one_stretch_at_its_mean_rate(
    tmp_path: Path, steps_ms: tuple[int, ...], rate_hz: float, note: str
) -> None:
    times_s = np.concatenate([[0], np.cumsum(np.resize(steps_ms, 1_999)) / 1000])
    imported = wisdm(tmp_path, 2e5 + times_s)
    (recording,) = imported.recordings
    assert len(recording) == 2_000 and recording.rate_hz == pytest.approx(rate_hz, rel=1e-3)
    assert any(note in each for each in imported.notes) or not note


def test_rows_that_stand_twice_count_once(tmp_path: Path) -> None:
    xyz_g, times_s = np.repeat(lying(500), 2, axis=0), np.repeat(np.arange(500) / 20, 2)
    imported = wisdm(tmp_path, times_s, xyz_g)
    assert [len(recording) for recording in imported.recordings] == [500]
    assert imported.recordings[0].rate_hz == pytest.approx(20)
    assert "500 rows stand twice; one of each is kept" in imported.notes


@pytest.mark.parametrize("packed", [False, True])
def test_case_of_names_matters_nowhere(tmp_path: Path, packed: bool) -> None:
    folder = tmp_path / "WISDM-Dataset" / "RAW" / "Watch" / "ACCEL"
    folder.mkdir(parents=True)
    lines = "".join(f"1600,A,{k * 50_000_000},0.1,9.8,0.2;\n" for k in range(100)).encode()
    name = "DATA_1600_ACCEL_WATCH.TXT" + (".GZ" if packed else "")
    (folder / name).write_bytes(gzip.compress(lines) if packed else lines)
    (recording,) = load("wisdm", tmp_path, seed=0).recordings
    assert (recording.placement, len(recording)) == ("watch", 100)


@pytest.mark.parametrize(
    ("dataset", "folder", "name", "line"),
    [
        ("mhealth", "MHealth", "MHEALTH_SUBJECT1.LOG", "\t".join(["9.8"] * 23) + "\t1\n"),
        ("sleep", "SLEEP", "AN_UP_CO.TXT", "0,0.0,0.0,1.0;\n"),
        ("hapt", "Hapt", "ACC_EXP01_USER01.TXT", "0.0 0.1 1.0\n"),
    ],
)
def test_every_set_is_found_in_upper_case(
    tmp_path: Path, dataset: str, folder: str, name: str, line: str
) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / name).write_text(line)
    (tmp_path / folder / "LABELS.TXT").write_text("1 1 1 1 1\n")
    assert load(dataset, tmp_path, seed=0).recordings


@pytest.mark.parametrize("packed", [False, True])
def test_decimal_commas_in_a_log_are_decimal_marks(tmp_path: Path, packed: bool) -> None:
    row = "\t".join([f"{-0.5 + k / 10:.4f}".replace(".", ",") for k in range(2)] + ["9,8"] * 21)
    content = "".join(f"{row}\t4\n" for _ in range(60)).encode()
    path = tmp_path / "mHealth_subject1.log"
    path.write_bytes(gzip.compress(content) if packed else content)
    chest, *_ = read_raw(path).recordings
    assert np.allclose(chest.xyz_g[0] * 9.80665, [-0.5, -0.4, 9.8], atol=1e-4)
    hapt = written(tmp_path, "0,918 -0,112 0,51\n" * 60, "acc_exp01_user01.txt")
    assert np.allclose(read_raw(hapt).recordings[0].xyz_g[0], [0.918, -0.112, 0.51])


def test_a_header_that_says_thirty_hertz_is_believed(tmp_path: Path) -> None:
    """Once taken for the Sleep format: 50 Hz, and eleven lines dropped without a word."""
    path = written(tmp_path, actigraph(lying(3_000), 30))
    with pytest.raises(UsageError, match="edgekit data import"):
        read_raw(path)
    imported = read_any(path)
    (recording,) = imported.recordings
    assert (recording.rate_hz, recording.duration_s) == (30, 100) and not imported.left_out


def test_a_fifth_column_of_total_force_is_no_axis(tmp_path: Path) -> None:
    (recording,) = read_any(written(tmp_path, physics_toolbox(lying(3_000), 50))).recordings
    assert recording.rate_hz == pytest.approx(50, rel=1e-4)
    assert np.allclose(recording.xyz_g, lying(3_000), atol=1e-4)


@pytest.mark.parametrize(
    ("row", "delimiter"), [("0.01,0.02,0.99,1.02,25.1", ","), ("0.1 0.2 9.7 9.8 3.0", " ")]
)
@pytest.mark.parametrize("spare", range(24))
def test_a_line_cut_at_the_end_of_a_buffer_makes_no_other_format(
    tmp_path: Path, row: str, delimiter: str, spare: int
) -> None:
    """Five columns of which the 4096th byte leaves three: no Sleep file, and no HAPT."""
    lines = f"{row}\n" * 400
    path = written(tmp_path, "# " + "x" * spare + "\n" + lines, "ann.csv")
    with pytest.raises(
        UsageError, match=r"is in no format that edgekit reads.*edgekit data import .*ann\.csv"
    ):
        read_raw(path)
    with pytest.raises(UsageError, match="Name them in their order, as --columns"):
        read_any(path)


def test_three_columns_in_metres_are_no_nine_g(tmp_path: Path) -> None:
    rows = [" ".join(f"{value:.4f}" for value in row) for row in lying(500) * 9.80665]
    (recording,) = read_raw(written(tmp_path, "\n".join(rows) + "\n", "ann.txt")).recordings
    assert np.allclose(recording.xyz_g, lying(500), atol=1e-4)


def test_a_pipe_or_a_device_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path / "pipe.csv", Path("/dev/zero")):
        with pytest.raises(UsageError, match="is a pipe or a device"):
            read_any(path)


def test_a_small_archive_of_much_more_than_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_files, "MOST_UNPACKED", 100_000)
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(bytes(100_001)))
    with pytest.raises(EdgekitError, match="unpacks to over 100,000 bytes: unpack it first"):
        read_any(tmp_path / "a.csv.gz")


def test_a_stretch_at_a_rate_that_cannot_be_is_left_out(tmp_path: Path) -> None:
    times_s = np.concatenate([np.arange(100) / 20, [60.0, 60.000005], 90 + np.arange(100) / 20])
    imported = wisdm(tmp_path, times_s)
    assert [len(recording) for recording in imported.recordings] == [100, 100]
    assert imported.left_out == {"at a rate or a date that cannot be": 2}


def test_a_count_that_no_recording_reaches_is_left_out(tmp_path: Path) -> None:
    rows = "".join(f"{k},0.0,0.1,0.99;\n" for k in (*range(100), 10**14))
    imported = read_any(written(tmp_path, rows, "an_up_co.txt"))
    assert imported.left_out == {"at a rate or a date that cannot be": 1}
    assert [len(recording) for recording in imported.recordings] == [100]


def test_arrays_of_another_program_are_named_and_not_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "lying.npz"
    np.savez(path, acc_g=lying(100), source=np.zeros(100))  # HAPT's first array, and not its others
    with pytest.raises(EdgekitError, match=r"holds acc_g, source, and no exp, user") as refusal:
        read_any(path)
    assert "damaged" not in str(refusal.value)
    np.savez(path, counts=lying(100))
    with pytest.raises(EdgekitError, match=r"a zip archive.* or a \.npz without a recording's"):
        read_any(path)
