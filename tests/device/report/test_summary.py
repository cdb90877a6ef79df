"""What the figures of a report mean, on nights small enough to count by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.device.report.agreement import agreement
from edgekit.device.report.summary import Summary, summarise
from edgekit.night.columns import selected
from edgekit.spec import POSTURE_GROUPS, SLEEP, WISDM
from tests.helpers.nights import Plan, decisions

plans = st.lists(
    st.tuples(st.sampled_from([*SLEEP.postures, "upright!", "off!"]), st.floats(0.1, 20)),
    min_size=1,
    max_size=12,
)


def summary_of(plan: Plan) -> Summary:
    return summarise(decisions(plan), SLEEP)


@given(plans)
def test_minutes_of_postures_sum_to_worn_time_and_percentages_to_100(plan: Plan) -> None:
    summary = summary_of(plan)
    for shares in (summary.classes, summary.lanes, summary.placements):
        assert sum(share.minutes for share in shares) == pytest.approx(summary.worn_min)
        expected = 100 if summary.worn_min else 0
        assert sum(share.percent for share in shares) == pytest.approx(expected)


@given(plans)
def test_worn_upright_and_off_make_up_the_decided_time(plan: Plan) -> None:
    night = decisions(plan)
    away_min = float((night.state != "worn").sum()) * SLEEP.hop_s / 60
    decided_min = len(night) * SLEEP.hop_s / 60
    assert summarise(night, SLEEP).worn_min + away_min == pytest.approx(decided_min)


@given(plans, st.integers(-(10**6), 10**6))
def test_the_figures_do_not_depend_on_the_date(plan: Plan, days: int) -> None:
    here, there = decisions(plan), decisions(plan, start_s=86_400.0 * abs(days))
    one, other = summarise(here, SLEEP), summarise(there, SLEEP)
    assert (one.classes, one.changes, one.supine_attempts) == (
        other.classes,
        other.changes,
        other.supine_attempts,
    )


def test_at_nominal_angles_the_angle_alone_gives_the_same_minutes_as_the_network() -> None:
    summary = summary_of([(name, 2.0) for name in SLEEP.postures])
    assert summary.by_angle_min == pytest.approx([share.minutes for share in summary.classes])


def test_a_new_group_held_for_a_minute_is_a_change() -> None:
    assert summary_of([("supine", 5), ("left", 1), ("right", 5)]).changes == 2


def test_a_short_excursion_is_no_change_and_belongs_to_the_bout_around_it() -> None:
    summary = summary_of([("supine", 5), ("left", 0.9), ("supine", 5)])
    assert summary.changes == 0
    assert summary.longest is not None
    assert summary.longest.duration_s == pytest.approx(60 * 10.9, abs=2)


def test_leaning_within_a_group_is_no_change() -> None:
    assert summary_of([("supine", 5), ("supine-right", 5), ("supine-left", 5)]).changes == 0


def test_rising_and_lying_down_elsewhere_is_no_change() -> None:
    assert summary_of([("supine", 5), ("upright!", 5), ("left", 5)]).changes == 0


def test_changes_are_counted_per_hour_of_worn_time() -> None:
    assert (
        summary_of([("supine", 60), ("off!", 60), ("supine", 30), ("left", 30)]).changes_per_hour
        == 0.5
    )


def test_less_than_an_hour_gives_no_rate() -> None:
    assert summary_of([("supine", 20), ("left", 20)]).changes_per_hour is None


@pytest.mark.parametrize(("seconds", "attempts"), [(6, 0), (12, 1)])
def test_a_supine_attempt_lasts_ten_seconds(seconds: float, attempts: int) -> None:
    assert (
        summary_of([("left", 5), ("supine", seconds / 60), ("left", 5)]).supine_attempts == attempts
    )


def test_going_on_supine_after_a_gap_is_no_new_attempt() -> None:
    night = decisions([("supine", 30)])
    with_gap = selected(night, np.r_[0:500, 800:1500])
    summary = summarise(with_gap, SLEEP)
    assert summary.supine_attempts == 1
    assert [gap.minutes for gap in summary.gaps] == pytest.approx([6.0])


def test_no_bout_reaches_across_a_gap_longer_than_a_minute() -> None:
    night = decisions([("supine", 60)])
    longest = summarise(selected(night, np.r_[0:1500, 1600:3000]), SLEEP).longest
    assert longest is not None and longest.duration_s == pytest.approx(1800)


def test_rising_and_taking_the_sensor_off_are_listed_with_their_times() -> None:
    summary = summary_of([("supine", 10), ("upright!", 4), ("left", 10), ("off!", 6), ("left", 5)])
    assert [span.minutes for span in summary.upright] == pytest.approx([4])
    assert [span.minutes for span in summary.off] == pytest.approx([6])


def test_immobility_is_half_an_hour_without_a_turn() -> None:
    night = decisions([("supine", 100)])
    jerk = night.torso_angle_deg.copy()
    jerk[2500:] += 6.0  # at 50 minutes
    stillness = summarise(replace(night, torso_angle_deg=jerk), SLEEP).stillness
    assert stillness is not None
    assert (stillness.count, round(stillness.longest_min)) == (2, 50)
    assert stillness.percent == pytest.approx(100)


def test_a_turn_through_zero_degrees_is_as_small_as_any_other() -> None:
    night = decisions([("right", 40)])
    wavering = replace(night, torso_angle_deg=np.where(np.arange(len(night)) % 2, 1.0, 359.0))
    stillness = summarise(wavering, SLEEP).stillness
    assert stillness is not None and stillness.percent == pytest.approx(100)


def test_a_placement_is_clear_when_it_holds_four_fifths_of_the_time() -> None:
    night = decisions([("supine", 10)])
    split = replace(night, placement=np.where(np.arange(len(night)) < 0.75 * len(night), 1, 2))
    assert summarise(night, SLEEP).placement_is_clear
    assert not summarise(split, SLEEP).placement_is_clear


def test_activities_have_no_angle_no_supine_and_no_immobility() -> None:
    summary = summarise(decisions([("walking", 3), ("jogging", 2)], WISDM), WISDM)
    assert (summary.supine_attempts, summary.stillness, summary.by_angle_min) == (None, None, None)
    assert summary.changes == 1
    assert {share.name: share.minutes for share in summary.classes if share.minutes} == (
        pytest.approx({"walking": 3, "jogging": 2})
    )


def test_supine_share_is_the_share_of_worn_time_in_the_supine_group() -> None:
    summary = summary_of([("supine", 10), ("supine-right", 10), ("right-supine", 20), ("off!", 40)])
    assert summary.lanes[POSTURE_GROUPS.index("supine")].percent == pytest.approx(50)


def test_agreement_counts_only_what_is_labelled() -> None:
    night = decisions([("supine", 2), ("left", 2)])
    supine, left = SLEEP.postures.index("supine"), SLEEP.postures.index("left")
    truth = np.where(
        np.arange(len(night)) < 150, supine, left
    )  # the turn was labelled a minute later
    truth[:50] = -1
    found = agreement(replace(night, truth=truth), SLEEP)
    assert found is not None
    assert found.labelled == 150
    assert found.smoothed == found.raw == found.by_angle == pytest.approx(2 / 3)
    assert found.classes[supine].sensitivity == pytest.approx(0.5)
    assert found.classes[left].ppv == pytest.approx(0.5)
    assert found.balanced == pytest.approx(0.75)
    assert found.classes[SLEEP.postures.index("prone")].sensitivity is None


def test_without_labels_there_is_no_agreement() -> None:
    assert agreement(decisions([("supine", 2)]), SLEEP) is None
