"""What a net answered before an adaptation and after it, on the same labelled windows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.adaptation import Change
from edgekit.spec import Task
from edgekit.windows import Windows

from ..judge import Answers


@dataclass(frozen=True)
class Judgement:
    """Labelled windows, and each task's answers (N,) before and after, -1 where none fits."""

    windows: Windows
    before: Answers
    after: Answers

    def change(self, task: Task, chosen: NDArray[np.bool_] | None = None) -> Change:
        """Return a task's accuracy before and after, on the `chosen` windows."""
        truth = getattr(self.windows, task)
        of = np.ones(len(truth), bool) if chosen is None else chosen
        before, after = (float((a[task] == truth)[of].mean()) for a in (self.before, self.after))
        return Change(before, after)

    def by_class(self, task: Task) -> dict[int, Change]:
        """Return the change within each class that occurs, by its index."""
        truth = getattr(self.windows, task)
        return {int(k): self.change(task, truth == k) for k in np.unique(truth)}
