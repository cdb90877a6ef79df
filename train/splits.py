"""Split windows into those that train, those that choose the epoch, and those that judge."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.names import pick
from edgekit.spec import Spec
from edgekit.windows import Windows

FOLDS = 5
TEST_SHARE = 0.2
VALIDATION_SHARE = 0.1  # of what is left for training
NAMED = 4  # labels in a sentence
SPLITS = ("subject", "random-window")

Index = NDArray[np.intp]


@dataclass(frozen=True)
class Split:
    """Indices into the windows; no window stands in two of them."""

    train: Index
    validation: Index
    test: Index


def split(windows: Windows, kind: str, seed: int) -> Split:
    """Divide windows by `kind`: 'subject' holds whole people out, 'random-window' is the paper's.

    Random windows overlap by 40 %, so a test window's neighbours, of the same person and session,
    train: that figure measures memory as well as skill. Raises UsageError for another kind,
    EdgekitError when there are too few subjects or windows to divide.
    """
    if pick("split", kind, SPLITS) == "subject":
        return _by_subject(windows, seed)
    return _by_window(len(windows), seed)


def fold(windows: Windows, kind: str, seed: int, index: int) -> Split:
    """Return fold `index`, 0..4, of a comparison.

    'random-window' is the paper's: a fifth of the windows, the same for all folds, judges; the rest
    is cut in five, one part chooses the epoch, four train. 'subject': the people are cut in five
    groups, those with the same placements spread evenly over them; each group judges once, a tenth
    of the other people chooses the epoch. Raises as `split` does.
    """
    if not 0 <= index < FOLDS:
        raise UsageError(f"fold {index} is none of the {FOLDS}: they count from 0")
    if pick("split", kind, SPLITS) == "subject":
        subjects = _stratified_subjects(windows, seed)
        check_folds_by_subject(len(subjects))
        return _holding_out(windows, subjects, set(subjects[index::FOLDS]))
    whole = _by_window(len(windows), seed)
    parts = np.array_split(np.concatenate([whole.validation, whole.train]), FOLDS)
    rest = np.concatenate([part for k, part in enumerate(parts) if k != index])
    return Split(rest, parts[index], whole.test)


def lacking_labels(windows: Windows, parts: Split, spec: Spec) -> list[str]:
    """Say which labels no window trains, and which none judges: a line each, with their names."""
    lines = []
    for task in spec.choices:
        of_windows = getattr(windows, task)
        for index, does in (
            (parts.train, "trains: the net will not answer"),
            (parts.test, "judges: its accuracy is not known for"),
        ):
            held = np.unique(of_windows[index])
            names = [name for k, name in enumerate(spec.labels(task)) if k not in held]
            if names:
                more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
                lines.append(f"{task}: no window {does} {', '.join(names[:NAMED])}{more}")
    return lines


def check_folds_by_subject(subjects: int) -> None:
    """Raise EdgekitError where there are fewer subjects than folds."""
    if subjects < FOLDS:
        raise EdgekitError(
            f"{FOLDS} folds by subject need as many subjects; here are {subjects}. Add recordings, "
            "or compare with --split random-window."
        )


def share_of(parts: Split, share: float, seed: int) -> Split:
    """Keep a random `share`, 0..1, of a split's training windows, and at least one."""
    count = max(1, round(share * len(parts.train)))
    chosen = np.random.default_rng(seed).permutation(len(parts.train))[:count]
    return Split(parts.train[np.sort(chosen)], parts.validation, parts.test)


def _by_window(count: int, seed: int) -> Split:
    if count < 10:
        raise EdgekitError(f"{count} windows are too few to train on: at least 10 are needed")
    order = np.random.default_rng(seed).permutation(count)
    test = round(count * TEST_SHARE)
    validation = test + round((count - test) * VALIDATION_SHARE)
    return Split(order[validation:], order[test:validation], order[:test])


def _by_subject(windows: Windows, seed: int) -> Split:
    subjects = _stratified_subjects(windows, seed)
    if len(subjects) < 3:
        raise EdgekitError(
            f"a subject split needs 3 subjects or more; here are {len(subjects)}. "
            "Add recordings of others, or try --split random-window: its figure holds for these "
            "people alone. A trained net is adapted to one person with --from RUN."
        )
    return _holding_out(windows, subjects, _every_share(subjects, TEST_SHARE))


def _holding_out(windows: Windows, subjects: list[str], test: set[str]) -> Split:
    rest = [subject for subject in subjects if subject not in test]
    validation = _every_share(rest, VALIDATION_SHARE)
    in_test = np.isin(windows.subject, list(test))
    in_validation = np.isin(windows.subject, list(validation))
    return Split(
        np.flatnonzero(~in_test & ~in_validation),
        np.flatnonzero(in_validation),
        np.flatnonzero(in_test),
    )


def _stratified_subjects(windows: Windows, seed: int) -> list[str]:
    """Order subjects at random, those with the same set of placements side by side.

    Without it the placement head can be judged on subjects who wore one sensor only.
    """
    worn = {
        subject: tuple(np.unique(windows.placement[windows.subject == subject]))
        for subject in map(str, np.unique(windows.subject))
    }
    shuffled = np.random.default_rng(seed).permutation(sorted(worn))
    return sorted(map(str, shuffled), key=lambda subject: worn[subject])


def _every_share(subjects: list[str], share: float) -> set[str]:
    """Pick evenly along the list, `share` of it and at least one."""
    count = max(1, round(len(subjects) * share))
    return {subjects[int((k + 0.5) * len(subjects) / count)] for k in range(count)}
