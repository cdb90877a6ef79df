"""Decide the classes of an adapted net: those of its run, with the wearer's own, or these alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from edgekit.errors import UsageError
from edgekit.names import pick
from edgekit.spec import SLEEP, TASKS, UNLABELLED, Spec, Task

from ..nets import TwoHeads

CHOICES = ("keep", "add", "own")  # what `edgekit train --classes` offers

Names = Mapping[Task, tuple[str, ...]]


@dataclass(frozen=True)
class Classes:
    """The adapted net's classes beside those of the run that it comes from."""

    before: Spec
    after: Spec
    own: dict[Task, tuple[str, ...]]  # those of the own minutes

    def added(self, task: Task) -> tuple[str, ...]:
        return _without(self.after.labels(task), self.before.labels(task))

    def dropped(self, task: Task) -> tuple[str, ...]:
        return _without(self.before.labels(task), self.after.labels(task))

    def lacking(self, task: Task) -> tuple[str, ...]:
        """Return the classes that stay though the own minutes hold none of them."""
        return _without(self.after.labels(task), self.own[task])

    def learns(self, task: Task) -> bool:
        """Return whether the own minutes can teach a head.

        A head that sees one class answers others less. Placement is taught only where they hold
        every place: taught by one, it loses the wearer's other place (docs/reproduction.md).
        """
        if len(self.own[task]) < 2:
            return False
        return task == "posture" or not self.lacking(task)

    def from_before(self, label: NDArray[np.int64], task: Task) -> NDArray[np.int64]:
        """Return labels (N,) of the run as the adapted net's; UNLABELLED where it is dropped."""
        return by_name(label, self.before.labels(task), self.after.labels(task))


def choose_classes(before: Spec, own: Names, choice: str, own_domain: str) -> Classes:
    """Return the classes after adaptation; `own` are those that the own windows hold.

    'keep' refuses names that the run lacks, 'add' puts them behind its own, 'own' leaves only what
    the own minutes hold. Raises UsageError at another choice, at an unknown name, and where there
    is nothing to tell apart.
    """
    pick("choice of classes", choice, CHOICES)
    after: dict[Task, tuple[str, ...]] = {}
    for task in TASKS:
        known = before.labels(task)
        unknown = _without(own[task], known)
        if unknown and choice == "keep":
            raise UsageError(_unknown(task, unknown, known))
        after[task] = own[task] if choice == "own" else known + unknown
    # Body axes come with postures whose angles are known; others make it a domain of its own.
    is_sleep = before.domain == SLEEP.domain and set(after["posture"]) <= set(SLEEP.postures)
    domain = before.domain if is_sleep or before.domain != SLEEP.domain else own_domain
    spec = replace(before, domain=domain, postures=after["posture"], placements=after["placement"])
    classes = Classes(before, spec, {task: tuple(own[task]) for task in TASKS})
    if not any(map(classes.learns, TASKS)):
        raise UsageError(
            f"the own minutes hold one posture or activity alone ({own['posture'][0]}): a net that "
            "learns from it would answer nothing else. Label two or more."
        )
    return classes


def by_name(
    label: NDArray[np.int64], before: tuple[str, ...], after: tuple[str, ...]
) -> NDArray[np.int64]:
    """Return labels (N,), indices into `before`, as indices into `after`; else UNLABELLED."""
    index = [after.index(name) if name in after else UNLABELLED for name in before]
    return np.asarray(index, np.int64)[label]


def with_classes(net: TwoHeads, classes: Classes, seed: int) -> TwoHeads:
    """Give a net the heads of its new classes, in place; rows of classes that stay are kept."""
    torch.manual_seed(seed)
    for task in TASKS:
        before, after = classes.before.labels(task), classes.after.labels(task)
        if before == after:
            continue
        old: nn.Linear = getattr(net, task)
        new = nn.Linear(old.in_features, len(after))
        with torch.no_grad():
            for row, name in enumerate(after):
                if name in before:
                    new.weight[row] = old.weight[before.index(name)]
                    new.bias[row] = old.bias[before.index(name)]
        setattr(net, task, new.to(old.weight.device))
    return net


def _without(names: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in others)


def _unknown(task: Task, unknown: tuple[str, ...], known: tuple[str, ...]) -> str:
    nearest = {
        name: match[0]
        for name in unknown
        if (match := get_close_matches(name.casefold(), known, n=1, cutoff=0.8))
    }
    hints = "".join(f" ({name!r} may be its {match!r})" for name, match in nearest.items())
    return (
        f"the run has no {task} called {', '.join(map(repr, unknown))}{hints}; it has "
        f"{', '.join(known)}. Rename the labels, or choose: --classes add for both, "
        "--classes own for the own ones alone."
    )
