"""What the loop needs of every method: a loss, its tasks, and where its teacher comes from."""

from collections.abc import Iterable
from typing import ClassVar, Literal, Protocol

from torch import Tensor

from edgekit.spec import TASKS, Task

from ..nets import Heads, TwoHeads

# none; the student's own running average; a net that was trained before and stays as it is.
Teacher = Literal["none", "average", "given"]


class Objective(Protocol):
    """One training of one net: by default of both tasks, without an averaged teacher."""

    name: ClassVar[str]
    teacher: ClassVar[Teacher]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """List the tasks that are learnt, by which the best epoch is chosen too."""
        return TASKS

    def loss(
        self, student: TwoHeads, teacher: TwoHeads | None, x: Tensor, target: Heads
    ) -> tuple[Tensor, Heads]:
        """Return the scalar loss of windows x (B, channels, 1, 100), and the student's logits.

        The target is labels (B,), or probabilities (B, classes) where labels are smoothed.
        `teacher` is there unless this objective has none.
        """

    def update(self, teacher: Iterable[Tensor], student: Iterable[Tensor], step: int) -> None:
        """Move an averaged teacher, in place, after optimizer step `step`, counted from 0.

        The tensors are a net's parameters and buffers, or those of several nets stacked; the
        teacher's correspond to the student's one by one. Without an average nothing happens.
        """
        return
