"""A data set by name: what is found, what is said of what is not."""

import gzip
from pathlib import Path

import pytest

from edgekit.errors import EdgekitError, UsageError
from edgekit.spec import DOMAINS
from edgekit.train.datasets import load

PHONE = Path("wisdm-dataset", "raw", "phone", "accel", "data_1600_accel_phone.txt")


def test_the_summary_is_one_line_that_counts_everything(wisdm_folder: Path) -> None:
    with (wisdm_folder / PHONE).open("a") as file:
        file.write("1600,A,1\n1600,A,2\n1600,A,3,4,5,x;\n")
    summary = load("wisdm", wisdm_folder, seed=0).summary
    assert summary == (
        "wisdm: 2 files, 1 subject, 0.00 h, 40 samples in 2 gapless recordings; "
        "3 bad lines left out: 2 truncated, 1 non-numeric"
    )


@pytest.mark.parametrize("damage", [b"", b"\x1f\x8b\x08damaged", b"not a line\n"])
def test_a_damaged_file_is_left_out_and_named(wisdm_folder: Path, damage: bytes) -> None:
    (wisdm_folder / PHONE).write_bytes(damage)
    dataset = load("wisdm", wisdm_folder, seed=0)
    assert [recording.placement for recording in dataset.recordings] == ["watch"]
    assert "1 damaged file left out: phone/accel/data_1600_accel_phone.txt: " in dataset.summary
    assert "\n" not in dataset.summary


def test_a_set_of_damaged_files_only_is_refused(wisdm_folder: Path) -> None:
    for path in wisdm_folder.rglob("*.txt"):
        path.write_text("")
    with pytest.raises(EdgekitError, match=r"none of 2 files .* can be read; the first: .* empty"):
        load("wisdm", wisdm_folder, seed=0)


def test_of_a_file_and_its_gzip_one_is_read_under_one_name_and_digest(wisdm_folder: Path) -> None:
    plain = load("wisdm", wisdm_folder, seed=0)
    path = wisdm_folder / PHONE
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    both = load("wisdm", wisdm_folder, seed=0)
    path.unlink()
    packed = load("wisdm", wisdm_folder, seed=0)
    assert plain.digests == both.digests == packed.digests
    assert plain.summary == both.summary == packed.summary


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("wisdm", r"wisdm-dataset/raw/\{phone,watch\}/accel/data_\*_accel_\*\.txt.*UCI"),
        ("mhealth", r"mHealth_subject<1\.\.10>\.log.*UCI"),
        ("hapt", r"hapt/RawData/acc_exp\*_user\*\.txt.*UCI"),
        ("sleep", r"<subject>_<posture>_<co\|nguc\|bung>\.txt.*synthetic"),
    ],
)
def test_a_wrong_folder_is_refused_with_what_was_expected_where(
    tmp_path: Path, name: str, expected: str
) -> None:
    with pytest.raises(UsageError, match=expected):
        load(name, tmp_path, seed=0)


def test_an_unknown_name_is_refused_with_the_known_names() -> None:
    with pytest.raises(UsageError) as refusal:
        load("wisdom", None, seed=0)
    known = str(refusal.value).split("There are: ")[1].split(", ")
    ours = ["wisdm", "mhealth", "hapt", "sleep", "synthetic"]
    assert [name for name in known if name in ours] == ours
    assert set(known) == {spec.domain for spec in DOMAINS} | {"synthetic"}


def test_the_data_folder_is_that_of_the_environment_unless_one_is_named(
    wisdm_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGEKIT_DATA", str(wisdm_folder))
    assert len(load("wisdm", None, seed=0).recordings) == 2
    with pytest.raises(UsageError, match=r"no data folder at .*absent"):
        load("wisdm", tmp_path / "absent", seed=0)
