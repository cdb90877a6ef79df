from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.device.monitor.alarm import Due, Therapy
from edgekit.device.monitor.progress import NightProgress
from edgekit.errors import UsageError
from edgekit.night.night import OFF, UPRIGHT, WORN, Decisions
from edgekit.spec import SLEEP, WISDM
from edgekit.therapy_policy import Policy

HOP_S, WINDOW_S = SLEEP.hop_s, SLEEP.window_s
SHORT = Policy(after_s=6, delay_s=30, levels=(0.3, 0.6, 1.0), every_s=4, pause_s=20)
BACK, SIDE = 90.0, 0.0


class Sleep:
    """Windows in a row; each stretch lasts some windows."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, str, float, float]] = []
        self.next_s = 1e9

    def then(self, windows: int, angle=BACK, state=WORN, movement=0.01, gap_s=0.0) -> "Sleep":
        self.next_s += gap_s
        for _ in range(windows):
            self.rows.append((self.next_s, state, angle, movement))
            self.next_s += HOP_S
        return self

    def decisions(self, begin: int = 0, end: int | None = None) -> Decisions:
        rows = self.rows[begin:end]
        start_s, state, angle, movement = zip(*rows, strict=True) if rows else ((), (), (), ())
        zeros = np.zeros(len(rows), np.int64)
        return Decisions(
            start_s=np.array(start_s, float), posture=zeros, placement=zeros,
            posture_confidence=np.ones(len(rows)), placement_confidence=np.ones(len(rows)),
            raw_posture=zeros, raw_placement=zeros, torso_angle_deg=np.array(angle, float),
            state=np.array(state, dtype=str), movement_g=np.array(movement, float), truth=zeros,
        )  # fmt: skip


def therapy_of(sleep: Sleep, policy: Policy = SHORT) -> Due:
    therapy = Therapy(policy, SLEEP)
    due = therapy.feed(sleep.decisions())
    due.done += therapy.finish().done
    return due


stretches = st.lists(
    st.tuples(
        st.integers(1, 40),
        st.sampled_from([45.0, 46.0, BACK, 134.0, 136.0, SIDE, np.nan]),
        st.sampled_from([WORN, WORN, WORN, UPRIGHT, OFF]),
        st.sampled_from([0.0, 0.01, 0.2, np.nan]),
        st.sampled_from([0.0, 0.0, 0.0, 5.0]),
    ),
    max_size=12,
)


def slept(parts) -> Sleep:
    sleep = Sleep()
    for part in parts:
        sleep.then(*part)
    return sleep


@settings(deadline=None)
@given(stretches)
def test_it_never_vibrates_before_the_delay_nor_unless_on_the_back_for_long_enough(parts) -> None:
    sleep = slept(parts)
    for alarm in therapy_of(sleep).vibrate:
        assert alarm.start_s >= sleep.rows[0][0] + SHORT.delay_s
        since_s = alarm.start_s - WINDOW_S - SHORT.after_s
        before = [row for row in sleep.rows if since_s - 1e-3 <= row[0] <= alarm.start_s - WINDOW_S]
        assert all(row[1] == WORN and 45 <= row[2] <= 135 for row in before)
        assert all(b[0] - a[0] < 1.5 * HOP_S for a, b in pairwise(before))
        assert len(before) >= SHORT.after_s / HOP_S
        assert not before[-1][3] >= SHORT.still_below_g


@settings(deadline=None)
@given(stretches)
def test_escalation_never_skips_and_never_hurries(parts) -> None:
    for before, after in pairwise(therapy_of(slept(parts)).vibrate):
        apart_s = after.start_s - before.start_s + 1e-3
        if after.attempt == before.attempt:
            assert after.level == before.level + 1 and apart_s >= SHORT.every_s
        else:
            assert (after.attempt, after.level) == (before.attempt + 1, 1)
        assert after.strength == SHORT.levels[after.level - 1]


@settings(deadline=None)
@given(stretches)
def test_every_alarm_is_done_once_and_its_response_is_when_the_back_was_left(parts) -> None:
    sleep = slept(parts)
    due = therapy_of(sleep)
    assert [replace(alarm, response_s=None) for alarm in due.done] == due.vibrate
    for alarm in due.done:
        if alarm.response_s is not None:
            left_s = alarm.start_s + alarm.response_s - WINDOW_S
            row = min(sleep.rows, key=lambda row: abs(row[0] - left_s))
            assert row[0] == pytest.approx(left_s, abs=1e-3)
            assert row[1] == UPRIGHT or not 45 <= row[2] <= 135


@settings(deadline=None)
@given(stretches, st.integers(1, 7))
def test_how_the_decisions_are_cut_changes_nothing(parts, step: int) -> None:
    sleep, therapy, pieces = slept(parts), Therapy(SHORT, SLEEP), Due()
    for begin in range(0, len(sleep.rows), step):
        due = therapy.feed(sleep.decisions(begin, begin + step))
        pieces.vibrate += due.vibrate
        pieces.done += due.done
    pieces.done += therapy.finish().done
    assert pieces == therapy_of(sleep)


@settings(deadline=None)
@given(stretches)
def test_a_baseline_night_counts_the_same_alarms_and_vibrates_none(parts) -> None:
    sleep = slept(parts)
    true, held = therapy_of(sleep), therapy_of(sleep, replace(SHORT, baseline=True))
    assert [replace(alarm, strength=0.0) for alarm in true.done] == held.done


def test_a_sleeper_who_turns_at_the_second_level_is_let_be() -> None:
    sleep = Sleep().then(30, SIDE).then(11, BACK).then(30, SIDE)
    first, second = therapy_of(sleep).done
    assert (first.level, first.response_s) == (1, None)
    assert second.level == 2 and second.response_s == pytest.approx(
        sleep.rows[41][0] + WINDOW_S - second.start_s
    )


def test_after_the_last_level_it_pauses_and_begins_again() -> None:
    alarms = therapy_of(Sleep().then(30, SIDE).then(60, BACK)).vibrate
    assert [(a.attempt, a.level) for a in alarms[:4]] == [(1, 1), (1, 2), (1, 3), (2, 1)]
    assert alarms[3].start_s - alarms[2].start_s >= SHORT.pause_s - 1e-3


def test_a_therapy_that_goes_on_neither_waits_again_nor_numbers_anew() -> None:
    sleep = Sleep().then(30, SIDE).then(11).then(10, SIDE).then(11).then(10, SIDE)
    first = Therapy(SHORT, SLEEP)
    done = first.feed(sleep.decisions(end=45)).done
    at = first.status
    begin_s, worn = sleep.rows[0][0], np.zeros(12, int)
    progress = NightProgress(begin_s, 0.0, worn, 0, 0, 0, {}, at.attempts, at.answered)
    second = Therapy(SHORT, SLEEP, progress)
    done += second.feed(sleep.decisions(begin=45)).done
    assert done == therapy_of(sleep).done
    assert (second.status.attempts, second.status.answered) == (2, 2)


@settings(deadline=None)
@given(stretches)
def test_how_it_stands_is_what_it_did(parts) -> None:
    therapy = Therapy(SHORT, SLEEP)
    done = therapy.feed(slept(parts).decisions()).done
    done += therapy.finish().done
    now = therapy.status
    assert now.attempts == len({alarm.attempt for alarm in done})
    assert now.answered == sum(alarm.response_s is not None for alarm in done)


def test_who_moves_is_not_woken() -> None:
    assert not therapy_of(Sleep().then(30, SIDE).then(60, BACK, movement=0.2)).vibrate


def test_a_gap_starts_the_count_over() -> None:
    sleep = Sleep().then(30, SIDE).then(5, BACK).then(5, BACK, gap_s=3.0)
    assert not therapy_of(sleep).vibrate


def test_a_sensor_taken_off_is_no_response() -> None:
    sleep = Sleep().then(30, SIDE).then(7, BACK).then(5, BACK, state=OFF)
    assert [alarm.response_s for alarm in therapy_of(sleep).done] == [None]


def test_an_alarm_needs_sleep_postures_and_levels_that_a_motor_has() -> None:
    with pytest.raises(UsageError, match="sleep postures"):
        Therapy(SHORT, WISDM)
    with pytest.raises(UsageError, match="levels"):
        Policy(levels=(0.3, 1.2))
