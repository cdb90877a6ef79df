"""What an operator's kernel asks of it: constants, paddings, the range of its activation."""

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError

from .fixed_point import activation_range
from .graph import Operator

VALID = 1  # schema.Padding


def slide(operator: Operator, width: int, window: int, stride: int) -> tuple[int, int]:
    """(positions, positions of padding before the first)."""
    if operator.options.padding == VALID:
        return (width - window) // stride + 1, 0
    positions = -(-width // stride)
    return positions, max(0, (positions - 1) * stride + window - width) // 2


def activation(operator: Operator) -> tuple[int, int]:
    found = activation_range(operator.activation, operator.output.scale)
    if found is None:
        raise EdgekitError(f"{operator}: its activation {operator.activation} has no kernel")
    return found


def no_dilation(operator: Operator) -> None:
    if operator.options.dilationWFactor != 1:
        raise EdgekitError(f"{operator}: a dilated convolution has no kernel")


def constant(operator: Operator, place: int) -> NDArray[np.int8]:
    tensor = operator.inputs[place]
    if tensor.constant is None:
        raise EdgekitError(f"{operator}: its input {place} is not a constant")
    return tensor.constant


def bias(operator: Operator, count: int) -> NDArray[np.int32]:
    if len(operator.inputs) < 3:
        return np.zeros(count, np.int32)
    return constant(operator, 2).astype(np.int32)
