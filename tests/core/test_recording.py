"""A Recording on disk: one .npz, whole or not at all, refused when it is not one."""

from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import Recording, load_recording, save_recording


def example(label: bool = True) -> Recording:
    random = np.random.default_rng(1)
    return Recording(
        random.normal(size=(500, 3)).astype(np.float32),
        50.0,
        "1600",
        "chest",
        random.integers(-1, 2, 500).astype(np.int16) if label else None,
        ("a", "b") if label else (),
        1_700_000_000.25,
        "utc",
        "a test",
    )


@pytest.mark.parametrize("label", [True, False])
def test_it_comes_back_as_it_was_saved(tmp_path: Path, label: bool) -> None:
    recording = example(label)
    save_recording(recording, tmp_path / "r.npz")
    back = load_recording(tmp_path / "r.npz")
    assert np.array_equal(back.xyz_g, recording.xyz_g)
    assert (back.label is None) == (recording.label is None)
    if label:
        assert np.array_equal(back.label, recording.label)  # type: ignore[arg-type]
    for name in ("rate_hz", "subject", "placement", "label_names", "start_s", "clock", "source"):
        assert getattr(back, name) == getattr(recording, name)


def test_a_part_begins_when_its_first_sample_was_taken() -> None:
    part = example().part(100, 200)
    assert len(part) == 100
    assert part.start_s == pytest.approx(1_700_000_002.25)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 half a zip"])
def test_a_file_that_is_none_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "r.npz"
    path.write_bytes(content)
    with pytest.raises(EdgekitError, match="not an edgekit recording"):
        load_recording(path)


def test_another_npz_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", x=np.zeros(3))
    with pytest.raises(EdgekitError, match=r"not an edgekit recording.*it holds x, .* --out"):
        load_recording(tmp_path / "other.npz")


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    save_recording(example(), tmp_path / "r.npz")
    whole = (tmp_path / "r.npz").read_bytes()
    (tmp_path / "r.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(EdgekitError, match="not an edgekit recording"):
        load_recording(tmp_path / "r.npz")


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no recording at"):
        load_recording(tmp_path / "r.npz")


def test_a_save_that_fails_leaves_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "r.npz"
    save_recording(example(), path)
    before = path.read_bytes()
    broken = Recording(np.zeros((3, 3), np.float32), 50.0, "s", "chest", source=object())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        save_recording(broken, path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["r.npz"]


def test_an_npz_of_python_objects_is_refused_without_advice_to_load_it_unsafely(
    tmp_path: Path,
) -> None:
    path = tmp_path / "objects.npz"
    np.savez(path, header=np.array([{}], dtype=object), xyz_g=np.zeros((1, 3)))
    with pytest.raises(EdgekitError, match="not an edgekit recording") as refusal:
        load_recording(path)
    assert "allow_pickle" not in str(refusal.value) and "unsafe" not in str(refusal.value)
