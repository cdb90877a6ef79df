"""Born-Again: a fully trained net teaches a new one (Furlanello et al., 2018; eq. 2 and 3)."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from ..nets import Heads, TwoHeads
from .losses import distilled
from .objective import Objective, Teacher


@dataclass(frozen=True)
class BornAgain(Objective):
    """The second training; the first is multitask. The teacher may also be another, larger net."""

    task_weight: float = 0.5  # alpha
    distill_weight: float = 0.5  # lambda
    temperature: float = 3.0  # T
    coarse_teacher: bool = True  # it may answer in bfloat16, where a CPU is faster so

    name: ClassVar[str] = "born-again"
    teacher: ClassVar[Teacher] = "given"

    def loss(
        self, student: TwoHeads, teacher: TwoHeads | None, x: Tensor, target: Heads
    ) -> tuple[Tensor, Heads]:
        assert teacher is not None
        return distilled(student, teacher, x, target, by=self)
