"""Choose how to train on a data set of one's own by trying: input and augmentation, a net each.

Each candidate trains the micro net for a short while on some people and answers the others, in
turn. The people who will judge the training itself take no part. Scores are cached by the data's
digests, so that nothing is tried twice.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch

from edgekit.errors import EdgekitError
from edgekit.files import cache_folder, read_json, write_json
from edgekit.front_end import INPUTS, with_input
from edgekit.metrics import measure
from edgekit.nets import NETS
from edgekit.spec import Spec
from edgekit.windows import Windows

from .batches import as_read, batch_of
from .config import AUGMENTATIONS, Config, trained_through
from .cpu import full_speed
from .datasets import Dataset, windows_of
from .datasets.defaults import Augmentation, TrainingDefaults
from .loop import Watch, begin, predict, run_epoch
from .methods import Multitask
from .nets import build
from .splits import Index, split

VERSION = 1  # raise it when a score would be another
NET = "mtl-net-micro"
FOLDS = 2  # groups of people who answer in turn
STEPS = 120  # of a training, at least; in whole epochs
BATCH = 64
MOST_WINDOWS = 4_000
MARGIN = 0.01  # by which another must be better than the default: less may be chance
LEAST_PEOPLE = 2  # beside those who judge
# Beside the data set's own, from the gentlest.
TURNED = Augmentation(rotation_deg=(25.0, 25.0, 25.0), scale=0.1, shift=8)
TRIED = {
    "none": AUGMENTATIONS["none"],
    "light": AUGMENTATIONS["light"],
    "turned": TURNED,
    "turned, mirrored": replace(TURNED, mirror=0.3),
}


@dataclass(frozen=True)
class Candidate:
    """One way to train."""

    augmentation: str  # a name of `candidates_for`, or what the user named
    input: str
    changes: Augmentation


@dataclass(frozen=True)
class Score:
    """What a candidate reached."""

    candidate: Candidate
    accuracies: tuple[float, ...]  # balanced, 0..1, of each group of people left out (measured)

    @property
    def mean(self) -> float:
        return sum(self.accuracies) / len(self.accuracies)


@dataclass(frozen=True)
class Trial:
    """All scores, and the training defaults that they lead to."""

    scores: tuple[Score, ...]
    chosen: Candidate
    windows: int
    people: int
    split: str
    seed: int
    training: TrainingDefaults

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": "measured",
            "net": NET,
            "split": self.split,
            "seed": self.seed,
            "windows": self.windows,
            "people": self.people,
            "chosen": asdict(self.chosen),
            "scores": [
                {"candidate": asdict(each.candidate), "balanced_accuracy": each.accuracies}
                for each in self.scores
            ],
        }


def try_training(
    dataset: Dataset,
    kind: str,
    seed: int,
    *,
    input: str | None,
    augmentation: str | None,
    candidate_done: Callable[[Score], None] = lambda score: None,
    only_known: bool = False,
) -> Trial | None:
    """Try candidates on the people who do not judge in this split, and choose the best.

    What the user named, `input` or `augmentation`, is not varied; `dataset.training` is what the
    best is sought around. Returns None where there are too few people or windows to try and, with
    `only_known`, where a score is not cached. Raises as `split` does.
    """
    windows = windows_of(dataset)
    parts = split(windows, kind, seed)
    tried = windows.take(_some(np.concatenate([parts.train, parts.validation]), seed))
    folds = list(_folds(tried, kind, seed))
    people = len(np.unique(tried.subject))
    if not folds:
        return None
    scores: list[Score] = []
    cache = _Cache(dataset, kind, seed)

    def best_of(candidates: list[Candidate]) -> Candidate:
        """Return the best; the first is the default."""
        for candidate in candidates:
            if all(score.candidate != candidate for score in scores):
                known = cache.get(candidate)
                if known is None and only_known:
                    raise _NotTriedError
                found = known or Score(
                    candidate,
                    tuple(_accuracy(candidate, tried, fold, dataset, seed) for fold in folds),
                )
                if known is None:
                    cache.put(found)
                scores.append(found)
                candidate_done(found)
        of_these = [score for score in scores if score.candidate in candidates]
        default = next(score for score in of_these if score.candidate == candidates[0])
        best = max(of_these, key=lambda score: score.mean)
        return (best if best.mean - default.mean > MARGIN else default).candidate

    own = augmentation or "worn"
    changes = {**TRIED, **AUGMENTATIONS, "worn": dataset.training.augmentation}
    usual = dataset.training.input
    inputs = [input] if input else [usual, *(each for each in INPUTS if each != usual)]
    try:
        chosen = best_of([Candidate(own, each, changes[own]) for each in inputs])
        if augmentation is None:
            names = dict.fromkeys([own, *TRIED])
            chosen = best_of([Candidate(name, chosen.input, changes[name]) for name in names])
    except _NotTriedError:
        return None
    training = replace(dataset.training, augmentation=chosen.changes, input=chosen.input)
    return Trial(tuple(scores), chosen, len(tried), people, kind, seed, training)


def _some(index: Index, seed: int) -> Index:
    """Return at most MOST_WINDOWS of the windows, at random."""
    chosen = np.random.default_rng(seed).permutation(len(index))[:MOST_WINDOWS]
    return index[np.sort(chosen)]


def _folds(windows: Windows, kind: str, seed: int) -> Iterator[tuple[Index, Index]]:
    """Yield windows to train on and windows to answer: other people, or, at random, others."""
    random = np.random.default_rng(seed)
    every = np.arange(len(windows))
    if kind == "random-window":
        parts = np.array_split(random.permutation(len(windows)), FOLDS)
        held_out = [np.isin(every, part) for part in parts]
    else:
        people = random.permutation(np.unique(windows.subject))
        if len(people) < LEAST_PEOPLE:
            return
        groups = np.array_split(people, min(FOLDS, len(people)))
        held_out = [np.isin(windows.subject, group) for group in groups]
    for out in held_out:
        if out.any() and not out.all():
            yield np.flatnonzero(~out), np.flatnonzero(out)


def _accuracy(
    candidate: Candidate,
    windows: Windows,
    fold: tuple[Index, Index],
    dataset: Dataset,
    seed: int,
) -> float:
    """Train on one part of the windows, and return the balanced accuracy on the other, 0..1."""
    device = torch.device("cpu")
    spec = with_input(dataset.spec, candidate.input)
    train, held_out = (windows.take(index) for index in fold)
    batches = max(1, -(-len(train) // BATCH))
    recipe = replace(
        NETS[NET].recipe,
        batch=BATCH,
        epochs=-(-STEPS // batches),
        label_smoothing=dataset.training.label_smoothing,
    )
    front_end = trained_through(recipe, spec)
    config = Config(
        dataset.name, NET, "subject", seed, recipe, front_end, Multitask(), candidate.changes
    )
    batch, judged = batch_of(train, device), as_read(batch_of(held_out, device), front_end)
    state = begin(lambda: build(NET, spec), config, device)
    with full_speed(device):
        for epoch in range(recipe.epochs):
            run_epoch(state, config, batch, epoch, Watch())
        logits = predict(state.student, judged.x)
    return _balanced(held_out, logits, spec)


def _balanced(held_out: Windows, logits: Any, spec: Spec) -> float:
    """Return the mean over the tasks that have a choice."""
    of_tasks = [
        measure(
            getattr(held_out, task), getattr(logits, task).argmax(1).numpy(), spec.labels(task)
        ).balanced_accuracy
        for task in spec.choices
    ]
    return sum(of_tasks) / len(of_tasks)


class _NotTriedError(Exception):
    """A score is asked for that is not cached."""


class _Cache:
    """Scores on disk, by all that decides them; a cache that cannot be read is begun anew."""

    def __init__(self, dataset: Dataset, kind: str, seed: int) -> None:
        fields = [
            (VERSION, NET, FOLDS, STEPS, BATCH, kind, seed),
            dataset.digests,
            dataset.spec.to_json(),
            asdict(dataset.training),
        ]
        key = hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:16]
        self._path = cache_folder("trials") / f"{key}.json"
        self._scores: dict[str, list[float]] = {}
        with suppress(EdgekitError):
            stored = read_json(self._path)
            self._scores = {name: _accuracies(values) for name, values in stored.items()}

    def get(self, candidate: Candidate) -> Score | None:
        values = self._scores.get(_name(candidate))
        return Score(candidate, tuple(values)) if values else None

    def put(self, score: Score) -> None:
        self._scores[_name(score.candidate)] = list(score.accuracies)
        with suppress(OSError, EdgekitError):
            write_json(self._path, self._scores)


def _accuracies(values: Any) -> list[float]:
    """Check the cached accuracies of a candidate. Raises EdgekitError where they are no shares."""
    is_list = isinstance(values, list) and len(values) > 0
    if not is_list or not all(isinstance(v, int | float) and 0 <= v <= 1 for v in values):
        raise EdgekitError("the cache of trials is damaged")
    return [float(value) for value in values]


def _name(candidate: Candidate) -> str:
    return json.dumps(asdict(candidate), sort_keys=True)
