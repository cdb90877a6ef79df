"""The front end: counts to the int8 input, as its docstring defines it, for all counts there are.

The reference below is Python's own integers and fractions, an axis and a sample at a time.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.front_end import (
    COUNTS_LEAST,
    COUNTS_MOST,
    INPUTS,
    counts_of,
    in_counts,
    int8_input,
    with_input,
)
from edgekit.spec import DOMAINS, HAPT, INPUT_SCALE, MHEALTH, ONE_GAIN, SLEEP, WISDM, FrontEnd, Spec

GRAVITY_STEPS = [1 << k for k in range(9)]
MOTION_STEPS = [None, 256, 512, 1024, 2048, 4096]
FRONT_ENDS = [FrontEnd(gravity, motion) for gravity in GRAVITY_STEPS for motion in MOTION_STEPS]
WITH_MOTION = [front_end for front_end in FRONT_ENDS if front_end.motion_steps_per_g]

every_count = st.integers(COUNTS_LEAST, COUNTS_MOST)
windows = st.integers(1, 30).flatmap(
    lambda samples: arrays(np.int16, (samples, 3), elements=every_count)
)
front_ends = st.sampled_from(FRONT_ENDS)
samples_g = arrays(np.float32, (5, 3), elements=st.floats(-200, 200, width=32))


def nearest(exact: Fraction) -> int:
    """Halves are rounded up."""
    return floor(exact + Fraction(1, 2))


def held(value: int) -> int:
    return min(max(value, -128), 127)


def gravity_of(count: int, front_end: FrontEnd) -> int:
    return held(nearest(Fraction(count * front_end.gravity_steps_per_g, 256)))


def motion_of(axis: Sequence[int], steps_per_g: int) -> list[int]:
    """Each count of one axis, less the mean of them all to the nearest step."""
    mean = nearest(Fraction(steps_per_g * sum(axis), 256 * len(axis)))
    return [held(steps_per_g * count // 256 - mean) for count in axis]


def along(axis: Sequence[int], front_end: FrontEnd) -> NDArray[np.int8]:
    """What is read of a window whose three axes are alike: (samples, channels)."""
    return int8_input(np.repeat(np.array(axis, np.int16)[:, None], 3, axis=1), front_end)


@pytest.mark.parametrize("gravity_steps_per_g", GRAVITY_STEPS)
def test_gravity_is_each_count_to_the_nearest_coarse_step(gravity_steps_per_g: int) -> None:
    front_end = FrontEnd(gravity_steps_per_g, None)
    counts = range(COUNTS_LEAST, COUNTS_MOST + 1)
    coarse = 256 // gravity_steps_per_g
    expected = [held((2 * count + coarse) // (2 * coarse)) for count in counts]
    for axis in along(counts, front_end).T:
        assert axis.tolist() == expected
    assert expected[::997] == [gravity_of(count, front_end) for count in counts[::997]]


@given(windows, front_ends)
def test_the_input_is_gravity_and_then_each_axis_less_its_mean(
    counts: NDArray[np.int16], front_end: FrontEnd
) -> None:
    read = int8_input(counts, front_end)
    assert read.dtype == np.int8
    assert read.shape == (len(counts), front_end.channels)
    for axis, values in enumerate(counts.T.tolist()):
        assert read[:, axis].tolist() == [gravity_of(count, front_end) for count in values]
        if front_end.motion_steps_per_g is not None:
            expected = motion_of(values, front_end.motion_steps_per_g)
            assert read[:, 3 + axis].tolist() == expected


@given(st.integers(0, 1000), st.integers(1, 4000), st.sampled_from(WITH_MOTION))
def test_a_whole_window_of_100_samples_is_read_by_the_same_definition(
    seed: int, spread: int, front_end: FrontEnd
) -> None:
    random = np.random.default_rng(seed)
    middle = random.integers(COUNTS_LEAST + spread, COUNTS_MOST - spread, 3)
    counts = (middle + random.integers(-spread, spread + 1, (100, 3))).astype(np.int16)
    motion = int8_input(counts, front_end)[:, 3:]
    for axis, values in enumerate(counts.T.tolist()):
        assert motion[:, axis].tolist() == motion_of(values, front_end.motion_steps_per_g or 0)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, 0), (1, 0), (2, 1), (3, 1), (4, 1), (6, 2),  # a step is four counts
        (-1, 0), (-2, 0), (-3, -1), (-6, -1), (-7, -2),
        (508, 127), (509, 127), (510, 127), (COUNTS_MOST, 127),
        (-509, -127), (-510, -127), (-511, -128), (-514, -128), (-515, -128), (COUNTS_LEAST, -128),
    ],
)  # fmt: skip
def test_gravity_rounds_halves_up_and_is_held_at_its_ends(count: int, expected: int) -> None:
    assert set(along([count], ONE_GAIN).ravel().tolist()) == {expected}


@pytest.mark.parametrize(
    ("axis", "steps_per_g", "expected"),
    [
        ([1, 0], 256, [0, -1]),  # a mean of 0.5 counts as 1
        ([-1, 0], 256, [-1, 0]),  # and one of -0.5 as 0
        ([-3, -2], 256, [-1, 0]),  # -2.5 as -2
        ([-3, -2], 512, [-1, 1]),  # twice as fine: -5 steps, exactly
        ([-1, -1, 0], 256, [0, 0, 1]),  # two thirds to the nearest
        ([63, -64, 1], 512, [126, -128, 2]),
        ([64, -64], 512, [127, -128]),  # a quarter of a g up is one step too far
        ([COUNTS_MOST, COUNTS_LEAST], 4096, [127, -128]),
    ],
)
def test_motion_has_its_mean_rounded_halves_up_and_is_held_at_its_ends(
    axis: list[int], steps_per_g: int, expected: list[int]
) -> None:
    read = along(axis, FrontEnd(64, steps_per_g))
    assert read[:, 3].tolist() == read[:, 4].tolist() == read[:, 5].tolist() == expected


@given(windows, st.sampled_from(WITH_MOTION), st.integers(0, 2), st.integers(-20_000, 20_000))
def test_a_constant_added_to_an_axis_moves_its_gravity_and_no_motion(
    counts: NDArray[np.int16], front_end: FrontEnd, axis: int, steps: int
) -> None:
    """By whole coarse steps gravity moves exactly, as far as it is not held."""
    coarse = 256 // front_end.gravity_steps_per_g
    steps = int(np.clip(steps, -(10_000 // coarse), 10_000 // coarse))
    counts = counts // 2  # so that the sum stays a count
    moved = counts.copy()
    moved[:, axis] += steps * coarse
    before, after = (int8_input(window, front_end) for window in (counts, moved))
    assert np.array_equal(after[:, 3:], before[:, 3:])
    others = [other for other in range(3) if other != axis]
    assert np.array_equal(after[:, others], before[:, others])
    free = (abs(before[:, axis].astype(int)) < 127) & (abs(after[:, axis].astype(int)) < 127)
    risen = after[free, axis].astype(int) - before[free, axis]
    assert set(risen.tolist()) <= {steps}


@given(st.tuples(every_count, every_count, every_count), st.integers(1, 200), front_ends)
def test_a_still_window_has_no_motion(
    count: tuple[int, int, int], samples: int, front_end: FrontEnd
) -> None:
    read = int8_input(np.tile(np.array(count, np.int16), (samples, 1)), front_end)
    assert not read[:, 3:].any()
    assert np.array_equal(read[:, :3], np.tile(read[0, :3], (samples, 1)))


@given(arrays(np.int16, (3, 7, 3), elements=every_count), front_ends)
def test_many_windows_are_read_as_each_alone(
    counts: NDArray[np.int16], front_end: FrontEnd
) -> None:
    together = int8_input(counts, front_end)
    assert np.array_equal(together, [int8_input(window, front_end) for window in counts])


@given(samples_g)
@example(np.float32([[1.5 / 256, 2.5 / 256, -0.5 / 256]]))
@example(np.float32([[127.9999, 128, -128.01]]))
def test_samples_in_g_become_the_nearest_counts(xyz_g: NDArray[np.float32]) -> None:
    counts = counts_of(xyz_g)
    assert counts.dtype == np.int16
    for count, g in zip(counts.ravel().tolist(), xyz_g.ravel().tolist(), strict=True):
        exact = min(max(256 * Fraction(g), COUNTS_LEAST), COUNTS_MOST)
        assert abs(count - exact) <= Fraction(1, 2)


@given(arrays(np.int16, (5, 3), elements=every_count))
def test_whole_counts_in_g_are_those_counts(counts: NDArray[np.int16]) -> None:
    assert np.array_equal(counts_of(counts / np.float32(256)), counts)
    assert np.array_equal(counts_of(counts / 256), counts), "in double precision too"


@given(samples_g)
def test_a_sample_that_was_brought_to_counts_stays_there(xyz_g: NDArray[np.float32]) -> None:
    kept = in_counts(xyz_g)
    assert kept.dtype == np.float32
    assert np.array_equal(in_counts(kept), kept)
    assert np.array_equal(counts_of(kept), counts_of(xyz_g))


@pytest.mark.parametrize(
    ("front_end", "gravity_reaches_g", "motion_reaches_g"),
    [
        (SLEEP.front_end, 2.0, 0.25),
        (WISDM.front_end, 8.0, 0.5),
        (MHEALTH.front_end, 8.0, 0.5),
        (HAPT.front_end, 8.0, 0.5),
        (ONE_GAIN, 2.0, None),
    ],
)
def test_each_domain_reaches_as_far_as_its_movements(
    front_end: FrontEnd, gravity_reaches_g: float, motion_reaches_g: float | None
) -> None:
    """Gravity of a sample at its end is not held yet, nor is motion a count before its own."""
    step_g = gravity_reaches_g / 128
    down = along(counts_of(np.array([-gravity_reaches_g, step_g - gravity_reaches_g])), front_end)
    assert down[:, 0].tolist() == [-128, -127]
    assert front_end.channels == (3 if motion_reaches_g is None else 6)
    if motion_reaches_g is not None:
        inside_g = motion_reaches_g - 1 / 256
        shaken = along(counts_of(np.array([-inside_g, inside_g])), front_end)[:, 3]
        expected = round(128 * inside_g / motion_reaches_g)
        assert shaken.tolist() == [-expected, expected]


def test_the_inputs_step_is_a_64th_whatever_the_gain() -> None:
    assert INPUT_SCALE == 1 / 64


@pytest.mark.parametrize("spec", DOMAINS, ids=lambda spec: spec.domain)
def test_two_gains_are_the_domains_own_and_one_gain_is_the_papers(spec: Spec) -> None:
    assert with_input(spec, "two-gains") == spec
    assert with_input(spec, "one-gain") == replace(spec, front_end=ONE_GAIN)


def test_an_unknown_input_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no input is called 'three-gains'") as refusal:
        with_input(SLEEP, "three-gains")
    assert all(name in str(refusal.value) for name in INPUTS)


NO_STEPS = [True, 64.0, "64", 0, -64, 3, 65, 2**31]


@pytest.mark.parametrize("gravity", [*NO_STEPS, None, 512])
def test_gravity_steps_that_are_no_power_of_two_up_to_256_are_refused(gravity: Any) -> None:
    with pytest.raises(ValueError, match="gravity steps per g are"):
        FrontEnd(gravity, 512)


@pytest.mark.parametrize("motion", [*NO_STEPS, 512.0, 128, 8192])
def test_motion_steps_that_are_no_power_of_two_from_256_on_are_refused(motion: Any) -> None:
    with pytest.raises(ValueError, match="motion steps per g are"):
        FrontEnd(64, motion)


GOOD = {"gravity_steps_per_g": 64, "motion_steps_per_g": 512}


@pytest.mark.parametrize(
    "damaged",
    [
        None, 64, "two-gains", [64, 512], {},
        {"gravity_steps_per_g": 64}, {"motion_steps_per_g": 512},
        {**GOOD, "jerk_steps_per_g": 64},
        {**GOOD, "gravity_steps_per_g": "64"}, {**GOOD, "gravity_steps_per_g": True},
        {**GOOD, "gravity_steps_per_g": 512}, {**GOOD, "gravity_steps_per_g": 48},
        {**GOOD, "motion_steps_per_g": 512.0}, {**GOOD, "motion_steps_per_g": float("nan")},
        {**GOOD, "motion_steps_per_g": 128}, {**GOOD, "motion_steps_per_g": [512]},
    ],
)  # fmt: skip
def test_a_spec_with_a_damaged_front_end_is_refused(damaged: object) -> None:
    with pytest.raises(EdgekitError, match="not a window specification"):
        Spec.from_json({**SLEEP.to_json(), "front_end": damaged})


def test_a_spec_without_a_front_end_is_refused() -> None:
    fields = SLEEP.to_json()
    del fields["front_end"]
    with pytest.raises(EdgekitError, match="front_end"):
        Spec.from_json(fields)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
steps = st.sampled_from([*GRAVITY_STEPS, 512, 4096, 8192]) | scalars
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from(list(GOOD)), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(json_values | st.fixed_dictionaries(dict.fromkeys(GOOD, steps)))
@example(GOOD)
def test_whatever_json_stands_for_a_front_end_it_is_one_or_is_refused(value: Any) -> None:
    fields = json.loads(json.dumps({**SLEEP.to_json(), "front_end": value}))
    try:
        spec = Spec.from_json(fields)
    except EdgekitError:
        return
    assert spec.to_json()["front_end"] == value
    assert spec.front_end in FRONT_ENDS


@pytest.mark.parametrize("front_end", FRONT_ENDS, ids=str)
def test_every_front_end_survives_json(front_end: FrontEnd) -> None:
    spec = replace(SLEEP, front_end=front_end)
    assert Spec.from_json(json.loads(json.dumps(spec.to_json()))) == spec
