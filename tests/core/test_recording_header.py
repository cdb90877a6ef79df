"""A Recording's header: a field that is impossible is refused in one line that names it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edgekit.errors import EdgekitError
from edgekit.recording import load_recording

LYING = np.tile(np.float32([0.0, 0.1, 0.99]), (500, 1))
HEADER = {
    "format": "edgekit recording",
    "version": 1,
    "rate_hz": 50.0,
    "subject": "ann",
    "placement": "chest",
    "label_names": ["a", "b"],
    "start_s": 1_700_000_000.0,
    "clock": "utc",
    "source": "a test",
}


def written(folder: Path, xyz_g: Any = LYING, label: Any = None, **fields: Any) -> Path:
    arrays = {"xyz_g": xyz_g, **({} if label is None else {"label": label})}
    np.savez(folder / "r.npz", header=np.array(json.dumps({**HEADER, **fields})), **arrays)
    return folder / "r.npz"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("rate_hz", 0, "rate_hz is 0; it must be from 1"),
        ("rate_hz", float("nan"), "rate_hz is nan; it must be a finite number"),
        ("rate_hz", "50", "rate_hz is '50'; it must be a number"),
        ("rate_hz", True, "rate_hz is True; it must be a number"),
        ("rate_hz", -50, "rate_hz is -50"),
        ("rate_hz", 2e7, r"rate_hz is 2e\+07.*to 10000 samples a second"),
        ("rate_hz", 1e-6, "rate_hz is 1e-06"),
        ("rate_hz", 10**400, "rate_hz is inf"),
        ("start_s", float("nan"), "start_s is nan"),
        ("start_s", 1.7e12, "start_s.*milliseconds, so divide it by 1,000$"),
        ("start_s", 1.7e18, "start_s.*nanoseconds"),
        ("start_s", None, "start_s is None"),
        ("start_s", -5.0, "start_s is -5, before 1970"),
        ("clock", "local", "clock is 'local'; it must be 'utc' or 'device'"),
        ("subject", 7, "subject is 7; it must be a text"),
        ("placement", None, "placement is None"),
        ("label_names", "ab", "label_names is ab; it must be a list of texts"),
        ("label_names", [1, 2], "label_names"),
        ("label_names", ["a", "a"], "a name twice"),
        ("unit", "g", "unknown field 'unit'"),
    ],
)
def test_an_impossible_field_is_named(
    tmp_path: Path, field: str, value: object, message: str
) -> None:
    with pytest.raises(EdgekitError, match=message) as refusal:
        load_recording(written(tmp_path, **{field: value}))
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("index", [7, -5, 2])
def test_a_label_without_a_name_is_refused(tmp_path: Path, index: int) -> None:
    label = np.zeros(500, np.int16)
    label[3] = index
    with pytest.raises(EdgekitError, match=f"label holds {index}; with 2 label_names"):
        load_recording(written(tmp_path, label=label))


@pytest.mark.parametrize("label", [np.zeros(499, np.int16), np.zeros(500), np.full(500, 70_000)])
def test_labels_must_agree_with_the_samples(tmp_path: Path, label: np.ndarray) -> None:
    with pytest.raises(EdgekitError, match="label"):
        load_recording(written(tmp_path, label=label))


@pytest.mark.parametrize(
    ("one_g", "unit"), [(9.80665, "m/s2"), (256, "counts:256"), (1000, "mg or counts:1024")]
)
def test_samples_in_another_unit_are_refused_with_the_likely_one(
    tmp_path: Path, one_g: float, unit: str
) -> None:
    with pytest.raises(EdgekitError, match=f"they look like {unit}; divide them to g"):
        load_recording(written(tmp_path, LYING * one_g))


@pytest.mark.parametrize(
    "xyz_g",
    [
        LYING[:0],
        LYING[:, :2],
        LYING[0],
        LYING.astype(str),
        LYING.astype(complex),
        np.where(LYING > 0.5, np.nan, LYING),
    ],
    ids=["none", "two axes", "one sample", "text", "complex", "nan"],
)
def test_samples_that_are_none_are_refused(tmp_path: Path, xyz_g: np.ndarray) -> None:
    with pytest.raises(EdgekitError, match="not an edgekit recording"):
        load_recording(written(tmp_path, xyz_g))


@pytest.mark.parametrize("field", ["rate_hz", "clock", "label_names", "format"])
def test_a_missing_field_is_named(tmp_path: Path, field: str) -> None:
    header = {name: value for name, value in HEADER.items() if name != field}
    np.savez(tmp_path / "r.npz", header=np.array(json.dumps(header)), xyz_g=LYING)
    with pytest.raises(EdgekitError, match=f"no '{field}'"):
        load_recording(tmp_path / "r.npz")


def test_a_header_that_claims_much_memory_is_refused_before_it_is_taken(tmp_path: Path) -> None:
    path = written(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"(500, 3), }", b"(9**9,3), }"))
    with pytest.raises(EdgekitError, match="not an edgekit recording"):
        load_recording(path)


@pytest.mark.parametrize("place", range(0, 2_000, 37))
def test_a_damaged_byte_never_ends_in_a_traceback(tmp_path: Path, place: int) -> None:
    path = written(tmp_path)
    content = bytearray(path.read_bytes())
    content[place] ^= 0xFF
    path.write_bytes(content)
    try:
        load_recording(path)
    except EdgekitError as refusal:
        assert "\n" not in str(refusal)
