"""The paper's five methods: each an objective, or two in turn; one loop trains them all.

A new method is a file here and an entry in METHODS.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from edgekit.names import pick

from .born_again import BornAgain
from .multitask import Multitask
from .objective import Objective
from .sd_dropout import SDDropout
from .singletask import SingleTask
from .smooth_distill import SmoothDistill

__all__ = [
    "METHODS",
    "BornAgain",
    "Multitask",
    "Objective",
    "SDDropout",
    "SingleTask",
    "SmoothDistill",
    "objective_from_json",
    "objective_to_json",
    "phases",
]


@dataclass(frozen=True)
class Method:
    title: str
    # Smooth-Distill's constants in, the trainings in turn out. How its teacher computes holds for
    # Born-Again's too, so that their costs compare.
    phases: Callable[[SmoothDistill], tuple[Objective, ...]]


METHODS = {
    "singletask": Method("Single-task", lambda _: (SingleTask("posture"), SingleTask("placement"))),
    "multitask": Method("Multitask", lambda _: (Multitask(),)),
    "sd-dropout": Method("SD-Dropout", lambda _: (SDDropout(),)),
    "born-again": Method(
        "Born-Again",
        lambda smooth: (Multitask(), BornAgain(coarse_teacher=smooth.coarse_teacher)),
    ),
    "smooth-distill": Method("Smooth-Distill", lambda smooth: (smooth,)),
}


def phases(method: str, smooth: SmoothDistill | None = None) -> tuple[Objective, ...]:
    """Return the trainings of a method, in turn; `smooth` replaces Smooth-Distill's own constants.

    A task is answered by the last training that learns it: single-task trains a net for each task,
    Born-Again a net that teaches and a net that answers. Raises UsageError for an unknown name.
    """
    return METHODS[pick("method", method, METHODS)].phases(smooth or SmoothDistill())


def objective_to_json(objective: Objective) -> dict[str, Any]:
    return {"name": objective.name, **asdict(objective)}  # type: ignore[call-overload]


def objective_from_json(fields: dict[str, Any]) -> Objective:
    """Raises KeyError for an unknown name, TypeError for an unknown or missing field."""
    kinds = {objective.name: type(objective) for name in METHODS for objective in phases(name)}
    constants = {key: value for key, value in fields.items() if key != "name"}
    return kinds[fields["name"]](**constants)
