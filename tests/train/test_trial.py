"""A trial chooses input and augmentation by people who do not judge, once for each data."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgekit.front_end import INPUTS
from edgekit.train import trial
from edgekit.train.config import AUGMENTATIONS
from edgekit.train.datasets import Dataset, load, windows_of
from edgekit.train.splits import split
from edgekit.train.trial import MARGIN, TRIED, Trial, try_training
from tests.helpers.own_sets import PEOPLE, write_set

Try = Callable[..., Trial | None]


@pytest.fixture
def brief(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings of an epoch of large batches, and a cache of this test's own."""
    monkeypatch.setattr(trial, "STEPS", 1)
    monkeypatch.setattr(trial, "BATCH", 512)
    monkeypatch.setenv("EDGEKIT_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def kitchen(tmp_path: Path, brief: None) -> Dataset:
    return load(str(write_set(tmp_path / "kitchen", seconds=8)), None, seed=0)


def tried(dataset: Dataset, kind: str = "subject", **options: str | None) -> Trial:
    made = try_training(
        dataset,
        kind,
        0,
        input=options.get("input"),
        augmentation=options.get("augmentation"),
    )
    assert made is not None
    return made


def test_the_best_is_taken_and_the_default_where_less_than_a_point_is_between_them(
    kitchen: Dataset,
) -> None:
    made = tried(kitchen)
    of_input = [score for score in made.scores if score.candidate.input == made.chosen.input]
    chosen = next(score for score in of_input if score.candidate == made.chosen)
    assert chosen.mean >= max(score.mean for score in of_input) - MARGIN
    assert {score.candidate.input for score in made.scores} == set(INPUTS)
    assert set(TRIED) <= {score.candidate.augmentation for score in of_input}
    assert made.training.augmentation == made.chosen.changes
    assert made.training.input == made.chosen.input


def test_nobody_who_judges_takes_part(kitchen: Dataset) -> None:
    windows = windows_of(kitchen)
    judges = set(windows.subject[split(windows, "subject", 0).test])
    noise = np.random.default_rng(1)
    other = [
        replace(r, xyz_g=noise.normal(0, 1, r.xyz_g.shape).astype(np.float32))
        if r.subject in judges
        else r
        for r in kitchen.recordings
    ]
    before = tried(kitchen)
    changed = replace(kitchen, recordings=other, digests={"changed": "file"})
    assert tried(changed).scores == before.scores
    assert before.people == len(PEOPLE) - len(judges)


def test_a_second_trial_of_the_same_data_trains_nothing(
    kitchen: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tried(kitchen)
    monkeypatch.setattr(trial, "run_epoch", lambda *_: pytest.fail("it trains"))
    assert tried(kitchen) == first
    assert (
        try_training(
            replace(kitchen, digests={"other": "data"}),
            "subject",
            0,
            input=None,
            augmentation=None,
            only_known=True,
        )
        is None
    )


def test_a_damaged_cache_is_begun_anew(kitchen: Dataset, tmp_path: Path) -> None:
    first = tried(kitchen, input="one-gain", augmentation="light")
    (cached,) = (tmp_path / "cache" / "trials").glob("*.json")
    for damage in ("", "[]", '{"a": [2]}', '{"a": "b"}'):
        cached.write_text(damage)
        assert tried(kitchen, input="one-gain", augmentation="light") == first


def test_what_the_user_names_is_not_varied(kitchen: Dataset) -> None:
    made = tried(kitchen, input="one-gain")
    assert {score.candidate.input for score in made.scores} == {"one-gain"}
    made = tried(kitchen, augmentation="light")
    assert {score.candidate.augmentation for score in made.scores} == {"light"}
    assert made.training.augmentation == AUGMENTATIONS["light"]


def test_one_person_beside_those_who_judge_is_too_few_to_try(tmp_path: Path, brief: None) -> None:
    folder = write_set(tmp_path / "few", PEOPLE[:3], seconds=8)
    loaded = load(str(folder), None, seed=0)
    of_two = try_training(loaded, "subject", 0, input=None, augmentation="none")
    assert of_two is not None
    assert of_two.people == 2
    one = write_set(tmp_path / "one", PEOPLE[:1], seconds=20)
    at_random = try_training(
        load(str(one), None, seed=0), "random-window", 0, input="one-gain", augmentation="none"
    )
    assert at_random is not None
    assert at_random.people == 1
