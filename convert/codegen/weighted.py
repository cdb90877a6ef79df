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
from .lines import answered, split
from .operands import VALID, activation, bias, constant
from .plan import Plan
from .slide import COLUMNS, Slide, grid_of, slide_of


def conv(plan: Plan, operator: Operator) -> None:
    """Write a convolution, and the max pool of pairs after it where there is one."""
    x, weights = operator.inputs[0], constant(operator, 1)
    count, height, width, of_group = weights.shape
    groups = x.channels // of_group
    if groups * of_group != x.channels or count % groups:
        raise EdgekitError(
            f"{operator}: its weights {list(weights.shape)} do not fit {x.channels} channels"
        )
    if groups > 1 and of_group == 1:
        _depthwise(plan, operator, weights)
        return
    if groups > 1:
        weights = _ungrouped(weights, groups)
    slide = slide_of(operator, (height, width), joins_columns=True)
    rows = slide.taps(weights).reshape(count, -1)
    _check_count(operator, count)
    if slide.is_plain:
        _plain_conv(plan, operator, slide, rows)
        return
    name, words = f"conv{operator.place}", -(-rows.shape[1] // GROUP)
    _matrix(plan, operator, name, rows, 2, *activation(operator))
    lines = split(plan, operator, slide, padded=True)
    step = slide.axis.stride * slide.depth
    plan.read_past(
        lines.view, (lines.count - 1) * lines.stride + (lines.answers - 1) * step + words * GROUP
    )
    plan.scratch = max(plan.scratch, words)
    answered(
        plan,
        operator,
        lines,
        slide,
        count,
        lambda at, to: f"nn_conv(&{name}, {at}, {step}, {lines.answers}, 1, {to}, scratch);",
    )


def _plain_conv(plan: Plan, operator: Operator, slide: Slide, rows: NDArray[np.int8]) -> None:
    view, axis, depth = plan.view(operator.inputs[0]), slide.axis, slide.depth
    step, pad, count = axis.stride * depth, axis.pad, len(rows)
    pooled = _pooled_by(plan.model, operator, axis.positions) if slide.along == COLUMNS else None
    target = pooled.output if pooled else operator.output
    slices = 2 * (axis.positions // 2) if pooled else axis.positions
    source = plan.need(view, -pad * depth, (slices - 1) * step + (axis.window - pad) * depth)
    groups = -(-rows.shape[1] // GROUP)
    plan.read_past(source, (slices - 1) * step + groups * GROUP)
    name = f"conv{operator.place}"
    least, most = activation(operator)
    if pooled:
        then_least, then_most = activation(pooled)
        least, most = max(least, then_least), min(most, then_most)
    _matrix(plan, operator, name, rows, 2, least, most)
    plan.scratch = max(plan.scratch, groups)
    y = plan.new(target)
    plan.buffers[y.buffer].spill = count % 2  # rows are written two at a time (nn_conv_dsp.c)
    plan.add(
        operator.label + (" and the pool after it" if pooled else ""),
        (source,),
        y,
        lambda at: (
            f"nn_conv(&{name}, {at(source)}, {step}, {y.width}, {2 if pooled else 1}, "
            f"{at(y)}, scratch);"
        ),
    )
    if pooled:
        plan.fused.add(pooled.place)


def _ungrouped(weights: NDArray[np.int8], groups: int) -> NDArray[np.int8]:
    """Return the weights of a grouped convolution over all channels, 0 outside of its group."""
    count, height, width, of_group = weights.shape
    whole = np.zeros((count, height, width, groups * of_group), np.int8)
    for row in range(count):
        first = row // (count // groups) * of_group
        whole[row, :, :, first : first + of_group] = weights[row]
    return whole


def _check_count(operator: Operator, count: int) -> None:
    if operator.output.channels != count:
        raise EdgekitError(
            f"{operator}: its weights make {count} channels, not those of its output"
        )


def dense(plan: Plan, operator: Operator) -> None:
    """Write a dense layer; of several rows it is a convolution that sees one at a time."""
    weights = constant(operator, 1)
    view = plan.view(operator.inputs[0])
    count, columns = weights.shape
    rows = view.size // columns
    declared = operator.output.size, operator.output.channels
    if rows * columns != view.size or declared != (rows * count, count):
        raise EdgekitError(
            f"{operator}: its weights {list(weights.shape)} do not fit its {view.size} inputs"
        )
    words = -(-columns // GROUP)
    if rows == 1:
        view = plan.on_a_word(view)
    plan.read_past(view, (rows - 1) * columns + words * GROUP)
    name = f"dense{operator.place}"
    _matrix(plan, operator, name, weights, 4 if rows == 1 else 2, *activation(operator))
    y = plan.new(operator.output)
    if rows == 1:
        plan.add(operator.label, (view,), y, lambda at: f"nn_dense(&{name}, {at(view)}, {at(y)});")
        return
    plan.scratch = max(plan.scratch, words)
    plan.buffers[y.buffer].spill = count % 2
    plan.add(
        operator.label,
        (view,),
        y,
        lambda at: f"nn_conv(&{name}, {at(view)}, {columns}, {rows}, 1, {at(y)}, scratch);",
    )


def depthwise(plan: Plan, operator: Operator) -> None:
    """Write a depthwise convolution."""
    weights = constant(operator, 1)
    _, _, _, count = weights.shape
    each = operator.options.depthMultiplier
    if weights.shape[0] != 1 or count != each * operator.inputs[0].channels:
        raise EdgekitError(
            f"{operator}: its weights {list(weights.shape)} do not fit "
            f"{operator.inputs[0].channels} channels"
        )
    _depthwise(plan, operator, weights.transpose(3, 1, 2, 0))


def _depthwise(plan: Plan, operator: Operator, weights: NDArray[np.int8]) -> None:
    """Write a convolution of each channel by itself: weights (count, height, width, 1)."""
    count, height, width, _ = weights.shape
    _check_count(operator, count)
    slide = slide_of(operator, (height, width))
    axis, depth = slide.axis, slide.depth
    name, step = f"depthwise{operator.place}", axis.stride * depth
    least, most = activation(operator)
    below_zero = least < operator.output.zero_point
    rows = slide.taps(weights).reshape(count, axis.window)
    lines_of_c = channels(
        operator, rows, bias(operator, count), row_multipliers(operator), below_zero, count
    )
    plan.constants += [
        array("_Alignas(4) int16_t", f"{name}_weights", depthwise_weights(rows.T), 16),
        array("nn_channel_t", f"{name}_channels", lines_of_c, 2),
        f"static const nn_depthwise_t {name} = {{{name}_weights, {name}_channels, {count}, "
        f"{depth}, {count // depth}, {axis.window}, {int8_range(least, most)}, "
        f"{c_bool(below_zero)}}};",
    ]
    if not slide.is_plain:
        lines = split(plan, operator, slide, padded=True)
        answered(
            plan,
            operator,
            lines,
            slide,
            count,
            lambda at, to: f"nn_depthwise(&{name}, {at}, {step}, {lines.answers}, {to});",
        )
        return
    last = (axis.positions - 1) * step + (axis.window - axis.pad) * depth
    source = plan.need(plan.view(operator.inputs[0]), -axis.pad * depth, last)
    y = plan.new(operator.output)
    plan.add(
        operator.label,
        (source,),
        y,
        lambda at: f"nn_depthwise(&{name}, {at(source)}, {step}, {axis.positions}, {at(y)});",
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
    halved = grid_of(pool.output) == (1, positions // 2, operator.output.channels)
    return pool if even and pairs and same_scale and halved else None


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
