"""Whether the WISDM files are the published ones."""

import gzip
from collections import Counter
from pathlib import Path

import pytest

from edgekit.errors import UsageError
from edgekit.train.datasets import verify_wisdm

ONE = Path("wisdm-dataset", "raw", "phone", "accel", "data_1600_accel_phone.txt.gz")


@pytest.fixture
def folder(tmp_path: Path, real: Path) -> Path:
    """A folder with one true file."""
    (tmp_path / ONE).parent.mkdir(parents=True)
    (tmp_path / ONE).write_bytes((real / ONE).read_bytes())
    return tmp_path


def states(folder: Path) -> Counter[str]:
    return Counter(verdict.state for verdict in verify_wisdm(folder))


def test_all_real_files_are_the_published_ones(real: Path) -> None:
    assert states(real) == {"ok": 56, "missing": 46}


def test_a_gzip_is_judged_by_what_is_in_it(folder: Path) -> None:
    content = gzip.decompress((folder / ONE).read_bytes())
    (folder / ONE).with_suffix("").write_bytes(content)
    (folder / ONE).unlink()
    assert states(folder) == {"ok": 1, "missing": 101}


@pytest.mark.parametrize("damage", [b"", b"\x1f\x8bdamaged", b"1600,A,1,2,3,4;\n"])
def test_a_damaged_or_another_file_differs(folder: Path, damage: bytes) -> None:
    (folder / ONE).write_bytes(damage)
    assert states(folder) == {"differs": 1, "missing": 101}


def test_a_folder_without_a_file_is_a_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no WISDM files"):
        verify_wisdm(tmp_path)
