"""A folder becomes a Dataset; what does not fit its dataset.toml is refused by name."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.dataset_folder import describe_folder
from edgekit.errors import EdgekitError, UsageError
from edgekit.label_spans import LabelSpan, Moment, labels_beside, write_label_table
from edgekit.recording import save_recording
from edgekit.spec import UNLABELLED
from edgekit.train.datasets import load, windows_of
from edgekit.train.datasets.folder.check.check import check_folder
from tests.helpers.lying import make_lying
from tests.helpers.own_sets import LABELS, PEOPLE, recording_of, write_set


@pytest.fixture
def kitchen(tmp_path: Path) -> Path:
    return write_set(tmp_path / "kitchen", seconds=10)


def test_a_folder_is_loaded_with_its_own_labels_people_and_digests(kitchen: Path) -> None:
    dataset = load(str(kitchen), None, seed=0)
    assert (dataset.name, dataset.spec.domain) == ("kitchen", "kitchen")
    assert dataset.spec.postures == LABELS
    assert set(windows_of(dataset).subject) == set(PEOPLE)
    assert set(dataset.digests) == {f"{person}-wrist.npz" for person in PEOPLE}
    assert dataset.summary.startswith("kitchen: 6 files, 6 subjects, 0.05 h, 9,000 samples")


def test_labels_are_counted_in_the_order_of_the_description(kitchen: Path) -> None:
    path = kitchen / "dataset.toml"
    first, second, third = LABELS
    path.write_text(
        path.read_text().replace(
            f'"{first}", "{second}", "{third}"', f'"{third}", "{first}", "{second}"'
        )
    )
    dataset = load(str(kitchen), None, seed=0)
    assert dataset.spec.postures == (third, first, second)
    label = dataset.recordings[0].label
    assert label is not None
    assert label[0] == 1
    assert label[-1] == 0


def test_hand_made_labels_stand_above_those_within_and_are_digested(kitchen: Path) -> None:
    path = kitchen / "ann-wrist.npz"
    span = LabelSpan(Moment(0), Moment(10), LABELS[2], "")
    write_label_table(labels_beside(path), [span])
    dataset = load(str(kitchen), None, seed=0)
    label = dataset.recordings[0].label
    assert label is not None
    assert set(label[:500]) == {2}
    assert "ann-wrist.labels.csv" in dataset.digests


def test_a_label_that_the_list_lacks_is_refused_with_file_and_nearest(kitchen: Path) -> None:
    odd = recording_of("zoe", ("stiring", "chopping"), seconds=10)
    save_recording(odd, kitchen / "more" / "zoe.npz")
    with pytest.raises(
        EdgekitError, match=r"more/zoe.npz.*'stiring'.*mean stirring\?.*dataset.toml"
    ):
        load(str(kitchen), None, seed=0)


def test_a_placement_that_the_list_lacks_is_refused(kitchen: Path) -> None:
    save_recording(recording_of("zoe", placement="ankle"), kitchen / "zoe.npz")
    with pytest.raises(EdgekitError, match=r"zoe.npz: no placement is called 'ankle'"):
        load(str(kitchen), None, seed=0)
    save_recording(recording_of("zoe", placement="unknown"), kitchen / "zoe.npz")
    with pytest.raises(EdgekitError, match=r"does not say where the sensor was worn.*--placement"):
        load(str(kitchen), None, seed=0)


def test_blanks_around_a_label_or_a_person_are_no_difference(kitchen: Path) -> None:
    blank = recording_of("ann ", (" stirring", "chopping "), seconds=10, seed=77)
    save_recording(blank, kitchen / "more.npz")
    dataset = load(str(kitchen), None, seed=0)
    assert set(windows_of(dataset).subject) == set(PEOPLE)


def test_an_empty_label_is_unlabelled(kitchen: Path) -> None:
    save_recording(recording_of("zoe", ("", "chopping"), seconds=10), kitchen / "zoe.npz")
    dataset = load(str(kitchen), None, seed=0)
    of_zoe = next(r for r in dataset.recordings if r.subject == "zoe")
    assert of_zoe.label is not None
    assert set(of_zoe.label) == {UNLABELLED, 1}
    assert "10 s unlabelled" in dataset.summary


def test_a_set_without_a_label_is_answered_with_how_to_label(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "kitchen", ["ann"], seconds=10)
    path = folder / "ann-wrist.npz"
    save_recording(replace(recording_of("ann", seconds=10), label=None, label_names=()), path)
    with pytest.raises(EdgekitError, match=r"no recording .* has a label.*edgekit label .*ann"):
        load(str(folder), None, seed=0)


def test_one_label_at_one_placement_is_nothing_to_learn(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "rest", labels=["resting"], seconds=10)
    with pytest.raises(EdgekitError, match=r"one posture and one placement.*nothing to tell apart"):
        load(str(folder), None, seed=0)


def test_the_same_samples_twice_are_left_out_of_one_person_and_refused_of_two(
    kitchen: Path,
) -> None:
    shutil.copy(kitchen / "ann-wrist.npz", kitchen / "copy.npz")
    assert (
        "copy.npz left out: the same samples as ann-wrist.npz"
        in load(str(kitchen), None, seed=0).summary
    )
    of_bob = replace(recording_of("ann", seconds=10), subject="bob")
    save_recording(of_bob, kitchen / "copy.npz")
    with pytest.raises(EdgekitError, match=r"ann-wrist.npz of 'ann' and copy.npz of 'bob'"):
        load(str(kitchen), None, seed=0)


def test_a_damaged_recording_is_left_out_and_named(kitchen: Path) -> None:
    (kitchen / "broken.npz").write_bytes(b"PK\x03\x04 no zip")
    assert "broken.npz left out: " in load(str(kitchen), None, seed=0).summary


def test_labels_on_another_clock_are_refused_with_their_table(kitchen: Path) -> None:
    table = kitchen / "ann-wrist.labels.csv"
    table.write_text("start,end,posture\n2026-03-01T10:00:00Z,2026-03-01T10:00:10Z,resting\n")
    with pytest.raises(EdgekitError, match=r"ann-wrist.labels.csv: .*clock of its own"):
        load(str(kitchen), None, seed=0)


def test_a_table_beside_a_recording_may_not_label_another(kitchen: Path) -> None:
    table = kitchen / "ann-wrist.labels.csv"
    table.write_text("file,start,end,posture\nbob-wrist.npz,0,5,resting\n")
    with pytest.raises(EdgekitError, match=r"another file, bob-wrist.npz"):
        load(str(kitchen), None, seed=0)


def test_recordings_at_another_rate_are_cut_at_the_sets(kitchen: Path) -> None:
    path = kitchen / "dataset.toml"
    path.write_text(path.read_text().replace("rate_hz = 50", "rate_hz = 30"))
    dataset = load(str(kitchen), None, seed=0)
    assert dataset.spec.rate_hz == 30
    assert windows_of(dataset).xyz_g.shape[1:] == (100, 3)
    lengths = np.linalg.norm(windows_of(dataset).xyz_g.mean(axis=1), axis=1)
    assert abs(np.median(lengths) - 1) < 0.1


def test_an_empty_folder_is_answered_with_the_import(tmp_path: Path) -> None:
    for name in (str(tmp_path), f"{tmp_path}/absent"):
        with pytest.raises(UsageError, match="no data set"):
            load(name, None, seed=0)


def test_an_older_set_of_sleep_is_loaded_in_todays_words(tmp_path: Path) -> None:
    labels = ("up", "upright", "left")
    lying = make_lying("supine", "supine-right", "left", seconds=5)
    older = replace(lying, label_names=labels, label=np.repeat(np.int16([0, 1, 2]), 250))
    save_recording(replace(older, subject="ann"), tmp_path / "ann.npz")
    by_hand = replace(make_lying("supine-right", subject="bob", seconds=5), label=None)
    save_recording(replace(by_hand, label_names=()), tmp_path / "bob.npz")
    spans = [LabelSpan(Moment(0), Moment(5), "upright", "")]
    write_label_table(labels_beside(tmp_path / "bob.npz"), spans)
    describe_folder(tmp_path)
    description = tmp_path / "dataset.toml"
    assert load(str(tmp_path), None, seed=0).spec.postures == labels  # of nobody who sleeps
    text = description.read_text().replace('# domain = "sleep"', 'domain = "sleep"')
    description.write_text(text)
    dataset = load(str(tmp_path), None, seed=0)
    assert dataset.spec.postures == ("supine", "supine-right", "left")
    assert [np.unique(r.label).tolist() for r in dataset.recordings] == [[0, 1, 2], [1]]
    assert {label for file in check_folder(tmp_path).files for label in file.labels} == {
        "supine", "supine-right", "left"
    }  # fmt: skip
