"""Smooth-Distill: the teacher is a running average of the student (paper, eq. 1 to 5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from ..nets import Heads, TwoHeads
from .losses import distilled
from .objective import Objective, Teacher


@dataclass(frozen=True)
class SmoothDistill(Objective):
    task_weight: float = 0.5  # alpha
    distill_weight: float = 0.5  # lambda; at 0 the student is trained as by multitask (eq. 1)
    temperature: float = 3.0  # T
    decay: float = 0.999  # of the average, after its ramp
    ramp: bool = True  # the published code has none
    coarse_teacher: bool = True  # it may answer in bfloat16, where a CPU is faster so

    name: ClassVar[str] = "smooth-distill"
    teacher: ClassVar[Teacher] = "average"

    def loss(
        self, student: TwoHeads, teacher: TwoHeads | None, x: Tensor, target: Heads
    ) -> tuple[Tensor, Heads]:
        """Compute equation 5; see Objective."""
        assert teacher is not None
        return distilled(student, teacher, x, target, by=self)

    def decay_at(self, step: int) -> float:
        """Return the decay after `step` optimizer steps, counted from 0.

        Ramped: at 0.999 from the start, the random start would last a thousand steps.
        """
        return min(self.decay, (1 + step) / (10 + step)) if self.ramp else self.decay

    @torch.no_grad()
    def update(self, teacher: Iterable[Tensor], student: Iterable[Tensor], step: int) -> None:
        """Move the teacher towards the student (eq. 4), batch-norm statistics included."""
        torch._foreach_lerp_(_floats(teacher), _floats(student), 1 - self.decay_at(step))


def _floats(tensors: Iterable[Tensor]) -> list[Tensor]:
    """Leave out batch norm's count of batches, which is no part of an average."""
    return [tensor for tensor in tensors if tensor.is_floating_point()]
