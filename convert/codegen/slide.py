"""How the window of a convolution or a pool slides along the one axis that it may slide along."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError

from ..model import Operator, Tensor
from ..model_check import LARGEST_WINDOW
from .operands import VALID

ROWS, COLUMNS, BOTH = "rows", "columns", "both"


@dataclass(frozen=True)
class Axis:
    """One axis of the input of an operator that slides."""

    size: int
    window: int
    stride: int
    dilation: int
    is_valid: bool  # padding VALID, else SAME

    @property
    def span(self) -> int:
        """How far the window reaches, its gaps included."""
        return (self.window - 1) * self.dilation + 1

    @property
    def positions(self) -> int:
        if self.is_valid:
            return (self.size - self.span) // self.stride + 1
        return -(-self.size // self.stride)

    @property
    def pad(self) -> int:
        """The positions of padding before the first value."""
        if self.is_valid:
            return 0
        return max(0, (self.positions - 1) * self.stride + self.span - self.size) // 2

    @property
    def is_whole(self) -> bool:
        """Whether each position sees itself alone."""
        return self.window == 1 and self.stride == 1

    @property
    def sees_all(self) -> bool:
        """Whether there is one position, which sees the axis from end to end."""
        return self.positions == 1 and self.pad == 0 and self.window >= self.size


@dataclass(frozen=True)
class Slide:
    """A window that slides along the positions of each of `lines` lines of a tensor.

    A line's positions lie `step` positions of the tensor apart, and the lines `line_step`; 0 where
    the tensor is one line, whose positions lie beside each other.
    """

    along: str  # ROWS, COLUMNS or BOTH
    axis: Axis
    lines: int
    line_step: int
    step: int
    depth: int  # channels of a position
    inside: int  # which of the weights across the axis sees the data; the others see padding

    @property
    def is_plain(self) -> bool:
        """Whether a kernel can read the tensor as it lies in memory."""
        return self.line_step == 0 and self.axis.dilation == 1

    def taps(self, weights: NDArray[np.int8]) -> NDArray[np.int8]:
        """Return weights (count, height, width, channels) as (count, window, depth)."""
        count, height, width, channels = weights.shape
        if self.along == ROWS:
            return weights[:, :, self.inside]
        if self.along == COLUMNS:
            return weights[:, self.inside]
        return weights.reshape(count, height, width * channels)


def grid_of(tensor: Tensor) -> tuple[int, int, int]:
    """Return rows, columns and channels of a tensor. Raises EdgekitError for a batch."""
    shape = tensor.shape
    if len(shape) > 4:
        raise EdgekitError(
            f"a tensor {list(shape)} has more than four axes, which is not supported"
        )
    if len(shape) > 1 and shape[0] != 1:
        raise EdgekitError(
            f"a tensor {list(shape)} is not one window: export the model with a batch of 1"
        )
    if len(shape) == 4:
        return shape[1], shape[2], shape[3]
    return 1, tensor.size // tensor.channels, tensor.channels


def slide_of(operator: Operator, window: tuple[int, int], joins_columns: bool = False) -> Slide:
    """Return how an operator's window (height, width) slides over its input.

    With `joins_columns` a window as wide as the input is one over more channels. Raises
    EdgekitError where it slides along two axes, and where the output has another shape.
    """
    x, options = operator.inputs[0], operator.options
    rows, columns, depth = grid_of(x)
    is_valid = options.padding == VALID
    dilation = getattr(options, "dilationHFactor", 1), getattr(options, "dilationWFactor", 1)
    down = Axis(rows, window[0], options.strideH, dilation[0], is_valid)
    across = Axis(columns, window[1], options.strideW, dilation[1], is_valid)
    if max(down.span, across.span) > LARGEST_WINDOW:
        raise EdgekitError(f"{operator}: its window {_by(window)} reaches too far with its gaps")
    if down.positions < 1 or across.positions < 1:
        raise EdgekitError(f"{operator}: its window {_by(window)} is larger than its input")
    if len(x.shape) != 4 or grid_of(operator.output)[:2] != (down.positions, across.positions):
        raise EdgekitError(
            f"{operator}: its input {list(x.shape)} gives {down.positions} x {across.positions} "
            "positions, not those of its output"
        )
    slide = _along_one(operator, down, across, depth, joins_columns)
    if slide is None:
        raise EdgekitError(
            f"{operator}: its window of {_by(window)} slides along both axes of its input "
            f"{list(x.shape)}: 2-D convolutions and pools are not supported"
        )
    if slide.axis.dilation > 1 and slide.axis.stride > 1:
        raise EdgekitError(f"{operator}: a stride and a dilation at once are not supported")
    return slide


def _along_one(
    operator: Operator, down: Axis, across: Axis, depth: int, joins_columns: bool
) -> Slide | None:
    rows, columns = down.size, across.size
    if down.is_whole and across.is_whole:
        return Slide(COLUMNS, replace(across, size=rows * columns), 1, 0, 1, depth, 0)
    if rows == 1:
        return Slide(COLUMNS, _narrowed(across), 1, 0, 1, depth, _inside(operator, down))
    if columns == 1:
        return Slide(ROWS, _narrowed(down), 1, 0, 1, depth, _inside(operator, across))
    if joins_columns and across.sees_all and across.window == columns and across.dilation == 1:
        return Slide(BOTH, down, 1, 0, 1, columns * depth, 0)
    if not joins_columns and down.sees_all and across.sees_all:
        size = rows * columns
        return Slide(BOTH, Axis(size, size, 1, 1, True), 1, 0, 1, depth, 0)
    # A window of one value does not slide along its axis, but may leave out lines of it.
    if down.window == 1:
        line_step = down.stride * columns
        return Slide(COLUMNS, _narrowed(across), down.positions, line_step, 1, depth, 0)
    if across.window == 1:
        return Slide(ROWS, _narrowed(down), across.positions, across.stride, columns, depth, 0)
    return None


def _narrowed(axis: Axis) -> Axis:
    """A window of one value has no gaps."""
    return replace(axis, dilation=1) if axis.window == 1 else axis


def _inside(operator: Operator, axis: Axis) -> int:
    """Return which of a window's values sees the only position of an axis."""
    if axis.pad % axis.dilation:
        raise EdgekitError(f"{operator}: no value of its window sees its input")
    return axis.pad // axis.dilation


def _by(sizes: tuple[int, int]) -> str:
    return f"{sizes[0]} x {sizes[1]}"
