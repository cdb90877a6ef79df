"""What trains never judges; people are held out whole; placements are spread over the parts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers

from edgekit.errors import EdgekitError, UsageError
from edgekit.spec import ACTIVITY_FRONT_END, Spec
from edgekit.train.splits import FOLDS, Split, fold, lacking_labels, share_of, split
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


def folds_of(windows: Windows, kind: str, seed: int) -> list[Split]:
    return [fold(windows, kind, seed, index) for index in range(FOLDS)]


@pytest.mark.parametrize("kind", ["subject", "random-window"])
@given(subjects=integers(5, 40), seed=integers(0, 5))
def test_every_window_stands_in_exactly_one_part_of_each_fold(
    kind: str, subjects: int, seed: int
) -> None:
    windows = windows_of(subjects)
    for parts in folds_of(windows, kind, seed):
        together = np.concatenate([parts.train, parts.validation, parts.test])
        assert sorted(together.tolist()) == list(range(len(windows)))
        assert min(len(parts.train), len(parts.validation), len(parts.test)) > 0


@given(subjects=integers(5, 40), seed=integers(0, 5))
def test_each_person_is_judged_exactly_once_over_five_folds(subjects: int, seed: int) -> None:
    windows = windows_of(subjects)
    judged = [np.unique(windows.subject[p.test]) for p in folds_of(windows, "subject", seed)]
    assert sorted(np.concatenate(judged).tolist()) == sorted(np.unique(windows.subject).tolist())
    assert max(map(len, judged)) - min(map(len, judged)) <= 1


@given(subjects=integers(5, 40), seed=integers(0, 5))
def test_no_person_stands_on_two_sides_of_a_fold(subjects: int, seed: int) -> None:
    windows = windows_of(subjects)
    for parts in folds_of(windows, "subject", seed):
        sides = [windows.subject[i] for i in (parts.train, parts.validation, parts.test)]
        people = [name for side in sides for name in set(side.tolist())]
        assert len(people) == len(set(people))


@given(seed=integers(0, 50))
def test_the_judges_of_every_fold_include_every_kind_of_wearer(seed: int) -> None:
    windows = windows_of(30)
    for parts in folds_of(windows, "subject", seed):
        one_sensor = {int(name[1:]) % 3 == 0 for name in windows.subject[parts.test].tolist()}
        assert one_sensor == {True, False}


@given(subjects=integers(1, 40), seed=integers(0, 5))
def test_the_papers_folds_share_their_judges_and_cut_the_rest_in_five(
    subjects: int, seed: int
) -> None:
    windows = windows_of(subjects)
    folds = folds_of(windows, "random-window", seed)
    test = folds[0].test
    assert all(np.array_equal(parts.test, test) for parts in folds)
    assert len(test) == round(0.2 * len(windows))
    chosen_by = np.concatenate([parts.validation for parts in folds])
    rest = set(range(len(windows))) - set(test.tolist())
    assert sorted(chosen_by.tolist()) == sorted(rest)


@pytest.mark.parametrize("kind", ["subject", "random-window"])
def test_the_seed_decides_a_fold(kind: str) -> None:
    windows = windows_of(40)
    first, again, other = (fold(windows, kind, seed, 2) for seed in (1, 1, 2))
    for part in ("train", "validation", "test"):
        assert np.array_equal(getattr(first, part), getattr(again, part))
        assert not np.array_equal(getattr(first, part), getattr(other, part))


def test_what_cannot_be_folded_is_named() -> None:
    with pytest.raises(UsageError, match="fold 5 is none of the 5: they count from 0"):
        fold(windows_of(10), "subject", 0, 5)
    with pytest.raises(EdgekitError, match=r"as many subjects; here are 4.*random-window"):
        fold(windows_of(4), "subject", 0, 0)
    with pytest.raises(UsageError, match="no split is called 'odd'"):
        fold(windows_of(10), "odd", 0, 0)


shares = floats(0, 1)


@given(small=shares, large=shares, seed=integers(0, 5))
def test_a_smaller_share_of_the_training_windows_lies_within_a_larger(
    small: float, large: float, seed: int
) -> None:
    small, large = sorted((small, large))
    whole = fold(windows_of(10), "subject", 0, 0)
    few, more = (share_of(whole, share, seed) for share in (small, large))
    assert set(few.train.tolist()) <= set(more.train.tolist()) <= set(whole.train.tolist())
    assert len(few.train) == max(1, round(small * len(whole.train)))
    assert len(set(few.train.tolist())) == len(few.train)


@given(share=shares, seed=integers(0, 5))
def test_a_share_leaves_the_judges_and_the_choosers_alone(share: float, seed: int) -> None:
    whole = fold(windows_of(10), "random-window", 0, 0)
    part = share_of(whole, share, seed)
    assert np.array_equal(part.validation, whole.validation)
    assert np.array_equal(part.test, whole.test)


def test_the_seed_decides_the_share() -> None:
    whole = fold(windows_of(40), "subject", 0, 0)
    first, again, other = (share_of(whole, 0.3, seed).train for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_labels_that_nothing_trains_or_judges_are_named() -> None:
    spec = Spec("kitchen", 50.0, ("stir", "chop", "tap"), ("wrist",), ACTIVITY_FRONT_END)
    subject = np.repeat(["ann", "bob", "cem"], 10)
    posture = np.repeat([0, 0, 1], 10)
    windows = Windows(np.zeros((30, 100, 3), np.float32), posture, 0 * posture, subject)
    parts = Split(np.arange(10), np.arange(10, 20), np.arange(20, 30))
    assert lacking_labels(windows, parts, spec) == [
        "posture: no window trains: the net will not answer chop, tap",
        "posture: no window judges: its accuracy is not known for stir, tap",
    ]
