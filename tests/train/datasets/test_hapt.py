"""HAPT: samples in one file, labels in another."""

from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import EdgekitError
from edgekit.train.datasets import load
from tests.helpers.raw_files import read_file

NAME = "acc_exp07_user03.txt"


def experiment(folder: Path, lines: list[str], labels: str | None) -> Path:
    (folder / NAME).write_text("\n".join(lines))
    if labels is not None:
        (folder / "labels.txt").write_text(labels)
    return folder / NAME


def test_labels_count_rows_from_1_and_take_in_both_ends(tmp_path: Path) -> None:
    path = experiment(tmp_path, ["0.0 1.0 0.0"] * 8, "6 3 9 1 8\n7 3 5 2 4\n7 3 12 6 7\n")
    (recording,), bad = read_file(path)
    assert list(recording.label) == [-1, 4, 4, 4, -1, 11, 11, -1] and not bad
    assert (recording.subject, recording.placement, recording.rate_hz) == ("3", "waist", 50.0)


def test_a_bad_line_keeps_its_row_so_that_later_labels_stay_in_place(tmp_path: Path) -> None:
    path = experiment(tmp_path, ["0 1 0", "0 1 0", "0 ? 0", "0 1 0", "0 1 0"], "7 3 5 4 4\n")
    recordings, bad = read_file(path)
    assert [list(r.label) for r in recordings] == [[-1, -1], [4, -1]]
    assert [r.start_s for r in recordings] == [0, 0.06] and bad == {"non-numeric": 1}


def test_without_labels_beside_it_a_file_is_unlabelled(tmp_path: Path) -> None:
    (recording,), _ = read_file(experiment(tmp_path, ["0 1 0"] * 3, labels=None))
    assert recording.label is None


@pytest.mark.parametrize("labels", ["7 3 5 2\n", "7 3 13 1 2\n", "7 3 5 0 2\n", "7 3 x 1 2\n"])
def test_damaged_labels_are_refused(tmp_path: Path, labels: str) -> None:
    with pytest.raises(EdgekitError, match=r"labels\.txt"):
        read_file(experiment(tmp_path, ["0 1 0"] * 3, labels))


def test_the_raw_file_and_the_archive_agree(real: Path) -> None:
    (raw,), bad = read_file(real / "hapt" / "acc_exp01_user01.txt.gz")
    whole = load("hapt", real, seed=0)
    archived = whole.recordings[0]
    assert np.allclose(raw.xyz_g, archived.xyz_g, atol=1e-6) and not bad
    assert np.array_equal(raw.label, archived.label)
    assert len(whole.recordings) == 61 and sum(map(len, whole.recordings)) == 1_122_772
