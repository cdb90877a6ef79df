"""Place all buffers in one arena: those whose lives do not overlap may share memory."""

from collections.abc import Sequence
from dataclasses import dataclass

ALIGNMENT = 4  # elements: a word of int8, two of int16


@dataclass
class Buffer:
    """Some positions by channels, with room for a convolution's padding on both sides."""

    size: int  # elements, margins not included
    fill: int  # the zero point, which the margins hold
    left: int = 0  # elements before, a multiple of ALIGNMENT
    right: int = 0  # elements after
    spill: int = 0  # elements after, which its writer may overwrite
    over: int = 0  # elements after, read beyond the end by its reader; they must not change
    born: int = 0  # the step that writes it
    dies: int = 0  # the last step that reads it

    @property
    def whole(self) -> int:
        return (
            -(-(self.left + self.size + max(self.right, self.spill, self.over)) // ALIGNMENT)
            * ALIGNMENT
        )


def offsets(buffers: Sequence[Buffer]) -> tuple[list[int], int]:
    """Return the first element of each buffer, its left margin included, and the arena's size.

    Greedy by size, which is what TFLM does: the largest first, each at the lowest place that is
    free over its whole life.
    """
    placed: list[int] = []
    at = [0] * len(buffers)
    for index in sorted(range(len(buffers)), key=lambda i: -buffers[i].whole):
        buffer = buffers[index]
        occupied = sorted(
            (at[other], at[other] + buffers[other].whole)
            for other in placed
            if buffers[other].born <= buffer.dies and buffer.born <= buffers[other].dies
        )
        start = 0
        for begin, end in occupied:
            if begin - start >= buffer.whole:
                break
            start = max(start, end)
        at[index] = start
        placed.append(index)
    total = max((at[i] + buffer.whole for i, buffer in enumerate(buffers)), default=0)
    return at, total
