"""Operators that compute nothing: most of them are another view of what lies in memory."""

from dataclasses import replace

import numpy as np

from edgekit.errors import EdgekitError

from .graph import Graph, Operator
from .operands import constant
from .steps import Plan, View, positions_of


def reshape(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    view = made.views[operator.inputs[0].index]
    width, count = positions_of(operator.output)
    made.views[operator.output.index] = replace(view, width=width, channels=count)
    return [operator.place]


def strided_slice(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    """No step where it takes values that lie in a row."""
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
    view = made.views[x.index]
    width, count = positions_of(operator.output)
    made.views[operator.output.index] = replace(
        view, start=view.start + start, width=width, channels=count
    )
    return [operator.place]


def pad(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    """No step: the positions around are a buffer's margins, which hold its zero point."""
    x, amounts = operator.inputs[0], constant(operator, 1).astype(int)
    inner = amounts[:-2].any() or amounts[-1].any()
    if len(x.shape) < 2 or inner or x.scale != operator.output.scale:
        raise EdgekitError(f"{operator}: only positions are padded, not {amounts.tolist()}")
    view, (before, after) = made.views[x.index], amounts[-2]
    padded = made.need(view, -int(before) * view.channels, view.size + int(after) * view.channels)
    made.views[operator.output.index] = padded
    return [operator.place]


def concatenation(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    shape = operator.output.shape
    axis = operator.options.axis % len(shape)
    if any(t.scale != operator.output.scale for t in operator.inputs):
        raise EdgekitError(f"{operator}: its parts are on different scales")
    if operator.activation != "NONE" or any(t.constant is not None for t in operator.inputs):
        raise EdgekitError(f"{operator}: only tensors are put together, without an activation")
    rows = int(np.prod(shape[:axis]))
    y = made.new(operator.output)
    step, start = y.size // rows, 0
    for tensor in operator.inputs:
        view = made.views[tensor.index]
        _copy(made, operator, view, replace(y, start=start), rows, step)
        start += view.size // rows
    return [operator.place]


def _copy(made: Plan, operator: Operator, view: View, part: View, rows: int, step: int) -> None:
    made.add(
        str(operator),
        (view,),
        part,
        lambda at: f"nn_copy({at(view)}, {rows}, {view.size // rows}, {at(part)}, {step});",
    )
