"""Lower operators that compute nothing: most are another view of what lies in memory."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from edgekit.errors import EdgekitError

from ..model import Operator
from .operands import axes_of, constant
from .plan import Plan, View

MOST_PADDING = 1 << 16


def reshape(plan: Plan, operator: Operator) -> None:
    """View the same values in another shape; no step."""
    _check_scale(operator)
    plan.again(operator.output, plan.view(operator.inputs[0]))


def transpose(plan: Plan, operator: Operator) -> None:
    """Swap two neighbouring groups of axes; where all but one have one value, no step."""
    x, order = operator.inputs[0], [int(axis) for axis in constant(operator, 1).reshape(-1)]
    if sorted(order) != list(range(len(x.shape))):
        raise EdgekitError(f"{operator}: {order} is no order of the axes of {list(x.shape)}")
    _check_scale(operator)
    _check_shape(operator, [x.shape[axis] for axis in order])
    view, moved = plan.view(x), [axis for axis in order if x.shape[axis] > 1]
    if moved == sorted(moved):
        plan.again(operator.output, view)
        return
    # What is left is some axes kept in front, two groups that change places, and axes kept behind.
    axes = sorted(moved)
    while axes and axes[-1] == moved[-1]:
        axes.pop(), moved.pop()
    first = next((at for at in range(1, len(axes)) if moved == axes[at:] + axes[:at]), None)
    if first is None:
        raise EdgekitError(f"{operator}: the order {order} of {list(x.shape)} is not supported")
    before = int(np.prod([x.shape[axis] for axis in axes[:first]]))
    after = int(np.prod([x.shape[axis] for axis in axes[first:]]))
    behind = view.size // (before * after)
    name = f"transpose{operator.place}"
    plan.constants.append(
        f"static const nn_lines_t {name} = {{{after}, {behind}, {after * behind}, {before}, 1, 0, "
        f"{before}, {behind}}};"
    )
    y = plan.new(operator.output)
    plan.add(operator.label, (view,), y, lambda at: f"nn_split(&{name}, {at(view)}, 0, {at(y)});")


def _check_scale(operator: Operator) -> None:
    if operator.inputs[0].quantisation != operator.output.quantisation:
        raise EdgekitError(f"{operator}: its output is on another scale than its input")


def _check_shape(operator: Operator, made: Sequence[int]) -> None:
    if list(operator.output.shape) != list(made):
        raise EdgekitError(f"{operator}: it makes {list(made)}, not the shape of its output")


def strided_slice(plan: Plan, operator: Operator) -> None:
    """View values that lie in a row; no step. Raises EdgekitError for others."""
    x, options = operator.inputs[0], operator.options
    begin, end, strides = (constant(operator, place).astype(int).reshape(-1) for place in (1, 2, 3))
    masks = options.ellipsisMask | options.newAxisMask | options.shrinkAxisMask
    if masks or not len(begin) == len(end) == len(strides) == len(x.shape):
        raise EdgekitError(
            f"{operator}: only slices that keep all {len(x.shape)} axes are supported"
        )
    _check_scale(operator)
    first, last = begin.copy(), end.copy()
    for axis, size in enumerate(x.shape):
        if not -size <= begin[axis] < size and not options.beginMask >> axis & 1:
            raise EdgekitError(f"{operator}: it begins at {begin[axis]} of {size} values")
        first[axis] = 0 if options.beginMask >> axis & 1 else begin[axis] % size
        stop = end[axis] if end[axis] >= 0 else end[axis] + size
        last[axis] = size if options.endMask >> axis & 1 else min(stop, size)
    lengths = last - first
    # Whole in every axis after the first that is cut, and one value in every axis before it.
    cut = [axis for axis, size in enumerate(x.shape) if lengths[axis] != size]
    in_a_row = not cut or all(size == 1 for size in x.shape[: cut[0]])
    if len(cut) > 1 or not in_a_row or (strides != 1).any() or (lengths <= 0).any():
        raise EdgekitError(f"{operator}: it takes values that do not lie in a row")
    _check_shape(operator, lengths.tolist())
    after = int(np.prod(x.shape[cut[0] + 1 :])) if cut else 1
    start = int(first[cut[0]]) * after if cut else 0
    view = plan.view(x)
    part = replace(view, start=view.start + start, width=int(np.prod(lengths)), channels=1)
    plan.again(operator.output, part)


def pad(plan: Plan, operator: Operator) -> None:
    """View a tensor with positions around it; no step.

    They are its buffer's margins, which hold the zero point.
    """
    x, amounts = operator.inputs[0], constant(operator, 1).astype(int)
    _check_scale(operator)
    if amounts.shape != (len(x.shape), 2) or not ((amounts >= 0) & (amounts <= MOST_PADDING)).all():
        raise EdgekitError(f"{operator}: its padding {amounts.tolist()} does not fit its input")
    _check_shape(operator, [int(n) for n in np.array(x.shape) + amounts.sum(axis=1)])
    axes = [axis for axis in range(len(x.shape)) if amounts[axis].any()]
    # Padding lies around the values where every axis before it has one value.
    if len(axes) > 1 or any(
        axis == len(x.shape) - 1 or any(size > 1 for size in x.shape[:axis]) for axis in axes
    ):
        raise EdgekitError(f"{operator}: only positions are padded, not {amounts.tolist()}")
    view = plan.view(x)
    if not axes:
        plan.again(operator.output, view)
        return
    before, after = (int(count) for count in amounts[axes[0]])
    of_one = view.size // x.shape[axes[0]]
    padded = plan.need(view, -before * of_one, view.size + after * of_one)
    plan.again(operator.output, padded)


def concatenation(plan: Plan, operator: Operator) -> None:
    """Copy each tensor to its place in the output."""
    shape = operator.output.shape
    (axis,) = axes_of(operator, [operator.options.axis])
    parts = [tensor.shape for tensor in operator.inputs]
    if any(len(part) != len(shape) for part in parts) or any(
        (sum(part[at] for part in parts) != size)
        if at == axis
        else any(part[at] != size for part in parts)
        for at, size in enumerate(shape)
    ):
        raise EdgekitError(f"{operator}: its parts {list(map(list, parts))} do not fit its output")
    if any(t.quantisation != operator.output.quantisation for t in operator.inputs):
        raise EdgekitError(f"{operator}: its parts are on different scales")
    if operator.activation != "NONE" or any(t.constant is not None for t in operator.inputs):
        raise EdgekitError(f"{operator}: only tensors are put together, without an activation")
    rows = int(np.prod(shape[:axis]))
    y = plan.new(operator.output)
    step, start = y.size // rows, 0
    for tensor in operator.inputs:
        view = plan.view(tensor)
        _copy(plan, operator, view, replace(y, start=start), rows, step)
        start += view.size // rows


def _copy(plan: Plan, operator: Operator, view: View, part: View, rows: int, step: int) -> None:
    plan.add(
        operator.label,
        (view,),
        part,
        lambda at: f"nn_copy({at(view)}, {rows}, {view.size // rows}, {at(part)}, {step});",
    )
