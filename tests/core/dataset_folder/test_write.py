"""dataset.toml is made of the recordings, and added to without losing what the user wrote."""

from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.dataset_folder import describe_folder, read_description
from edgekit.errors import EdgekitError
from edgekit.recording import save_recording
from tests.helpers.lying import make_lying
from tests.helpers.own_sets import LABELS, PEOPLE, recording_of, write_set


def test_a_new_set_has_the_labels_placements_and_people_of_its_recordings(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "kitchen", placements=["wrist", "ankle"], seconds=3)
    description = read_description(folder)
    assert description.name == "kitchen"
    assert description.postures == LABELS
    assert set(description.placements) == {"wrist", "ankle"}
    assert set(description.subjects) == set(PEOPLE)


@pytest.mark.parametrize(
    ("recorded_hz", "windows_hz"),
    [(100, 50), (50, 50), (49.5, 50), (32, 25), (30, 25), (24, 20), (20, 20), (12.5, 12.5), (8, 5)],
)
def test_a_new_set_has_the_highest_rate_that_its_recordings_reach_up_to_50_hz(
    tmp_path: Path, recorded_hz: float, windows_hz: float
) -> None:
    folder = write_set(tmp_path / "kitchen", ["ann"], rate_hz=recorded_hz, seconds=12)
    assert read_description(folder).rate_hz == windows_hz


def test_one_slow_recording_does_not_slow_the_set(tmp_path: Path) -> None:
    folder = tmp_path / "kitchen"
    save_recording(recording_of("slow", rate_hz=10, seconds=5), folder / "slow.npz")
    assert read_description(write_set(folder, seconds=40)).rate_hz == 50


@pytest.mark.parametrize("name", ["wisdm", "Sleep", "...", "a<b>&c", "x" * 200, "küche"])
def test_a_folder_of_any_name_makes_a_set_with_a_name_that_can_be_read(
    tmp_path: Path, name: str
) -> None:
    folder = write_set(tmp_path / name.replace("...", "._."), ["ann"], seconds=3)
    assert read_description(folder).name


def test_a_new_set_is_of_sleep_where_the_axes_are_the_bodys_and_the_postures_sleeps(
    tmp_path: Path,
) -> None:
    lying = make_lying("right", "supine", seconds=5)
    save_recording(lying, tmp_path / "sleep-set" / "ann.npz")
    describe_folder(tmp_path / "sleep-set", is_sleep=True)
    description = read_description(tmp_path / "sleep-set")
    assert description.is_sleep and description.postures == ("supine", "right")
    save_recording(recording_of("ann", seconds=5), tmp_path / "other" / "ann.npz")
    describe_folder(tmp_path / "other", is_sleep=True)
    assert not read_description(tmp_path / "other").is_sleep


def test_unlabelled_recordings_make_no_description(tmp_path: Path) -> None:
    save_recording(replace(recording_of("ann"), label=None, label_names=()), tmp_path / "ann.npz")
    assert describe_folder(tmp_path) is None
    assert not (tmp_path / "dataset.toml").exists()


LAYOUTS = {
    "on a line": 'postures = ["stirring", "chopping"]',
    "on a line, with a comma at its end": 'postures = [ "stirring", "chopping", ]',
    "one a line": 'postures = [\n    "stirring",\n    "chopping",\n]',
    "one a line, commented": 'postures = [\n  "stirring", # a [spoon]\n  "chopping" # a\n]',
    "literal": "postures = ['stirring', 'chopping']",
    "empty at first": 'postures = [  # none\n   "stirring", "chopping"\n  ]',
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_new_labels_are_added_and_the_users_words_stay(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "dataset.toml"
    mine = (
        '# mine\nformat = "edgekit dataset"\nversion = 1\nname = "x"\nrate_hz = 30 # odd\n'
        f'{layout}\nplacements = ["wrist"]\nnote = "it\'s [mine]"\n\n'
        '[subjects.ann] # first\nhand = "left"\n'
    )
    path.write_text(mine)
    labels = ("chopping", 'st"ill', "läuft, schnell")
    save_recording(recording_of("bob b", labels, "ankle", seconds=2), tmp_path / "bob.npz")
    line = describe_folder(tmp_path)
    assert line is not None
    assert "läuft, schnell" in line
    description = read_description(tmp_path)
    assert description.postures == ("stirring", "chopping", 'st"ill', "läuft, schnell")
    assert description.placements == ("wrist", "ankle")
    assert description.subjects == {"ann": {"hand": "left"}, "bob b": {}}
    assert (description.rate_hz, description.note) == (30, "it's [mine]")
    now = path.read_text()
    for comment in ("# mine", "# odd", "# first"):
        assert comment in now
    assert now.count("#") == mine.count("#")


def test_a_second_import_of_the_same_changes_nothing(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "kitchen", seconds=3)
    before = (folder / "dataset.toml").read_bytes()
    assert "as it was" in (describe_folder(folder) or "")
    assert (folder / "dataset.toml").read_bytes() == before


def test_a_file_that_cannot_be_added_to_stays_and_what_to_add_is_said(tmp_path: Path) -> None:
    path = tmp_path / "dataset.toml"
    path.write_text(
        'format = "edgekit dataset"\nversion = 1\nname = "x"\nrate_hz = 50\n'
        'postures = ["stirring" # a comment before the bracket\n, "chopping"]\n'
        'placements = ["wrist"]\nsubjects = { ann = {} }\n'
    )
    before = path.read_bytes()
    save_recording(recording_of("bob", ("resting",), seconds=2), tmp_path / "bob.npz")
    with pytest.raises(EdgekitError, match=r'Add to it: postures "resting"; subjects "bob"'):
        describe_folder(tmp_path)
    assert path.read_bytes() == before


def test_a_label_that_none_can_be_is_named(tmp_path: Path) -> None:
    save_recording(recording_of("bob", ("a\nb", "c"), seconds=2), tmp_path / "bob.npz")
    with pytest.raises(EdgekitError, match=r"postures has 'a\\nb'"):
        describe_folder(tmp_path)


OLDER = """format = "edgekit dataset"
version = 1
name = "older"
rate_hz = 50
domain = "sleep"
postures = ["up", "upright", "left"]  # of before
placements = ["chest"]
"""


def test_a_sleep_set_in_the_papers_words_is_added_to_and_stays_readable(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text(OLDER)
    by_hand = replace(make_lying("supine", seconds=5), label_names=("upright",))
    save_recording(by_hand, tmp_path / "by-hand.npz")
    save_recording(make_lying("left", seconds=5), tmp_path / "left.npz")
    assert "postures" not in (describe_folder(tmp_path) or "postures")
    save_recording(make_lying("prone-left", seconds=5), tmp_path / "new.npz")
    assert "prone-left" in (describe_folder(tmp_path) or "")
    assert (
        '["up", "upright", "left", "prone-left"]  # of before'
        in (tmp_path / "dataset.toml").read_text()
    )
    description = read_description(tmp_path)
    assert description.postures == ("supine", "supine-right", "left", "prone-left")


def test_a_sleep_set_that_names_a_posture_in_both_words_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text(OLDER.replace('"left"', '"supine"'))
    with pytest.raises(EdgekitError, match="has 'up' and 'supine', which are the same"):
        read_description(tmp_path)


def test_standing_upright_is_no_posture_of_sleep(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text(OLDER.replace('"up", ', '"supine", '))
    with pytest.raises(EdgekitError, match="the posture 'upright' is none of sleep's"):
        read_description(tmp_path)
