"""One file of any format, known by what it holds."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import Recording, save_recording
from edgekit.train.datasets import read_raw

CONTENT = {
    "wisdm": "1600,A,1000,0.1,9.8,0.2;\n",
    "mhealth": "\t".join(["9.1239e-000"] * 23) + "\t4\n",
    "hapt": "0.918 -0.112 5.1e-01\n",
    "sleep": "1,0.0,0.0,1.0;\n",
    "sleep with a header": "ax,ay,az\n0.0,0.0,1.0\n",
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("content", CONTENT.values(), ids=CONTENT)
def test_a_renamed_file_is_known_by_its_content(tmp_path: Path, content: str, packed: bool) -> None:
    path = tmp_path / "renamed.dat"
    path.write_bytes(gzip.compress(content.encode()) if packed else content.encode())
    recordings = read_raw(path).recordings
    assert {len(recording) for recording in recordings} == {1}


def test_the_archives_are_known_too(real: Path) -> None:
    assert len(read_raw(real / "mhealth" / "mhealth_chest_labelled.npz").recordings) == 126
    assert len(read_raw(real / "hapt" / "hapt_waist_acc.npz").recordings) == 61


def test_an_edgekit_recording_comes_back(tmp_path: Path) -> None:
    recording = Recording(np.ones((5, 3), np.float32), 50.0, "me", "chest", source="sensor")
    save_recording(recording, tmp_path / "night.npz")
    (recording,) = read_raw(tmp_path / "night.npz").recordings
    assert (recording.subject, len(recording)) == ("me", 5)


@pytest.mark.parametrize("content", [b"hello\n", b"\x89PNG\r\n", b"PK\x03\x04", b"1;2;3\n"])
def test_an_unknown_file_is_refused_with_the_formats_that_are_known(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"(?s)notes\.txt.*WISDM.*MHEALTH.*HAPT.*Sleep"):
        read_raw(path)


def test_what_is_no_file_is_a_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        read_raw(tmp_path)
    with pytest.raises(UsageError, match="no file at"):
        read_raw(tmp_path / "absent.txt")


WHOLE = gzip.compress(CONTENT["wisdm"].encode() * 99)


@pytest.mark.parametrize(
    "content",
    [b"", b"  \n\n", WHOLE[:-20], WHOLE[:20] + b"\xff\xff" + WHOLE[22:], WHOLE[:5]],
    ids=["empty", "blank", "truncated gzip", "damaged gzip", "a gzip's head"],
)
def test_an_empty_or_damaged_file_is_one_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "data_1600_accel_phone.txt.gz"
    path.write_bytes(content)
    with pytest.raises(EdgekitError, match="Get the file again"):
        read_raw(path)


def test_a_damaged_archive_is_one_clear_error(tmp_path: Path, real: Path) -> None:
    whole = (real / "mhealth" / "mhealth_chest_labelled.npz").read_bytes()
    path = tmp_path / "chest.npz"
    path.write_bytes(whole[:2000] + bytes(100) + whole[2100:])
    with pytest.raises(EdgekitError, match=r"damaged \.npz"):
        read_raw(path)
