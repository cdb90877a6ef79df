"""edgekit data import: labels from a column, a name, a table, and a file beside the recording."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import Recording, load_recording
from tests.helpers import tables
from tests.helpers.nights import realistic, write_night
from tests.helpers.typer_app import app

RUN = CliRunner()


def imported(*arguments: str | Path) -> tuple[str, BaseException | None]:
    result = RUN.invoke(app, ["data", "import", *map(str, arguments)], env={"COLUMNS": "400"})
    return result.stdout, result.exception


def walk(folder: Path, name: str, seconds: int = 10) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(tables.phyphox(tables.lying(30 * seconds), 30))
    return path


def labelled(folder: Path, *labels: str) -> Path:
    rows = tables.physics_toolbox(tables.lying(len(labels) * 30), 30).splitlines()
    words = [word for label in labels for word in [label] * 30]
    lines = [f"{rows[0]},label", *(f"{r},{w}" for r, w in zip(rows[1:], words, strict=True))]
    return tables.written(folder, "\n".join(lines) + "\n")


def names_of(recording: Recording) -> list[str]:
    """Return the label of each second."""
    assert recording.label is not None
    return [recording.label_names[k] if k >= 0 else "" for k in recording.label[15::30]]


def test_a_column_of_words_keeps_its_names_and_leaves_empty_ones_unlabelled(tmp_path: Path) -> None:
    path = labelled(tmp_path, "Sitting", "", "sitting", "NaN", " sitting ", "lying")
    text, problem = imported(path, "--out", tmp_path / "out")
    assert problem is None
    assert "Sitting 50 %, lying 17 %, none 33 %" in text
    assert "'sitting' is taken as 'Sitting'" in text
    names = names_of(load_recording(tmp_path / "out" / "ann.npz"))
    assert names == ["Sitting", "", "Sitting", "", "Sitting", "lying"]


def test_equal_numbers_are_one_label_and_beside_words_they_are_doubtful(tmp_path: Path) -> None:
    text, problem = imported(labelled(tmp_path, "1", "1.0", "2"), "--dry-run")
    assert problem is None and "1 67 %, 2 33 %" in text and "words and numbers" not in text
    text, _ = imported(labelled(tmp_path, "0", "walking", "walking"), "--dry-run")
    assert "its labels are words and numbers (0)" in text


def test_a_column_of_measurements_is_no_label(tmp_path: Path) -> None:
    values = (f"{k / 7:.3f}" for k in range(40))
    text, problem = imported(labelled(tmp_path, *values), "--dry-run")
    assert isinstance(problem, EdgekitError)
    assert "the label column holds 40 numbers with fractions" in text
    assert "--columns" in text


@pytest.mark.parametrize(
    ("label", "message"),
    [("a" * 201, "has a label of 201 letters"), ("\x01", "has a label without a letter")],
)
def test_a_label_that_no_set_can_hold_is_refused(tmp_path: Path, label: str, message: str) -> None:
    text, problem = imported(labelled(tmp_path, "lying", label), "--out", tmp_path / "set")
    assert isinstance(problem, EdgekitError) and message in text
    assert not (tmp_path / "set").exists()


def test_names_say_subject_placement_and_label(tmp_path: Path) -> None:
    walk(tmp_path / "study", "ann/chest_back_1.csv")
    walk(tmp_path / "study", "bob/Chest_LEFT_1.csv")
    walk(tmp_path / "study", "bob/chest_left_2.csv")
    text, problem = imported(
        tmp_path / "study", "--name-pattern", "{subject}/{placement}_{label}_*", "--out",
        tmp_path / "set",
    )  # fmt: skip
    assert problem is None and "LEFT 100 %" in text and "'left' is taken as 'LEFT'" in text
    for file, subject, label in (("chest_back_1", "ann", "back"), ("chest_left_2", "bob", "LEFT")):
        recording = load_recording(tmp_path / "set" / f"{file}.npz")
        assert (recording.subject, recording.placement) == (subject, "chest")
        assert set(names_of(recording)) == {label}


def test_a_name_that_does_not_fit_is_not_imported(tmp_path: Path) -> None:
    walk(tmp_path / "study", "ann_back.csv")
    walk(tmp_path / "study", "notes.csv")
    text, problem = imported(
        tmp_path / "study", "--name-pattern", "{subject}_{label}", "--out", tmp_path / "set"
    )
    assert isinstance(problem, EdgekitError) and "1 of 2 files" in str(problem)
    assert "notes.csv does not fit --name-pattern {subject}_{label}" in text
    assert [path.name for path in (tmp_path / "set").glob("*.npz")] == ["ann_back.npz"]


def test_a_name_and_a_column_that_both_label_are_refused(tmp_path: Path) -> None:
    text, _ = imported(labelled(tmp_path, "a", "b"), "--name-pattern", "{label}", "--dry-run")
    assert "has labels of its own, and its name says 'ann'" in text


def test_an_option_and_a_field_that_say_the_same_are_refused(tmp_path: Path) -> None:
    path = walk(tmp_path, "ann_back.csv")
    _, problem = imported(
        path, "--subject", "bob", "--name-pattern", "{subject}_{label}", "--dry-run"
    )
    assert isinstance(problem, UsageError) and "both say the subject" in str(problem)


def test_a_table_labels_each_file_and_names_what_has_no_partner(tmp_path: Path) -> None:
    study = tmp_path / "study"
    for name in ("ann/a.csv", "bob/a.csv", "c.csv"):
        walk(study, name)
    diary = tmp_path / "study" / "diary.csv"
    diary.write_text(
        "file,start,end,posture,placement\n"
        "ann/a.csv,0,4,lying,\nann/a.csv,4,8,sitting,wrist\nbob/a,0:02,0:05,lying,\n"
        "bob/a,100,200,lying,\ndan.csv,0,1,lying,\n"
    )
    text, problem = imported(study, "--labels", diary, "--out", tmp_path / "set")
    assert problem is None
    assert "diary.csv has rows for files that were not imported:\n  dan.csv" in text
    assert "diary.csv has no row for it" in text
    assert "1 of 2 spans of diary.csv lie outside its samples" in text
    first = load_recording(tmp_path / "set" / "a-1.npz")
    assert names_of(first) == ["lying"] * 4
    second = load_recording(tmp_path / "set" / "a-2.npz")
    assert (second.placement, names_of(second)) == ("wrist", ["sitting"] * 4)


def test_a_row_that_may_be_for_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("ann/a.csv", "bob/a.csv"):
        walk(tmp_path / "study", name)
    diary = tmp_path / "diary.csv"
    diary.write_text("file,start,end,posture\na.csv,0,4,lying\n")
    _, problem = imported(tmp_path / "study", "--labels", diary, "--dry-run")
    assert isinstance(problem, UsageError) and "Write the folder before the name" in str(problem)
    diary.write_text("start,end,posture\n0,4,lying\n")
    _, problem = imported(tmp_path / "study", "--labels", diary, "--dry-run")
    assert isinstance(problem, UsageError) and "add the column file" in str(problem)


def test_spans_that_disagree_leave_the_file_unread(tmp_path: Path) -> None:
    path = walk(tmp_path, "ann.csv")
    diary = tmp_path / "diary.csv"
    diary.write_text("start,end,posture\n0,4,lying\n3,5,sitting\n")
    text, problem = imported(path, "--labels", diary, "--out", tmp_path / "set")
    assert isinstance(problem, EdgekitError) and "both 'sitting' and 'lying'" in text
    assert not (tmp_path / "set").exists()


def test_labels_beside_a_file_stand_above_its_column_and_are_no_file(tmp_path: Path) -> None:
    path = labelled(tmp_path, "lying", "lying", "lying")
    (tmp_path / "ann.labels.csv").write_text("start,end,posture,placement\n1,2,sitting,\n")
    text, problem = imported(tmp_path, "--out", tmp_path / "out")
    assert problem is None and "labels from ann.labels.csv beside it" in text
    assert names_of(load_recording(tmp_path / "out" / f"{path.stem}.npz")) == [
        "lying", "sitting", "lying",
    ]  # fmt: skip


def test_a_labelled_night_becomes_training_data(tmp_path: Path) -> None:
    write_night(tmp_path / "monday.night", realistic(hours=0.1), subject="ann")
    text, _ = imported(tmp_path / "monday.night", "--dry-run")
    assert "no labels: a night's decisions are a net's" in text
    (tmp_path / "monday.labels.csv").write_text("start,end,posture,placement\n0,60,back,chest\n")
    text, problem = imported(tmp_path / "monday.night", "--out", tmp_path / "set")
    assert problem is None and "no labels" not in text
    first = load_recording(min((tmp_path / "set").glob("*.npz")))
    assert first.placement == "chest" and first.label_names == ("back",)
    assert first.label is not None and not first.label.any()
