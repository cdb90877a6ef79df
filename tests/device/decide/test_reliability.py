"""Confidences as people see them: how often such answers were right, and never 100 %."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.device.decide.reliability import (
    percent_text,
    placement_answer,
    placement_votes,
    posture_right,
)
from edgekit.spec import SLEEP, WISDM
from tests.helpers.nights import decisions

MINUTE = round(60 / SLEEP.hop_s)  # windows


@given(st.floats(0, 1), st.floats(0, 1))
def test_what_is_shown_rises_with_confidence_and_promises_no_more_than_was_measured(
    one: float, other: float
) -> None:
    low, high = posture_right(sorted([one, other]), SLEEP)
    assert low <= high <= 0.94


def test_of_activities_nothing_was_measured_and_the_confidence_stays() -> None:
    assert posture_right(0.83, WISDM) == 0.83


@pytest.mark.parametrize(
    ("share", "text"), [(1.0, "> 99 %"), (0.9951, "> 99 %"), (0.99, "99 %"), (0.934, "93 %")]
)
def test_a_hundred_per_cent_is_never_shown(share: float, text: str) -> None:
    assert percent_text(share) == text


def votes(chest_min: float, neck_min: float = 0.0) -> np.ndarray:
    return np.array([round(neck_min * MINUTE), round(chest_min * MINUTE), 0])


@pytest.mark.parametrize(
    ("chest_min", "neck_min", "is_sure"),
    [(9, 0, False), (11, 0, True), (45, 10, True), (45, 12, False), (300, 200, False)],
)
def test_a_placement_is_sure_after_ten_minutes_and_four_windows_in_five(
    chest_min: float, neck_min: float, is_sure: bool
) -> None:
    answer = placement_answer(votes(chest_min, neck_min), SLEEP)
    assert (answer is not None) == is_sure
    if answer:
        assert answer.words == "chest (right in 97 of 100 simulated nights)"


def test_of_activities_a_placement_is_named_without_a_promise() -> None:
    answer = placement_answer(np.array([0, 2000]), WISDM)
    assert answer and answer.words == "watch" and answer.right is None


def test_a_single_place_is_no_answer() -> None:
    one = replace(SLEEP, placements=("chest",))
    assert placement_answer(np.array([5000]), one) is None


def test_windows_off_the_body_and_those_that_a_wearable_stored_do_not_vote() -> None:
    night = decisions([("left", 20)])
    assert placement_votes(night, SLEEP).sum() == (night.state == "worn").sum() > 0
    away = replace(night, state=np.full(len(night), "off"))
    stored = replace(night, movement_g=np.full(len(night), np.nan))
    assert placement_votes(away, SLEEP).sum() == placement_votes(stored, SLEEP).sum() == 0
