"""Smooth-Distill: the teacher is a running average of the student (paper, eq. 1 to 5)."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .nets import Heads


@dataclass(frozen=True)
class SmoothDistill:
    task_weight: float = 0.5  # alpha
    distill_weight: float = 0.5  # lambda; at 0 this is plain multitask training (eq. 1)
    temperature: float = 3.0  # T
    decay: float = 0.999  # of the average, after its ramp

    def loss(self, student: Heads, teacher: Heads, target: Heads) -> Tensor:
        """Scalar loss of a batch (eq. 5); logits (B, classes), `target` labels (B,)."""
        posture, placement = (
            F.cross_entropy(s, y) + self.distill_weight * softened_kl(s, t, self.temperature)
            for s, t, y in zip(student, teacher, target, strict=True)
        )
        return self.task_weight * posture + (1 - self.task_weight) * placement

    def decay_at(self, step: int) -> float:
        """The decay after `step` optimizer steps, counted from 0.

        Ramped: at 0.999 from the start, a random teacher would live on for a thousand steps.
        """
        return min(self.decay, (1 + step) / (10 + step))

    @torch.no_grad()
    def update(self, teacher: nn.Module, student: nn.Module, step: int) -> None:
        """Move the teacher towards the student (eq. 4), batch-norm statistics included."""
        weight = 1 - self.decay_at(step)
        torch._foreach_lerp_(_floats(teacher), _floats(student), weight)


def softened_kl(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """T^2 KL(teacher || student) of softened softmaxes, mean over the batch (eq. 2)."""
    return temperature**2 * F.kl_div(
        F.log_softmax(student / temperature, dim=1),
        F.log_softmax(teacher.detach() / temperature, dim=1),
        reduction="batchmean",
        log_target=True,
    )


def _floats(net: nn.Module) -> list[Tensor]:
    """Parameters and running statistics; the count of batches is no part of an average."""
    every: Iterable[Tensor] = (*net.parameters(), *net.buffers())
    return [tensor for tensor in every if tensor.is_floating_point()]
