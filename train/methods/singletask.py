"""Single-task: a net for each task, plain cross entropy; what the paper measures cost against."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor
from torch.nn import functional as F

from edgekit.spec import Task

from ..nets import Heads, TwoHeads
from .objective import Objective, Teacher


@dataclass(frozen=True)
class SingleTask(Objective):
    """One of the two nets. Its other head exists but learns nothing."""

    task: Task

    name: ClassVar[str] = "singletask"
    teacher: ClassVar[Teacher] = "none"

    @property
    def tasks(self) -> tuple[Task, ...]:
        return (self.task,)

    def loss(
        self, student: TwoHeads, teacher: TwoHeads | None, x: Tensor, target: Heads
    ) -> tuple[Tensor, Heads]:
        logits = student(x)
        return F.cross_entropy(getattr(logits, self.task), getattr(target, self.task)), logits
