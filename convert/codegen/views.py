"""Lower operators that compute nothing: most are another view of what lies in memory."""

from dataclasses import replace

import numpy as np

from edgekit.errors import EdgekitError

from ..model import Operator
from .operands import constant
from .plan import Plan, View, positions_of


def reshape(plan: Plan, operator: Operator) -> None:
    """View the same values in another shape; no step."""
    view = plan.views[operator.inputs[0].index]
    width, count = positions_of(operator.output)
    plan.views[operator.output.index] = replace(view, width=width, channels=count)


def strided_slice(plan: Plan, operator: Operator) -> None:
    """View values that lie in a row; no step. Raises EdgekitError for others."""
    x, options = operator.inputs[0], operator.options
    begin, end, strides = (constant(operator, place).astype(int).reshape(-1) for place in (1, 2, 3))
    first, last = begin.copy(), end.copy()
    for axis, size in enumerate(x.shape):
        first[axis] = 0 if options.beginMask >> axis & 1 else begin[axis] % size
        last[axis] = size if options.endMask >> axis & 1 else min(end[axis], size)
    lengths = last - first
    # Whole in every axis after the first that is cut, and one value in every axis before it.
    cut = [axis for axis, size in enumerate(x.shape) if lengths[axis] != size]
    in_a_row = not cut or all(size == 1 for size in x.shape[: cut[0]])
    if len(cut) > 1 or not in_a_row or (strides != 1).any() or (lengths <= 0).any():
        raise EdgekitError(f"{operator}: it takes values that do not lie in a row")
    after = int(np.prod(x.shape[cut[0] + 1 :])) if cut else 1
    start = int(first[cut[0]]) * after if cut else 0
    view = plan.views[x.index]
    width, count = positions_of(operator.output)
    plan.views[operator.output.index] = replace(
        view, start=view.start + start, width=width, channels=count
    )


def pad(plan: Plan, operator: Operator) -> None:
    """View a tensor with positions around it; no step.

    They are its buffer's margins, which hold the zero point.
    """
    x, amounts = operator.inputs[0], constant(operator, 1).astype(int)
    inner = amounts[:-2].any() or amounts[-1].any()
    if len(x.shape) < 2 or inner or x.quantisation != operator.output.quantisation:
        raise EdgekitError(f"{operator}: only positions are padded, not {amounts.tolist()}")
    view, (before, after) = plan.views[x.index], amounts[-2]
    padded = plan.need(view, -int(before) * view.channels, view.size + int(after) * view.channels)
    plan.views[operator.output.index] = padded


def concatenation(plan: Plan, operator: Operator) -> None:
    """Copy each tensor to its place in the output."""
    shape = operator.output.shape
    axis = operator.options.axis % len(shape)
    if any(t.quantisation != operator.output.quantisation for t in operator.inputs):
        raise EdgekitError(f"{operator}: its parts are on different scales")
    if operator.activation != "NONE" or any(t.constant is not None for t in operator.inputs):
        raise EdgekitError(f"{operator}: only tensors are put together, without an activation")
    rows = int(np.prod(shape[:axis]))
    y = plan.new(operator.output)
    step, start = y.size // rows, 0
    for tensor in operator.inputs:
        view = plan.views[tensor.index]
        _copy(plan, operator, view, replace(y, start=start), rows, step)
        start += view.size // rows


def _copy(plan: Plan, operator: Operator, view: View, part: View, rows: int, step: int) -> None:
    plan.add(
        str(operator),
        (view,),
        part,
        lambda at: f"nn_copy({at(view)}, {rows}, {view.size // rows}, {at(part)}, {step});",
    )
