"""Try training defaults on a folder's data set for train and compare, and print the scores."""

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .output import print_progress

if TYPE_CHECKING:
    from edgekit.train.datasets import Dataset
    from edgekit.train.trial import Score

LABEL = "try"
AUGMENTATION_COLUMNS = 17


def with_tried_defaults(
    dataset: "Dataset",
    kind: str,
    seed: int,
    *,
    input: str | None = None,
    augmentation: str | None = None,
    only_known: bool = False,
) -> "tuple[Dataset, dict[str, Any] | None]":
    """Return a folder's data set with the defaults that measured best, and the trial as JSON.

    A public data set, whose defaults are known, is returned as it is, as is a set whose input and
    augmentation are both named. With `only_known` nothing is trained: defaults that were never
    tried stay as they are.
    """
    from edgekit.train.trial import FOLDS, NET, try_training

    if dataset.folder is None or (input is not None and augmentation is not None):
        return dataset, None
    if only_known:
        trial = try_training(
            dataset, kind, seed, input=input, augmentation=augmentation, only_known=True
        )
        return (replace(dataset, training=trial.training) if trial else dataset), None
    print_progress(f"input, augmentation: balanced accuracy of {NET} on people left out", LABEL)
    began_s = time.monotonic()

    def candidate_done(score: "Score") -> None:
        nonlocal began_s
        folds = " ".join(f"{100 * each:5.1f}" for each in score.accuracies)
        candidate = score.candidate
        print_progress(
            f"{candidate.input:9}  {candidate.augmentation:{AUGMENTATION_COLUMNS}}"
            f"{100 * score.mean:6.1f} %  ({folds}), {time.monotonic() - began_s:.0f} s",
            LABEL,
        )
        began_s = time.monotonic()

    trial = try_training(
        dataset, kind, seed, input=input, augmentation=augmentation, candidate_done=candidate_done
    )
    if trial is None:
        print_progress(
            "too few people to try them on: the defaults for small data sets are used", LABEL
        )
        return dataset, None
    print_progress(
        f"chosen: {trial.chosen.input}, {trial.chosen.augmentation} (measured: {trial.windows:,} "
        f"windows of {trial.people} people in {FOLDS} parts, without those who judge in the {kind} "
        f"split of seed {seed})",
        LABEL,
    )
    return replace(dataset, training=trial.training), trial.to_json()
