"""The paper's five methods: each an objective, or two in turn; one loop trains them all."""

from dataclasses import asdict
from typing import Any

from edgekit.errors import UsageError

from .born_again import BornAgain
from .multitask import Multitask
from .objective import TASKS, Objective, Task
from .sd_dropout import SDDropout
from .singletask import SingleTask
from .smooth_distill import SmoothDistill

METHODS = ("singletask", "multitask", "sd-dropout", "born-again", "smooth-distill")

__all__ = [
    "METHODS",
    "TASKS",
    "BornAgain",
    "Multitask",
    "Objective",
    "SDDropout",
    "SingleTask",
    "SmoothDistill",
    "Task",
    "objective_from_json",
    "objective_to_json",
    "phases",
]


def phases(method: str, smooth: SmoothDistill | None = None) -> tuple[Objective, ...]:
    """The trainings of a method, in turn; `smooth` replaces Smooth-Distill's own constants.

    How its teacher computes holds for Born-Again's too, so that their costs compare. A task is
    answered by the last training that learns it: single-task trains a net for each task, Born-Again
    a net that teaches and a net that answers. Raises UsageError for an unknown name.
    """
    smooth = smooth or SmoothDistill()
    if method == "singletask":
        return SingleTask("posture"), SingleTask("placement")
    if method == "multitask":
        return (Multitask(),)
    if method == "sd-dropout":
        return (SDDropout(),)
    if method == "born-again":
        return Multitask(), BornAgain(coarse_teacher=smooth.coarse_teacher)
    if method == "smooth-distill":
        return (smooth,)
    raise UsageError(f"no method is called {method!r}. Methods: {', '.join(METHODS)}")


_BY_NAME: dict[str, type[Objective]] = {
    objective.name: objective
    for objective in (SingleTask, Multitask, SDDropout, BornAgain, SmoothDistill)
}


def objective_to_json(objective: Objective) -> dict[str, Any]:
    return {"name": objective.name, **asdict(objective)}  # type: ignore[call-overload]


def objective_from_json(fields: dict[str, Any]) -> Objective:
    """Raises KeyError for an unknown name, TypeError for an unknown or missing field."""
    rest = {key: value for key, value in fields.items() if key != "name"}
    return _BY_NAME[fields["name"]](**rest)
