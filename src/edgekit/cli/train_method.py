"""What --method and its options make of a training: its loss, and the run that teaches."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.errors import UsageError

if TYPE_CHECKING:
    from edgekit.run import Run
    from edgekit.train.methods import Objective


def objective_of(
    method: str, task_weight: float | None, distill_weight: float | None
) -> "Objective":
    """Return the objective of a method that trains one net for both tasks. Raises UsageError."""
    from edgekit.train.methods import phases

    objective = phases(method)[-1]
    if method == "singletask":
        raise UsageError(
            "single-task trains one net a task, a Run holds one net for both: see it and "
            "the others with: edgekit compare --method singletask"
        )
    weights = {"task_weight": task_weight, "distill_weight": distill_weight}
    for name, value in weights.items():
        if value is None:
            continue
        if not hasattr(objective, name):
            raise UsageError(f"{method} has no teacher for --{name.replace('_', '-')} to weigh")
        objective = replace(objective, **{name: value})  # type: ignore[type-var]
    return objective


def teaching_run(method: str, teacher: Path | None) -> "Run | None":
    """Return the finished run that teaches, None for a method without. Raises UsageError."""
    from edgekit.run import read_run

    if (method == "born-again") != (teacher is not None):
        raise UsageError("--method born-again and --teacher RUN go together: name both or neither")
    if teacher is None:
        return None
    run = read_run(teacher)
    if not run.finished:
        raise UsageError(f"{teacher} is not finished: edgekit train --resume {teacher}")
    return run
