"""Multitask: one net, both tasks' cross entropy (paper, eq. 1)."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..nets import Heads, TwoHeads
from .losses import cross_entropies
from .objective import Objective, Teacher


@dataclass(frozen=True)
class Multitask(Objective):
    task_weight: float = 0.5  # alpha

    name: ClassVar[str] = "multitask"
    teacher: ClassVar[Teacher] = "none"

    def loss(
        self, student: TwoHeads, teacher: TwoHeads | None, x: Tensor, target: Heads
    ) -> tuple[Tensor, Heads]:
        logits = student(x)
        return cross_entropies(logits, target, self.task_weight), logits
