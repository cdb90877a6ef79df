"""Terms of the methods' losses; logits (B, classes), labels (B,)."""

from contextlib import nullcontext
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from ..cpu import in_bfloat16
from ..nets import Heads, TwoHeads


class Distillation(Protocol):
    """The constants of an objective that has a teacher."""

    @property
    def task_weight(self) -> float:
        """alpha"""

    @property
    def distill_weight(self) -> float:
        """lambda"""

    @property
    def temperature(self) -> float:
        """T"""

    @property
    def coarse_teacher(self) -> bool:
        """Whether the teacher may answer in bfloat16, on a CPU that is faster so."""


def distilled(
    student: TwoHeads, teacher: TwoHeads, x: Tensor, target: Heads, by: Distillation
) -> tuple[Tensor, Heads]:
    """Return each task's cross entropy and divergence from the teacher, weighted (eq. 3 and 5).

    Windows x (B, 3, 1, 100); also returns the student's logits. The teacher gets no gradient.
    """
    logits: Heads = student(x)
    if by.distill_weight == 0:  # the teacher has no part in the loss
        return cross_entropies(logits, target, by.task_weight), logits
    with torch.no_grad(), in_bfloat16(x.device) if by.coarse_teacher else nullcontext():
        teacher_logits: Heads = teacher(x)
    per_task = (
        F.cross_entropy(z, y) + by.distill_weight * softened_kl(z, t.to(z.dtype), by.temperature)
        for z, t, y in zip(logits, teacher_logits, target, strict=True)
    )
    return weighted(by.task_weight, *per_task), logits


def cross_entropies(logits: Heads, target: Heads, task_weight: float) -> Tensor:
    """Return both tasks' cross entropy, weighted (eq. 1)."""
    per_task = (F.cross_entropy(z, y) for z, y in zip(logits, target, strict=True))
    return weighted(task_weight, *per_task)


def softened_kl(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Return T^2 KL(teacher || student) of softened softmaxes, mean over the batch (eq. 2)."""
    log_student = F.log_softmax(student / temperature, dim=1)
    log_teacher = F.log_softmax(teacher / temperature, dim=1)
    # kl_div itself has no batching rule, which a stack of nets needs.
    return temperature**2 * (log_teacher.exp() * (log_teacher - log_student)).sum(dim=1).mean()


def weighted(task_weight: float, posture: Tensor, placement: Tensor) -> Tensor:
    """Return alpha * posture + (1 - alpha) * placement."""
    return task_weight * posture + (1 - task_weight) * placement
