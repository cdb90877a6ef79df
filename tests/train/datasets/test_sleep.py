"""The paper's Sleep format, in both layouts and three units."""

from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import EdgekitError
from edgekit.spec import SLEEP
from edgekit.train.datasets import load, sleep
from tests.helpers.raw_files import parsed

RIGHT_UP = Path("An_RightUp_Nguc.txt")
AT_REST_G = [[0.0, 0.0, 1.0], [0.5, 0.0, 0.866], [0.6, 0.0, 0.8]]


def indexed(xyz: np.ndarray, first: int = 1) -> bytes:
    lines = (f"{first + k},{x},{y},{z};\n" for k, (x, y, z) in enumerate(xyz.tolist()))
    return "".join(lines).encode()


def with_header(xyz: np.ndarray) -> bytes:
    return b"ax,ay,az\n" + "".join(f"{x},{y},{z}\n" for x, y, z in xyz.tolist()).encode()


@pytest.mark.parametrize("layout", [indexed, with_header])
@pytest.mark.parametrize("one_g", [1.0, 9.80665, 256.0, 1000.0], ids=["g", "m/s2", "counts", "mg"])
def test_both_layouts_and_every_unit_read_the_same_in_g(layout, one_g: float) -> None:
    (recording,), bad = parsed(sleep, layout(np.array(AT_REST_G) * one_g), RIGHT_UP)
    assert np.allclose(recording.xyz_g, AT_REST_G, atol=1e-6) and not bad
    assert recording.rate_hz == 50.0


def test_the_name_tells_subject_posture_and_placement_in_any_case() -> None:
    for name in ("Le_An_RIGHTUP_Co.txt", "le_an_rightup_co.txt.gz"):
        (recording,), _ = parsed(sleep, with_header(np.array(AT_REST_G)), Path(name))
        assert {SLEEP.postures[label] for label in recording.label} == {"right-supine"}
        assert (recording.subject, recording.placement) == ("le_an", "neck")


def test_a_file_of_another_name_is_unlabelled() -> None:
    (recording,), _ = parsed(sleep, indexed(np.array(AT_REST_G)), Path("monday.txt"))
    assert recording.label is None and recording.placement == "unknown"


def test_a_missing_index_is_a_gap() -> None:
    xyz = np.array(AT_REST_G)
    recordings, _ = parsed(sleep, indexed(xyz) + indexed(xyz, first=10), RIGHT_UP)
    assert [len(r) for r in recordings] == [3, 3]
    assert recordings[1].start_s == pytest.approx(9 / 50)


@pytest.mark.parametrize(
    ("bad_line", "cause"),
    [
        ("4,0,0,1", "truncated"),
        ("4,0,0;", "wrong number of columns"),
        ("4,0,zero,1;", "non-numeric"),
        ("4,0,0,nan;", "not finite"),
    ],
)
def test_a_bad_line_is_counted_by_its_cause(bad_line: str, cause: str) -> None:
    _, bad = parsed(sleep, indexed(np.array(AT_REST_G)) + bad_line.encode(), RIGHT_UP)
    assert bad == {cause: 1}


def test_a_bad_first_line_is_not_taken_for_a_header() -> None:
    content = with_header(np.array(AT_REST_G)).replace(b"ax,ay,az", b"0,0")
    _, bad = parsed(sleep, content, RIGHT_UP)
    assert bad == {"wrong number of columns": 1}


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(
        EdgekitError, match=r"rest is 9\.\d+e\+04 long.*1 \(g\).*256 \(counts:256\)"
    ):
        parsed(sleep, indexed(np.array(AT_REST_G) * 98_000), RIGHT_UP)


def test_the_set_is_found_in_folders_of_any_depth(tmp_path: Path) -> None:
    for subject in ("an", "binh"):
        folder = tmp_path / "sleep" / subject
        folder.mkdir(parents=True)
        (folder / f"{subject}_up_bung.txt").write_bytes(indexed(np.array(AT_REST_G)))
    assert {r.subject for r in load("sleep", tmp_path, seed=0).recordings} == {"an", "binh"}
