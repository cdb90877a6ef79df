"""What every method gives the loop: a loss, the tasks it learns, and where its teacher is from."""

from typing import ClassVar, Literal, Protocol

from torch import Tensor

from ..nets import Heads, TwoHeads

Task = Literal["posture", "placement"]
TASKS: tuple[Task, Task] = ("posture", "placement")

# none; the student's own running average; a net that was trained before and stays as it is.
Teacher = Literal["none", "average", "given"]


class Objective(Protocol):
    """One training of one net."""

    name: ClassVar[str]
    teacher: ClassVar[Teacher]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks that are learnt, and by which the best epoch is chosen."""

    def loss(
        self, student: TwoHeads, teacher: TwoHeads | None, x: Tensor, target: Heads
    ) -> tuple[Tensor, Heads]:
        """The scalar loss of windows x (B, 3, 1, 100), and the student's logits.

        The target is labels (B,), or probabilities (B, classes) where labels are smoothed.
        `teacher` is there unless this objective has none.
        """
