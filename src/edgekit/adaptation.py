"""Adaptation: what run.json and bundle.json say of a net that was adapted to its wearer."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self, get_args

from edgekit.posture_words import from_paper
from edgekit.spec import SLEEP, TASKS, Spec, Task

Part = Literal["heads", "all"]  # of the net that learns from the own minutes
PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True)
class Change:
    """A task's accuracy on the same windows, 0..1, before the adaptation and after it."""

    before: float
    after: float

    @property
    def gain(self) -> float:
        return self.after - self.before


@dataclass(frozen=True)
class Adaptation:
    """Where an adapted net comes from, what it learned, and what that was worth."""

    run: str  # the name of the run that was adapted
    digests: dict[str, str]  # file of that run -> SHA-256
    part: Part
    seconds: float  # of each class that trained, at most
    own_windows: dict[str, int]  # "train" and "judged"
    old_windows: int  # test windows of that run, whose classes all stay
    own: dict[Task, Change]  # on the own minutes that did not train
    old: dict[Task, Change]  # on the test windows of that run; empty where none is left
    added: dict[Task, list[str]]  # classes
    dropped: dict[Task, list[str]]
    lacking: dict[Task, list[str]]  # classes that stay though the own minutes hold none of them

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any], spec: Spec) -> Self:
        """Read the fields of `adapted_from`, of a net that answers the classes of `spec`.

        An older file names sleep postures in the paper's words. Raises KeyError, TypeError or
        ValueError when a field is missing, unknown or impossible.
        """
        own, old = (
            {task: Change(**fields[name][task]) for task in TASKS if task in fields[name]}
            for name in ("own", "old")
        )
        classes = {
            name: {task: _in_words_of(spec, fields[name][task], task) for task in TASKS}
            for name in ("added", "dropped", "lacking")
        }
        adaptation = cls(**{**fields, **classes, "own": own, "old": old})
        _check(isinstance(adaptation.run, str), "run", adaptation.run)
        texts = (*adaptation.digests, *adaptation.digests.values())
        _check(all(isinstance(text, str) for text in texts), "digests", adaptation.digests)
        _check(adaptation.part in PARTS, "part", adaptation.part)
        _check(_is_number(adaptation.seconds) and adaptation.seconds > 0, "seconds", fields)
        parts = adaptation.own_windows
        counts = (parts["train"], parts["judged"], adaptation.old_windows)
        _check(all(type(count) is int and count >= 0 for count in counts), "windows", counts)
        _check(len(own) == len(TASKS), "own", own)
        _check(len(old) == (len(TASKS) if adaptation.old_windows else 0), "old", old)
        for changes in (own, old):
            for change in changes.values():
                shares = (change.before, change.after)
                _check(all(_is_number(s) and 0 <= s <= 1 for s in shares), "accuracy", shares)
        for task in TASKS:
            for name in (*adaptation.added[task], *adaptation.lacking[task]):
                _check(name in spec.labels(task), task, name)
            for name in adaptation.dropped[task]:
                _check(isinstance(name, str) and name not in spec.labels(task), task, name)
        return adaptation


def _in_words_of(spec: Spec, names: list[str], task: Task) -> list[str]:
    """Return classes as the spec calls them, where its net is, or comes from, one of sleep."""
    labels = spec.labels(task)
    is_of_sleep = spec.has_body_axes or set(SLEEP.postures) <= set(labels)
    if task == "placement" or not is_of_sleep:
        return names
    return [name if name in labels else from_paper([name])[0] for name in names]


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _check(is_valid: bool, name: str, value: Any) -> None:
    if not is_valid:
        raise ValueError(f"adapted_from: {name} is {value!r}")
