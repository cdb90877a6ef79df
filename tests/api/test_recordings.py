"""Files of samples in a notebook: what was written is read, turned as the sensor was worn."""

import subprocess
import sys
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import edgekit
from edgekit.api.axes import DIRECTIONS, rotation_of
from edgekit.api.recordings import stretches_of
from edgekit.errors import UsageError
from edgekit.recording import Recording, save_recording
from edgekit.spec import STANDARD_GRAVITY_MS2

RNG = np.random.default_rng(3)
XYZ_G = (np.array([0.1, 0.2, 0.97]) + RNG.normal(0, 0.01, (500, 3))).round(4)


def written(path: Path, xyz: np.ndarray, heading: str = "time,x,y,z") -> Path:
    rows = [f"{at / 50:.2f},{x:.4f},{y:.4f},{z:.4f}" for at, (x, y, z) in enumerate(xyz.tolist())]
    path.write_text("\n".join([heading, *rows]) + "\n")
    return path


def test_a_csv_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = edgekit.read_csv(str(written(tmp_path / "ann.csv", XYZ_G)), unit="g", subject="ann")
    (recording,) = found
    assert_allclose(recording.xyz_g, XYZ_G, atol=1e-6)
    assert (recording.rate_hz, recording.subject) == (pytest.approx(50), "ann")
    assert found.check()[0].startswith("10 s, 50 Hz, 1.00 g at rest, no gap")


def test_metres_per_second_squared_become_g(tmp_path: Path) -> None:
    path = written(tmp_path / "ann.csv", XYZ_G * STANDARD_GRAVITY_MS2)
    assert_allclose(edgekit.read_csv(path, unit="m/s2")[0].xyz_g, XYZ_G, atol=1e-4)


def test_samples_are_turned_into_the_bodys_axes(tmp_path: Path) -> None:
    path = written(tmp_path / "ann.csv", XYZ_G)
    turned = edgekit.read_csv(path, unit="g", axes="x=head, y=right, z=out")[0].xyz_g
    assert_allclose(turned, XYZ_G[:, [1, 0, 2]] * [-1, 1, 1], atol=1e-6)


@given(st.permutations(range(3)), st.tuples(*[st.sampled_from((-1, 1))] * 3))
def test_turning_is_a_rotation_or_is_refused(order: list[int], signs: tuple[int, ...]) -> None:
    """Of the 48 ways to name three axes, 24 are rotations; the others are mirror images."""
    matrix = np.zeros((3, 3))
    matrix[range(3), order] = signs
    words = {direction: word for word, direction in DIRECTIONS.items()}
    named = [words[tuple(int(v) for v in row)] for row in matrix]
    axes = ",".join(f"{axis}={word}" for axis, word in zip("xyz", named, strict=True))
    if np.linalg.det(matrix) < 0:
        with pytest.raises(UsageError, match="mirror image"):
            rotation_of(axes)
    else:
        turn = rotation_of(axes)
        assert_allclose(turn @ turn.T, np.eye(3))
        assert_allclose(np.eye(3) @ turn.T, matrix)


def test_half_of_all_ways_to_point_are_possible() -> None:
    possible = 0
    for words in permutations(DIRECTIONS, 3):
        try:
            rotation_of(f"x={words[0]},y={words[1]},z={words[2]}")
        except UsageError:
            continue
        possible += 1
    assert possible == 24


@pytest.mark.parametrize(
    "axes", ["", "x=left", "x=left,y=head", "x=left,y=head,z=up", "x=left,x=head,z=out",
             "left,head,out", "x=left,y=right,z=out", "x=left,y=head,z=out,w=in"],
)  # fmt: skip
def test_axes_that_say_too_little_are_refused(tmp_path: Path, axes: str) -> None:
    with pytest.raises(UsageError, match="ax"):
        edgekit.read_csv(written(tmp_path / "ann.csv", XYZ_G), unit="g", axes=axes)


def test_a_recording_file_is_read_with_its_labels(tmp_path: Path) -> None:
    label = np.repeat(np.array([0, -1, 1], np.int16), [200, 100, 200])
    recording = Recording(
        XYZ_G.astype(np.float32), 50.0, "ann", "chest", label, ("lying", "sitting"), 1.7e9, "utc"
    )
    save_recording(recording, tmp_path / "ann.npz")
    table = edgekit.read_recording(str(tmp_path / "ann.npz")).table()
    words = table["label"].to_list()
    assert [words[0], words[250], words[-1]] == ["lying", "", "sitting"]
    assert table["time"].dt.epoch("s")[0] == 1_700_000_000


