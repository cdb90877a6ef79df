import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from edgekit.bundle import load_bundle
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.device.tune.tune import GRID, Trial, Tuning, pareto, pick, tune, tuned_copy
from edgekit.device.tune.turns import Turns, score_turns
from edgekit.errors import EdgekitError, UsageError
from edgekit.smoothing import DEFAULT, Smoothing, smoothing_of
from edgekit.spec import SLEEP
from tests.helpers.bundles import make_bundle
from tests.helpers.monitored import monitor

HOP_S = 1.2


def scored(decided: list[int], truth: list[int]) -> Turns:
    return score_turns(np.array(decided), np.array(truth), HOP_S)


def test_a_turn_is_as_late_as_its_first_right_window() -> None:
    turns = scored([0, 0, 0, 0, 1, 1], [0, 0, 1, 1, 1, 1])
    assert (turns.true, turns.missed, turns.false) == (1, 0, 0)
    assert turns.median_latency_s == pytest.approx(2 * HOP_S)


def test_a_turn_that_no_decision_follows_is_missed() -> None:
    assert scored([0] * 6, [0, 0, 1, 1, 1, 1]).missed == 1


def test_one_that_is_decided_half_a_minute_late_is_missed_and_false() -> None:
    turns = scored([0] * 40 + [1] * 10, [0] * 10 + [1] * 40)
    assert (turns.missed, turns.false) == (1, 1)


def test_each_change_without_a_turn_is_false() -> None:
    assert scored([0, 1, 0, 0, 2, 0], [0] * 6).false == 4


def test_a_turn_whose_turning_is_not_labelled_is_timed_from_its_end() -> None:
    turns = scored([0, 2, 1, 1, 1], [0, -1, -1, 1, 1])
    assert (turns.true, turns.missed, turns.false) == (1, 0, 0)
    assert turns.median_latency_s == 0
    assert turns.hours == pytest.approx(3 * HOP_S / 3600)


def test_a_long_time_without_a_label_holds_no_turn() -> None:
    turns = scored([0, *[2, 1] * 30, 1], [0, *[-1] * 60, 1])
    assert (turns.true, turns.false) == (0, 0)


def trial(latency_s: float, errors: int) -> Trial:
    return Trial(DEFAULT, Turns(1.0, 9, 0, errors, (latency_s,)))


def test_the_front_holds_what_nothing_beats_and_the_pick_keeps_to_its_limit() -> None:
    quick, middle, slow, beaten = trial(1, 9), trial(3, 4), trial(9, 1), trial(3, 6)
    trials = [slow, beaten, quick, middle]
    assert pareto(trials) == [quick, middle, slow]
    assert pick(trials, slowest_s=5) is middle
    assert pick(trials, slowest_s=0.5) is quick


def test_every_setting_is_tried_on_a_labelled_recording(bundle, lying) -> None:
    trials = tune(bundle, [lying("supine", "left", "prone", seconds=60.0)]).overall()
    assert len(trials) == len(GRID)
    assert pick(trials).turns.true == 2 and pick(trials).turns.missed == 0


def test_a_night_tunes_as_its_recording_does(bundle, lying, tmp_path) -> None:
    recording = lying("supine", "left", "prone", seconds=60.0, start_s=1e9)
    monitor(Replay([recording], FULL_SPEED), bundle, tmp_path / "a.night")
    assert tune(bundle, [], [tmp_path / "a.night"]) == tune(bundle, [recording])


def test_a_label_holds_for_a_window_less_than_half_a_hop_away(lying, tmp_path) -> None:
    """Half a hop of a model at 20 Hz is 1.5 s."""
    bundle = load_bundle(make_bundle(tmp_path / "slow", replace(SLEEP, rate_hz=20.0)))
    recording = lying("supine", "left", "prone", seconds=60.0, rate_hz=20.0, start_s=1e9)
    night = tmp_path / "a.night"
    monitor(Replay([recording], FULL_SPEED), bundle, night)
    with closing(sqlite3.connect(night)) as db:
        db.execute("UPDATE decisions SET start_s = start_s + 1.4")
        db.commit()
    assert tune(bundle, [], [night]) == tune(bundle, [recording])


def of_night(*errors: int) -> list[Trial]:
    """Of the first settings of the grid, each as late, and wrong so often in an hour."""
    return [
        Trial(smoothing, Turns(1.0, 9, 0, wrong, (1.0,)))
        for smoothing, wrong in zip(GRID, errors, strict=False)
    ]


def test_a_night_that_is_left_out_is_decided_by_what_the_others_choose() -> None:
    nights = [of_night(0, 9), of_night(9, 1), of_night(9, 2), of_night(9, 3)]
    assert [turns.false for turns in Tuning("nights", nights, []).left_out()] == [9, 1, 2, 3]
    tuning = Tuning("nights", [of_night(0, 9), of_night(9, 1)], [])
    assert [turns.false for turns in tuning.left_out()] == [9, 9]  # neither by its own choice


def test_several_people_are_left_out_one_by_one_and_one_person_s_nights_night_by_night(
    bundle, lying
) -> None:
    def night(subject: str):
        return lying("supine", "left", seconds=20.0, subject=subject)

    tuning = tune(bundle, [night("me"), night("me"), night("me")])
    assert (tuning.parts, len(tuning.trials)) == ("nights", 3)
    tuning = tune(bundle, [night("me"), night("you"), night("me")])
    assert (tuning.parts, len(tuning.trials)) == ("subjects", 2)
    assert [turns.true for turns in tuning.untuned] == [2, 1]


def test_what_is_untuned_is_the_bundle_as_it_stands(bundle, lying, tmp_path) -> None:
    noisy = lying("supine", "left", "prone", seconds=60.0, noise_g=1.5)
    copy = tuned_copy(bundle, GRID[0], tmp_path / "tuned")
    by_bundle, by_copy = tune(bundle, [noisy]), tune(copy, [noisy])
    assert by_bundle.trials == by_copy.trials
    assert by_copy.untuned == [by_copy.trials[0][0].turns] != by_bundle.untuned


def test_what_is_not_labelled_cannot_tune(bundle, lying) -> None:
    with pytest.raises(UsageError, match="edgekit simulate"):
        tune(bundle, [replace(lying("supine"), label=None, label_names=())])


def test_labels_that_never_change_cannot_tune(bundle, lying) -> None:
    with pytest.raises(UsageError, match="never change from one to another"):
        tune(bundle, [lying("supine", seconds=60.0)])


def test_a_tuned_copy_is_a_bundle_of_its_own_that_brings_its_smoothing(bundle, tmp_path) -> None:
    copy = tuned_copy(bundle, Smoothing(20.0, 0.1), tmp_path / "tuned")
    assert smoothing_of(copy) == Smoothing(20.0, 0.1)
    assert smoothing_of(bundle) == DEFAULT
    assert copy.digest != bundle.digest


@pytest.mark.parametrize(
    "smoothing",
    [
        {"posture_dwell_s": -1},
        {"posture_dwell_s": float("nan")},
        {"posture_least": 1},
        {"dwell": 3},
        "slow",
        7,
    ],
)
def test_a_damaged_smoothing_is_refused(bundle, tmp_path, smoothing) -> None:
    copy = tuned_copy(bundle, DEFAULT, tmp_path / "tuned")
    path = copy.folder / "bundle.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "smoothing": smoothing}))
    with pytest.raises(EdgekitError, match="edgekit tune"):
        smoothing_of(load_bundle(copy.folder))
