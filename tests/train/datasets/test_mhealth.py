"""MHEALTH: 24 columns, three placements; and the chest that was recovered."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.spec import MHEALTH
from edgekit.train.datasets import load, mhealth
from edgekit.train.datasets.mhealth import sources
from tests.helpers.raw_files import parsed, read_file

LOG = Path("mHealth_subject3.log")
GRAVITY_MS2 = 9.80665


def row(activity: float = 1, chest_x: float = 0.0) -> str:
    columns = [-99.0] * 24
    columns[0:3] = [chest_x, GRAVITY_MS2, 0]
    columns[5:8] = [0, 2 * GRAVITY_MS2, 0]
    columns[14:17] = [0, 3 * GRAVITY_MS2, 0]
    columns[23] = activity
    return "\t".join(map(str, columns))


BAD = {
    row().rpartition("\t")[0]: "wrong number of columns",
    row() + "\t1": "wrong number of columns",
    row().replace("\t0\t", "\tzero\t"): "non-numeric",
    row(chest_x=float("nan")): "not finite",
    row(activity=13): "unknown label",
    row(activity=1.5): "unknown label",
}


def test_a_log_holds_three_placements_in_g() -> None:
    recordings, bad = parsed(mhealth, "\n".join([row()] * 5).encode(), LOG)
    up_g = {r.placement: r.xyz_g[:, 1].mean() for r in recordings}
    assert up_g == pytest.approx({"chest": 1, "left ankle": 2, "right lower arm": 3})
    assert {(r.subject, r.rate_hz, len(r)) for r in recordings} == {("3", 50.0, 5)} and not bad


def test_activity_0_is_unlabelled_and_the_others_are_in_order() -> None:
    recordings, _ = parsed(
        mhealth, "\n".join(row(activity) for activity in range(13)).encode(), LOG
    )
    assert all(list(r.label) == list(range(-1, 12)) for r in recordings)
    assert recordings[0].label_names == MHEALTH.postures


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 99), st.sampled_from(list(BAD))), max_size=8))
def test_a_bad_line_is_counted_left_out_and_splits(intruders: list[tuple[int, str]]) -> None:
    good = [row(chest_x=float(x)) for x in range(10)]
    mixed = list(good)
    for place, bad_line in intruders:
        mixed.insert(place % (len(mixed) + 1), bad_line)
    recordings, bad = parsed(mhealth, "\n".join(mixed).encode(), LOG)
    chest = [r for r in recordings if r.placement == "chest"]
    x_ms2 = np.concatenate([r.xyz_g[:, 0] for r in chest]) * GRAVITY_MS2
    assert bad.total() == len(intruders)
    assert np.allclose(x_ms2, range(10), atol=1e-5)
    for r in chest:  # a lost sample is a gap: the time of each run is that of its line
        assert mixed[round(r.start_s * 50)] == good[round(r.xyz_g[0, 0] * GRAVITY_MS2)]


@pytest.mark.parametrize("bad_line", BAD, ids=list(range(len(BAD))))
def test_a_bad_line_is_counted_by_its_cause(bad_line: str) -> None:
    _, bad = parsed(mhealth, f"{row()}\n{bad_line}\n".encode(), LOG)
    assert bad == {BAD[bad_line]: 1}


def test_real_rows_at_rest_read_about_1_g_at_every_placement(real: Path) -> None:
    recordings, bad = read_file(real / "mhealth/raw_format/mHealth_subject1_36rows_tabs.log")
    at_rest_g = [np.linalg.norm(r.xyz_g[r.label < 3], axis=1).mean() for r in recordings]
    assert at_rest_g == pytest.approx([1, 1, 1], abs=0.06)
    assert [list(r.label) for r in recordings] == [list(np.repeat(range(12), 3))] * 3 and not bad


def test_an_exponent_as_windows_writes_it_is_a_number() -> None:
    (recording, *_), _ = parsed(
        mhealth, row(chest_x=0).replace("0\t", "9.8066e-005\t", 1).encode(), LOG
    )
    assert recording.xyz_g[0, 0] == pytest.approx(1e-5, rel=1e-3)


def test_the_recovered_chest_is_split_where_rows_are_missing(real: Path) -> None:
    chest = load("mhealth", real, seed=0)
    assert len(chest.recordings) == 126 and sum(map(len, chest.recordings)) == 344_700
    assert {r.subject for r in chest.recordings} == {str(k) for k in range(1, 11)}
    assert min(r.label.min() for r in chest.recordings) == 0
    median_g = np.median([np.linalg.norm(r.xyz_g, axis=1).mean() for r in chest.recordings])
    assert median_g == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(("logs", "taken"), [(10, "logs"), (9, "npz")])
def test_logs_are_preferred_where_all_ten_are_there(tmp_path: Path, logs: int, taken: str) -> None:
    (tmp_path / "mhealth_chest_labelled.npz").touch()
    for subject in range(1, logs + 1):
        (tmp_path / f"mHealth_subject{subject}.log").touch()
    assert len(sources(tmp_path).files) == (10 if taken == "logs" else 1)
