"""The laws that bouts, charts, colours and the clock obey."""

import re
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from edgekit.device.report.bouts import settled_bouts
from edgekit.device.report.labels import (
    class_angles_deg,
)
from edgekit.device.report.palette import at_angle
from edgekit.device.report.rose import PETALS, petals_percent, rose_chart
from edgekit.device.report.time_axis import TimeAxis
from edgekit.device.report.timeline import COLUMNS, blocks
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.spec import POSTURE_GROUPS, SLEEP, nearest_posture, posture_group, turn_deg

codes = st.lists(st.integers(0, 5), min_size=1, max_size=300).map(lambda c: np.array(c, np.int64))
angles = st.floats(0, 360, exclude_max=True)

GREENWICH = UtcOffsets((0.0,), (0,))


@given(codes, st.floats(1.2, 30))
def test_settled_bouts_follow_each_other_and_never_repeat(
    code: NDArray[np.int64], hold_s: float
) -> None:
    for stretch in settled_bouts(1.2 * np.arange(len(code)), code, 1.2, hold_s):
        for before, after in pairwise(stretch):
            assert before.end_s == after.start_s
            assert before.code != after.code
        assert all(bout.duration_s >= hold_s - 1.2 for bout in stretch)


@given(codes, st.integers(1, 40))
def test_blocks_are_few_ordered_and_cover_every_decision_once(
    code: NDArray[np.int64], repeat: int
) -> None:
    long = np.repeat(code, repeat)
    axis = TimeAxis(0.0, 1.2 * len(long), GREENWICH)
    drawn = blocks(1.2 * np.arange(len(long)), long, 1.2, axis)
    assert len(drawn) <= COLUMNS
    assert drawn[0].begin_s == 0 and drawn[-1].end_s == pytest.approx(axis.end_s)
    assert all(before.end_s == after.begin_s for before, after in pairwise(drawn))


def test_nothing_is_drawn_where_nothing_was_decided() -> None:
    start_s = np.r_[np.arange(100), np.arange(200, 300)].astype(float)
    drawn = blocks(start_s, np.zeros(200, np.int64), 1.0, TimeAxis(0.0, 300.0, GREENWICH))
    assert [(block.begin_s, block.end_s) for block in drawn] == [(0, 100), (200, 300)]


@given(angles)
def test_an_angle_is_within_45_degrees_of_its_group_and_15_of_its_class(angle: float) -> None:
    middle = {"supine": 90, "left": 180, "prone": 270, "right": 0}[
        POSTURE_GROUPS[int(posture_group(angle))]
    ]
    assert abs(turn_deg(angle - middle)) <= 45
    nominal = class_angles_deg(SLEEP)
    nearest = nearest_posture([angle], nominal)[0]
    assert abs(turn_deg(angle - nominal[nearest])) <= 15 + 1e-9


def test_the_first_word_of_a_posture_is_its_group_and_the_second_its_lean() -> None:
    for name, angle in zip(SLEEP.postures, class_angles_deg(SLEEP), strict=True):
        group, *lean = name.split("-")
        assert POSTURE_GROUPS[int(posture_group(angle))] == group
        for side in lean:
            towards = {"supine": 90, "left": 180, "prone": 270, "right": 0}
            assert abs(turn_deg(angle - towards[group])) == 30
            assert abs(turn_deg(angle - towards[side])) == 60


@given(st.lists(angles, min_size=1, max_size=50))
def test_the_petals_of_a_rose_sum_to_100_percent(angle: list[float]) -> None:
    assert petals_percent(np.array(angle)).sum() == pytest.approx(100)


def test_equal_shares_make_equal_areas() -> None:
    share = np.zeros(PETALS)
    share[[0, 9]] = 20, 80
    radii = [float(r) for r in re.findall(r"A([\d.]+) \1 0 0 0", rose_chart(share, ["c"] * 36, ""))]
    inner = float(re.findall(r"A([\d.]+) \1 0 0 1", rose_chart(share, ["c"] * 36, ""))[0])
    small, large = (radius**2 - inner**2 for radius in radii)
    assert large / small == pytest.approx(4, rel=0.01)


@pytest.mark.parametrize(
    ("seconds", "letters"), [(25, 8), (95, 8), (599, 5), (3600, 5), (28_800, 5)]
)
def test_the_ticks_that_a_phone_shows_have_room_for_their_words(
    seconds: float, letters: int
) -> None:
    shown = [
        tick for tick in TimeAxis(0.0, seconds, UtcOffsets((0.0,), (0,))).ticks() if not tick.minor
    ]
    assert all(len(tick.text) == letters for tick in shown)
    chart_px, letter_px = 270, 7  # of a screen 390 px wide
    assert len(shown) * (letters * letter_px) <= chart_px + letters * letter_px


@given(st.floats(0, 2e9), st.floats(1, 3e5), st.integers(-12, 14))
def test_ticks_are_few_inside_and_round_on_the_wearers_clock(
    begin_s: float, span_s: float, hours: int
) -> None:
    axis = TimeAxis(begin_s, begin_s + span_s, UtcOffsets((0.0,), (3600 * hours,)))
    ticks = axis.ticks()
    assert 0 < len(ticks) <= 11
    assert all(0 <= tick.percent <= 100 for tick in ticks)
    if span_s > 7200:
        assert all(re.fullmatch(r"\d\d:[0134][05]", tick.text) for tick in ticks)


def _linear(colour: str) -> NDArray[np.float64]:
    channel = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(channel <= 0.04045, channel / 12.92, ((channel + 0.055) / 1.055) ** 2.4)


def _oklab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    lms = np.cbrt(
        np.clip(
            np.array(
                [
                    [0.4122214708, 0.5363325363, 0.0514459929],
                    [0.2119034982, 0.6806995451, 0.1073969566],
                    [0.0883024619, 0.2817188376, 0.6299787005],
                ]
            )
            @ linear,
            0,
            None,
        )
    )
    return np.asarray(
        np.array(
            [
                [0.2104542553, 0.7936177850, -0.0040720468],
                [1.9779984951, -2.4285922050, 0.4505937099],
                [0.0259040371, 0.7827717662, -0.8086757660],
            ]
        )
        @ lms
    )


# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear sRGB.
_SEEN_BY = {
    "all cones": np.eye(3),
    "no red cones": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green cones": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no blue cones": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


@pytest.mark.parametrize("eyes", _SEEN_BY)
@pytest.mark.parametrize("page", ["light", "dark"])
def test_the_four_groups_stay_apart_for_colour_blind_eyes(eyes: str, page: str) -> None:
    seen = [
        _oklab(_SEEN_BY[eyes] @ _linear(getattr(at_angle(angle), page)))
        for angle in (0.0, 90.0, 180.0, 270.0)
    ]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 0.08


@given(angles)
def test_neighbouring_angles_have_neighbouring_colours(angle: float) -> None:
    here, there = (_oklab(_linear(at_angle(a).light)) for a in (angle, angle + 3.0))
    assert np.linalg.norm(here - there) < 0.05
