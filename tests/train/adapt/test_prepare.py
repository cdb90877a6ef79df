"""What does not fit a run is refused with what to do; doubts are printed."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import EdgekitError
from edgekit.run import Run, read_run, write_description
from edgekit.spec import SLEEP, Spec
from edgekit.train.adapt.classes import choose_classes, with_classes
from edgekit.train.adapt.prepare import prepare
from edgekit.train.nets import build
from tests.helpers.own_sets import recording_of
from tests.helpers.wearer import turned_recording, wearer

KITCHEN = replace(
    SLEEP, domain="kitchen", postures=("stirring", "chopping", "resting"), placements=("wrist",)
)


def run_of(folder: Path, spec: Spec = KITCHEN) -> Run:
    """The description of a run, which is all that preparing reads."""
    config = {"net": "mtl-net-micro", "recipe": {"int8_ready": True}}
    folder.mkdir()
    write_description(folder, "test", "", config, spec, {"name": "kitchen", "digests": {}})
    return read_run(folder)


def refusal(tmp_path: Path, spec: Spec = KITCHEN, seconds: float = 30.0, choice: str = "keep",
            **of_recording: object) -> str:  # fmt: skip
    data = wearer(tmp_path / "zoe", turned_recording(**of_recording))  # type: ignore[arg-type]
    with pytest.raises(EdgekitError) as raised:
        prepare(run_of(tmp_path / "run", spec), data, seconds, choice)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_an_unknown_posture_is_refused_with_the_choices_and_the_nearest(tmp_path: Path) -> None:
    message = refusal(tmp_path, labels=("stiring", "chopping"))
    assert "no posture called 'stiring'" in message and "'stirring'" in message
    assert "--classes add" in message and "--classes own" in message


def test_an_unknown_place_is_refused(tmp_path: Path) -> None:
    assert "no placement called 'belt'" in refusal(tmp_path, placement="belt")


def test_a_choice_of_classes_that_there_is_not_is_refused(tmp_path: Path) -> None:
    assert "keep, add, own" in refusal(tmp_path, choice="both")


@pytest.mark.parametrize("seconds", [0.0, -1.0, 1.9, np.nan, np.inf])
def test_seconds_that_hold_no_window_are_refused(tmp_path: Path, seconds: float) -> None:
    assert "it must be 2 (a window of run) to 86400" in refusal(tmp_path, seconds=seconds)


def test_a_label_alone_is_refused(tmp_path: Path) -> None:
    data = wearer(tmp_path / "zoe", turned_recording())
    (recording,) = data.recordings
    assert recording.label is not None
    alone = np.where(recording.label == 0, 0, -1).astype(np.int16)
    kept = [replace(recording, label=alone)]
    with pytest.raises(EdgekitError, match="one posture or activity alone"):
        prepare(run_of(tmp_path / "run"), replace(data, recordings=kept), 30.0, "keep")


def test_nothing_labelled_long_enough_is_refused_with_the_next_command(tmp_path: Path) -> None:
    data = wearer(tmp_path / "zoe", turned_recording(seconds=4.0))
    kept = [r.part(0, 90) for r in data.recordings]
    with pytest.raises(EdgekitError, match=r"no labelled window of 2 s.*edgekit label"):
        prepare(run_of(tmp_path / "run"), replace(data, recordings=kept), 30.0, "keep")


def test_two_windows_of_each_class_are_too_few(tmp_path: Path) -> None:
    data = wearer(tmp_path / "zoe", turned_recording(seconds=3.0))
    with pytest.raises(EdgekitError, match=r"too short to be adapted to.*label 5 s or more"):
        prepare(run_of(tmp_path / "run"), data, 30.0, "keep")


def test_as_long_as_is_asked_for_is_enough(tmp_path: Path) -> None:
    data = wearer(tmp_path / "zoe", turned_recording(seconds=5.0))
    assert len(prepare(run_of(tmp_path / "run"), data, 30.0, "keep").division.judged) > 0


def test_several_subjects_a_low_rate_and_unknown_axes_are_said(tmp_path: Path) -> None:
    labels = ("left", "right", "supine")
    slow = recording_of("ann", labels, "chest", rate_hz=20.0)
    data = wearer(tmp_path / "zoe", turned_recording(labels, "chest"), slow)
    doubts = "\n".join(prepare(run_of(tmp_path / "run", SLEEP), data, 30.0, "keep").doubts)
    assert "2 subjects (ann, zoe)" in doubts
    assert "recorded at 20 Hz and read at 50 Hz" in doubts
    assert 'domain = "sleep"' in doubts


def test_a_class_that_is_too_short_to_be_judged_is_named(tmp_path: Path) -> None:
    data = wearer(tmp_path / "zoe", turned_recording())
    (long,) = data.recordings
    short = [long.part(0, 6000), long.part(6000, 6000 + 150)]
    minutes = prepare(run_of(tmp_path / "run"), replace(data, recordings=short), 30.0, "keep")
    assert minutes.doubts == ("too short to be judged as well as learned: resting",)


def test_new_postures_take_a_sleep_net_out_of_sleep() -> None:
    """Reports of sleep draw each posture's angle, and a new posture has none."""
    own = {"posture": ("left", "kneeling"), "placement": ("chest",)}
    assert choose_classes(SLEEP, own, "add", "zoe").after.domain == "zoe"
    own = {"posture": ("left", "right"), "placement": ("chest",)}
    assert choose_classes(SLEEP, own, "own", "zoe").after.domain == "sleep"


def test_every_place_of_one_posture_teaches_placement_alone() -> None:
    spec = replace(KITCHEN, placements=("wrist", "ankle"))
    own = {"posture": ("resting",), "placement": ("wrist", "ankle")}
    classes = choose_classes(spec, own, "keep", "zoe")
    assert (classes.learns("posture"), classes.learns("placement")) == (False, True)


def test_rows_of_the_classes_that_stay_are_kept() -> None:
    own = {"posture": ("resting", "sieving"), "placement": ("wrist",)}
    net = build("mtl-net-micro", KITCHEN)
    resting = net.posture.weight[2].detach().clone()
    wrist = net.placement.weight.detach().clone()
    changed = with_classes(net, choose_classes(KITCHEN, own, "own", "zoe"), seed=0)
    assert changed.posture.weight[0].equal(resting)
    assert len(changed.posture.weight) == 2
    assert changed.placement.weight.equal(wrist)


def test_own_minutes_in_the_papers_words_teach_the_postures_of_a_run_of_sleep(
    tmp_path: Path,
) -> None:
    data = wearer(tmp_path / "zoe", turned_recording(labels=("up", "downleft"), placement="chest"))
    minutes = prepare(run_of(tmp_path / "run", SLEEP), data, 30.0, "keep")
    assert minutes.classes.own["posture"] == ("supine", "prone-left")
