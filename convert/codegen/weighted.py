"""Lower operators with weights: convolutions and dense layers."""

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError

from ..model import Operator, TfliteModel
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
from .operands import VALID, activation, bias, check_no_dilation, constant, slide
from .plan import Plan


def conv(plan: Plan, operator: Operator) -> None:
    """Write a convolution, and the max pool of pairs after it where there is one."""
    x, weights = operator.inputs[0], constant(operator, 1)
    check_no_dilation(operator)
    count, height, taps, depth = weights.shape
    if height != 1 or depth != x.channels:
        raise EdgekitError(f"{operator}: kernels are 1 x K over all channels, not {weights.shape}")
    view, stride = plan.views[x.index], operator.options.strideW
    positions, pad = slide(operator, view.width, taps, stride)
    pooled = _pooled_by(plan.model, operator, positions)
    target = pooled.output if pooled else operator.output
    slices = 2 * (positions // 2) if pooled else positions
    source = plan.need(view, -pad * depth, ((slices - 1) * stride - pad + taps) * depth)
    groups = -(-taps * depth // GROUP)
    plan.read_past(source, (slices - 1) * stride * depth + groups * GROUP)
    name = f"conv{operator.place}"
    least, most = activation(operator)
    if pooled:
        then_least, then_most = activation(pooled)
        least, most = max(least, then_least), min(most, then_most)
    _matrix(plan, operator, name, weights.reshape(count, -1), 2, least, most)
    plan.scratch = max(plan.scratch, groups)
    y = plan.new(target)
    plan.buffers[y.buffer].spill = count % 2  # rows are written two at a time (nn_conv_dsp.c)
    plan.add(
        str(operator) + (" and the pool after it" if pooled else ""),
        (source,),
        y,
        lambda at: (
            f"nn_conv(&{name}, {at(source)}, {stride * depth}, {y.width}, {2 if pooled else 1}, "
            f"{at(y)}, scratch);"
        ),
    )
    if pooled:
        plan.fused.add(pooled.place)


def dense(plan: Plan, operator: Operator) -> None:
    """Write a dense layer."""
    weights = constant(operator, 1)
    view = plan.views[operator.inputs[0].index]
    rows, columns = weights.shape
    if view.size != columns or operator.output.size != rows:
        raise EdgekitError(f"{operator}: it answers {view.size // columns} rows at once, not one")
    plan.read_past(view, -(-columns // GROUP) * GROUP)
    name = f"dense{operator.place}"
    least, most = activation(operator)
    _matrix(plan, operator, name, weights, 4, least, most)
    y = plan.new(operator.output)
    plan.add(str(operator), (view,), y, lambda at: f"nn_dense(&{name}, {at(view)}, {at(y)});")


def depthwise(plan: Plan, operator: Operator) -> None:
    """Write a depthwise convolution."""
    x, weights = operator.inputs[0], constant(operator, 1)
    check_no_dilation(operator)
    _, height, taps, count = weights.shape
    if height != 1:
        raise EdgekitError(f"{operator}: kernels are 1 x K, not {height} x {taps}")
    view, stride = plan.views[x.index], operator.options.strideW
    positions, pad = slide(operator, view.width, taps, stride)
    depth = x.channels
    source = plan.need(view, -pad * depth, ((positions - 1) * stride - pad + taps) * depth)
    name = f"depthwise{operator.place}"
    least, most = activation(operator)
    below_zero = least < operator.output.zero_point
    rows = weights.reshape(taps, count)
    lines = channels(
        operator, rows.T, bias(operator, count), row_multipliers(operator), below_zero, count
    )
    plan.constants += [
        array("_Alignas(4) int16_t", f"{name}_weights", depthwise_weights(rows), 16),
        array("nn_channel_t", f"{name}_channels", lines, 2),
        f"static const nn_depthwise_t {name} = {{{name}_weights, {name}_channels, {count}, "
        f"{depth}, {count // depth}, {taps}, {int8_range(least, most)}, {c_bool(below_zero)}}};",
    ]
    y = plan.new(operator.output)
    plan.add(
        str(operator),
        (source,),
        y,
        lambda at: f"nn_depthwise(&{name}, {at(source)}, {stride * depth}, {positions}, {at(y)});",
    )


def _pooled_by(model: TfliteModel, operator: Operator, positions: int) -> Operator | None:
    """Return the max pool of pairs that alone reads this output: it may come before rounding."""
    users = model.users(operator.output)
    if len(users) != 1 or any(t.index == operator.output.index for t in model.outputs):
        return None
    pool = users[0]
    if pool.name != "MAX_POOL_2D" or positions < 2:
        return None
    options = pool.options
    even = options.padding == VALID or positions % 2 == 0  # or SAME that pads nothing
    pairs = (options.filterWidth, options.strideW, options.filterHeight) == (2, 2, 1)
    same_scale = pool.output.quantisation == operator.output.quantisation
    return pool if even and pairs and same_scale else None


def _matrix(
    plan: Plan,
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
    plan.constants += [
        array("uint32_t", f"{name}_weights", matrix_rows(rows, interleave)),
        array("nn_channel_t", f"{name}_channels", lines, 2),
        f"static const nn_matrix_t {name} = {{{name}_weights, {name}_channels, {count}, "
        f"{-(-columns // GROUP)}, {int8_range(least, most)}, {c_bool(below_zero)}}};",
    ]