def test_tables_and_recordings_are_read_by_numpy_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", XYZ_G)
    script = (
        "import sys; sys.modules |= dict.fromkeys(('polars', 'pandas', 'torch', 'edfio'))\n"
        "import edgekit; from edgekit import samples\n"
        "import edgekit.train.datasets.folder.check\n"  # of edgekit data check
        f"print(edgekit.read_recording(samples.night()), edgekit.read_csv({str(path)!r}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout.count("no gap"), done.stderr) == (2, "")


def test_doubts_are_listed_below_the_facts(tmp_path: Path) -> None:
    path = written(tmp_path / "ann.csv", np.vstack([XYZ_G] * 3) * 0.6)
    assert any(
        "gravity at rest is 0.6" in line for line in edgekit.read_csv(path, unit="g").check()
    )


def test_a_recording_that_a_model_was_not_made_for_is_doubted(tmp_path: Path) -> None:
    """A watch at 20 Hz on the wrist of somebody who walks and eats."""
    rng = np.random.default_rng(5)
    walk_g = np.array([0.1, -0.9, 0.4]) + rng.normal(0, 0.3, (2400, 3))
    label = np.repeat(np.array([0, 1], np.int16), 1200)
    names = ("walking", "eating")
    watch = Recording(walk_g.astype(np.float32), 20.0, "ann", "wrist", label, names, 0.0)
    save_recording(watch, tmp_path / "watch.npz")
    found = edgekit.read_recording(tmp_path / "watch.npz")
    assert len(found.check()) == 1
    doubted = " ".join(found.check("sleep-micro"))
    for word in ("walking", "wrist", "20 Hz", "does not look like a night"):
        assert word in doubted
    decided = edgekit.decide(found)
    assert {*found.check("sleep-micro")[1:]} <= {*decided.doubts}
    assert "Do not rely on these figures" in decided._repr_html_()


@pytest.mark.parametrize(("name", "text"), [("none.csv", None), ("empty.csv", ""), ("a.csv", "x")])
def test_what_is_no_table_is_one_clear_error(tmp_path: Path, name: str, text: str | None) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(edgekit.errors.EdgekitError, match=name):
        edgekit.read_csv(tmp_path / name)


@pytest.mark.parametrize("path", [None, 3, edgekit, "\0", ["a.csv"]])
def test_what_is_no_path_is_one_clear_error(path: Any) -> None:
    for function in (edgekit.read_csv, edgekit.read_recording, edgekit.read_night, edgekit.convert):
        with pytest.raises(UsageError, match="a path is text or a Path, not"):
            function(path)


@pytest.mark.parametrize(
    "option", ["unit", "axes", "columns", "rate_hz", "time_unit", "zone", "subject", "placement"]
)
def test_an_option_of_another_kind_is_named(tmp_path: Path, option: str) -> None:
    path = written(tmp_path / "ann.csv", XYZ_G)
    wrong: dict[str, Any] = {option: "50" if option == "rate_hz" else 3}
    with pytest.raises(UsageError, match=f"{option} is (text|a number), not (int|str)"):
        edgekit.read_csv(path, **wrong)


def test_another_thing_than_a_recording_is_named() -> None:
    for wrong, kind in (
        ("night.npz", "str"),
        (["night.npz"], "str"),
        (None, "NoneType"),
        (3, "int"),
    ):
        with pytest.raises(UsageError, match=f"a recording is needed, not {kind}: .*read_record"):
            stretches_of(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("heading", "xyz", "options", "named"),
    [
        ("sec,ch1,ch2,ch3", XYZ_G, {}, "as columns='time,x,y,z'"),
        ("time,x,y,z", XYZ_G * 3, {}, "Name the unit with unit, as unit='counts:256'."),
        ("time,x,y,z", XYZ_G * 9.8, {"unit": "g"}, "in unit='g' gravity"),
        ("time,x,y,z", XYZ_G, {"rate_hz": 0.0}, "rate_hz=0: it must be"),
    ],
)
def test_a_question_names_the_argument_that_answers_it_and_no_option_of_the_command(
    tmp_path: Path, heading: str, xyz: np.ndarray, options: dict[str, Any], named: str
) -> None:
    path = written(tmp_path / "ann.csv", xyz, heading)
    with pytest.raises(UsageError) as refusal:
        edgekit.read_csv(path, **options)
    assert named in str(refusal.value) and "--" not in str(refusal.value)


def test_dates_that_may_be_read_in_two_ways_are_decided_by_dates(tmp_path: Path) -> None:
    path = tmp_path / "ann.csv"
    rows = [f"01/02/2026 22:30:{at / 50:06.3f},0,0,1" for at in range(500)]
    path.write_text("\n".join(["time,x,y,z", *rows]) + "\n")
    with pytest.raises(UsageError, match="dates='mdy' or dates='dmy'"):
        edgekit.read_csv(path)
    days = [edgekit.read_csv(path, dates=order)[0].start_s // 86400 for order in ("mdy", "dmy")]
    assert days[1] - days[0] == 30  # 2 January and 1 February
