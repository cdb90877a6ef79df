"""SD-Dropout: two dropout views of the shared features must agree (Lee et al., 2022)."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor
from torch.nn import functional as F

from ..nets import Heads, TwoHeads
from .losses import softened_kl, weighted
from .objective import Objective, Teacher


@dataclass(frozen=True)
class SDDropout(Objective):
    """Constants as in the paper's published code: p 0.5, T 2, both divergences summed."""

    task_weight: float = 0.5  # alpha
    distill_weight: float = 1.0  # lambda
    temperature: float = 2.0  # T
    dropout: float = 0.5  # p

    name: ClassVar[str] = "sd-dropout"
    teacher: ClassVar[Teacher] = "none"

    def loss(
        self, student: TwoHeads, teacher: TwoHeads | None, x: Tensor, target: Heads
    ) -> tuple[Tensor, Heads]:
        features = student.features(x)  # (B, F)
        logits = student.answer(features)
        first, second = (student.answer(F.dropout(features, self.dropout)) for _ in range(2))
        per_task = (
            F.cross_entropy(z, y)
            + self.distill_weight
            * (softened_kl(a, b, self.temperature) + softened_kl(b, a, self.temperature))
            for z, a, b, y in zip(logits, first, second, target, strict=True)
        )
        return weighted(self.task_weight, *per_task), logits
