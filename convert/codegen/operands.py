"""Read what a kernel needs of an operator: constants, paddings, its activation's range."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError

from ..model import Operator
from .fixed_point import activation_range

VALID = 1  # schema.Padding


def activation(operator: Operator) -> tuple[int, int]:
    """Return the int8 range of an operator's fused activation; raises EdgekitError without one."""
    limits = activation_range(operator.activation, operator.output.quantisation)
    if limits is None:
        raise EdgekitError(f"{operator}: its activation {operator.activation} has no kernel")
    return limits


def axes_of(operator: Operator, axes: Iterable[int]) -> set[int]:
    """Return axes of an operator's first input, counted from the front.

    Raises EdgekitError for one that it has not.
    """
    found, count = [int(axis) for axis in axes], len(operator.inputs[0].shape)
    if any(not -count <= axis < count for axis in found):
        raise EdgekitError(f"{operator}: its input has {count} axes, and it names {found}")
    return {axis % count for axis in found}


def constant(operator: Operator, place: int) -> NDArray[np.int8]:
    """Return the data of an operator's input; raises EdgekitError where it is no constant."""
    tensor = operator.inputs[place] if place < len(operator.inputs) else None
    if tensor is None or tensor.constant is None:
        raise EdgekitError(f"{operator}: its input {place} is not a constant")
    return tensor.constant


def bias(operator: Operator, count: int) -> NDArray[np.int32]:
    """Return the biases (count,) of an operator, zeros where it has none."""
    if len(operator.inputs) < 3:
        return np.zeros(count, np.int32)
    return constant(operator, 2).astype(np.int32).reshape(-1)
