"""Operators with weights: convolutions and dense layers."""

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError

from .constants import (
    GROUP,
    array,
    c_bool,
    channels,
    depthwise_weights,
    int8_range,
    matrix_rows,
    row_multipliers,
)
from .graph import Graph, Operator
from .operands import VALID, activation, bias, constant, no_dilation, slide
from .steps import Plan


def conv(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    x, weights = operator.inputs[0], constant(operator, 1)
    no_dilation(operator)
    count, height, taps, depth = weights.shape
    if height != 1 or depth != x.channels:
        raise EdgekitError(f"{operator}: kernels are 1 x K over all channels, not {weights.shape}")
    view, stride = made.views[x.index], operator.options.strideW
    positions, pad = slide(operator, view.width, taps, stride)
    pooled = _pooled_by(graph, operator, positions)
    target = pooled.output if pooled else operator.output
    slices = 2 * (positions // 2) if pooled else positions
    source = made.need(view, -pad * depth, ((slices - 1) * stride - pad + taps) * depth)
    groups = -(-taps * depth // GROUP)
    made.read_past(source, (slices - 1) * stride * depth + groups * GROUP)
    name = f"conv{operator.place}"
    least, most = activation(operator)
    if pooled:
        then_least, then_most = activation(pooled)
        least, most = max(least, then_least), min(most, then_most)
    _matrix(made, operator, name, weights.reshape(count, -1), 2, least, most)
    made.scratch = max(made.scratch, groups)
    y = made.new(target)
    made.buffers[y.buffer].spill = count % 2  # rows are written two at a time (nn_conv_dsp.c)
    made.add(
        str(operator) + (" and the pool after it" if pooled else ""),
        (source,),
        y,
        lambda at: (
            f"nn_conv(&{name}, {at(source)}, {stride * depth}, {y.width}, {2 if pooled else 1}, "
            f"{at(y)}, scratch);"
        ),
    )
    return [operator.place, *([pooled.place] if pooled else [])]


def dense(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    weights = constant(operator, 1)
    view = made.views[operator.inputs[0].index]
    rows, columns = weights.shape
    if view.size != columns or operator.output.size != rows:
        raise EdgekitError(f"{operator}: it answers {view.size // columns} rows at once, not one")
    made.read_past(view, -(-columns // GROUP) * GROUP)
    name = f"dense{operator.place}"
    least, most = activation(operator)
    _matrix(made, operator, name, weights, 4, least, most)
    y = made.new(operator.output)
    made.add(str(operator), (view,), y, lambda at: f"nn_dense(&{name}, {at(view)}, {at(y)});")
    return [operator.place]


def depthwise(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    x, weights = operator.inputs[0], constant(operator, 1)
    no_dilation(operator)
    _, height, taps, count = weights.shape
    if height != 1:
        raise EdgekitError(f"{operator}: kernels are 1 x K, not {height} x {taps}")
    view, stride = made.views[x.index], operator.options.strideW
    positions, pad = slide(operator, view.width, taps, stride)
    depth = x.channels
    source = made.need(view, -pad * depth, ((positions - 1) * stride - pad + taps) * depth)
    name = f"depthwise{operator.place}"
    least, most = activation(operator)
    below_zero = least < operator.output.zero_point
    rows = weights.reshape(taps, count)
    lines = channels(
        operator, rows.T, bias(operator, count), row_multipliers(operator), below_zero, count
    )
    made.constants += [
        array("_Alignas(4) int16_t", f"{name}_weights", depthwise_weights(rows), 16),
        array("nn_channel_t", f"{name}_channels", lines, 2),
        f"static const nn_depthwise_t {name} = {{{name}_weights, {name}_channels, {count}, "
        f"{depth}, {count // depth}, {taps}, {int8_range(least, most)}, {c_bool(below_zero)}}};",
    ]
    y = made.new(operator.output)
    made.add(
        str(operator),
        (source,),
        y,
        lambda at: f"nn_depthwise(&{name}, {at(source)}, {stride * depth}, {positions}, {at(y)});",
    )
    return [operator.place]


def _pooled_by(graph: Graph, operator: Operator, positions: int) -> Operator | None:
    """A max pool of two neighbours that alone reads this output: it may come before rounding."""
    users = graph.users(operator.output)
    if len(users) != 1 or any(t.index == operator.output.index for t in graph.outputs):
        return None
    pool = users[0]
    if pool.name != "MAX_POOL_2D" or positions < 2:
        return None
    options = pool.options
    even = options.padding == VALID or positions % 2 == 0  # or SAME that pads nothing
    pairs = (options.filterWidth, options.strideW, options.filterHeight) == (2, 2, 1)
    same_scale = pool.output.scale == operator.output.scale
    return pool if even and pairs and same_scale else None


def _matrix(
    made: Plan,
    operator: Operator,
    name: str,
    rows: NDArray[np.int8],
    interleave: int,
    least: int,
    most: int,
) -> None:
    count, columns = rows.shape
    below_zero = least < operator.output.zero_point
    padded = -(-count // interleave) * interleave
    lines = channels(
        operator, rows, bias(operator, count), row_multipliers(operator), below_zero, padded
    )
    made.constants += [
        array("uint32_t", f"{name}_weights", matrix_rows(rows, interleave)),
        array("nn_channel_t", f"{name}_channels", lines, 2),
        f"static const nn_matrix_t {name} = {{{name}_weights, {name}_channels, {count}, "
        f"{-(-columns // GROUP)}, {int8_range(least, most)}, {c_bool(below_zero)}}};",
    ]
