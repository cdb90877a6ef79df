"""What trains never judges; people are held out whole; placements are spread over the parts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers

from edgekit.errors import EdgekitError, UsageError
from edgekit.train.splits import split
from edgekit.windows import Windows


def windows_of(subjects: int, per_subject: int = 20) -> Windows:
    """Every third subject wears one sensor only, as in WISDM's public part."""
    subject = np.repeat([f"s{k:02}" for k in range(subjects)], per_subject)
    one_sensor = np.repeat(np.arange(subjects) % 3 == 0, per_subject)
    placement = np.where(one_sensor, 1, np.tile([0, 1], len(subject) // 2))
    return Windows(
        np.zeros((len(subject), 100, 3), np.float32),
        np.zeros(len(subject), np.int64),
        placement.astype(np.int64),
        subject,
    )


@pytest.mark.parametrize("kind", ["subject", "random-window"])
@given(subjects=integers(3, 40), seed=integers(0, 5))
def test_every_window_stands_in_exactly_one_part(kind: str, subjects: int, seed: int) -> None:
    windows = windows_of(subjects)
    parts = split(windows, kind, seed)
    together = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(together.tolist()) == list(range(len(windows)))
    assert min(len(parts.train), len(parts.validation), len(parts.test)) > 0


@given(subjects=integers(3, 40), seed=integers(0, 5))
def test_a_subject_never_stands_on_two_sides(subjects: int, seed: int) -> None:
    windows = windows_of(subjects)
    parts = split(windows, "subject", seed)
    sides = [
        set(windows.subject[index].tolist())
        for index in (parts.train, parts.validation, parts.test)
    ]
    assert not sides[0] & sides[1]
    assert not sides[0] & sides[2]
    assert not sides[1] & sides[2]


@given(seed=integers(0, 50))
def test_the_judges_of_a_subject_split_include_every_kind_of_wearer(seed: int) -> None:
    windows = windows_of(30)
    test = windows.subject[split(windows, "subject", seed).test]
    one_sensor = {int(name[1:]) % 3 == 0 for name in test.tolist()}
    assert one_sensor == {True, False}


def test_the_seed_decides_the_split() -> None:
    windows = windows_of(40)
    for kind in ("subject", "random-window"):
        first, again, other = (split(windows, kind, seed).test for seed in (1, 1, 2))
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)


def test_too_few_people_are_named_with_the_way_out() -> None:
    with pytest.raises(EdgekitError, match=r"3 subjects or more; here are 2.*random-window"):
        split(windows_of(2), "subject", 0)


def test_an_unknown_split_is_named() -> None:
    with pytest.raises(UsageError, match="no split is called 'odd'"):
        split(windows_of(4), "odd", 0)
