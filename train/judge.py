"""Judge a net on windows: answers, figures of merit for each task, and the angle beside them."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from edgekit.metrics import Metrics, accuracy_by, measure
from edgekit.spec import TASKS, FrontEnd, Spec, Task
from edgekit.windows import Windows

from .baselines.angle import atan2_posture
from .batches import as_read, batch_of
from .loop import predict
from .nets import TwoHeads

Answers = dict[Task, NDArray[np.int64]]  # of N windows each


def answers_of(
    net: TwoHeads, windows: Windows, front_end: FrontEnd | None, device: torch.device
) -> Answers:
    """Answer the windows: an index (N,) for each task."""
    logits = predict(net, as_read(batch_of(windows, device), front_end).x)
    return {task: z.argmax(1).cpu().numpy() for task, z in zip(TASKS, logits, strict=True)}


def judge(answers: Answers, windows: Windows, spec: Spec) -> dict[Task, Metrics]:
    """Compute each task's figures of merit."""
    return {
        task: measure(getattr(windows, task), answer, spec.labels(task))
        for task, answer in answers.items()
    }


def posture_by_placement(answers: Answers, windows: Windows, spec: Spec) -> dict[str, float]:
    """Return posture's accuracy, 0..1, by where the sensor was worn."""
    by_index = accuracy_by(windows.placement, windows.posture, answers["posture"])
    return {spec.placements[worn]: value for worn, value in by_index.items()}


def baseline(windows: Windows, spec: Spec) -> dict[str, Any]:
    """Judge the angle's own answer, where the classes are angles."""
    if not spec.has_body_axes:
        return {}
    answer = atan2_posture(windows.xyz_g, spec.postures)
    return {"atan2": {"posture": measure(windows.posture, answer, spec.postures).to_json()}}
