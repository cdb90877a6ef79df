"""The graph to steps: one kernel call each, and the buffers between them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError

from .constants import (
    GROUP,
    add_constants,
    array,
    c_bool,
    c_multiplier,
    channels,
    depthwise_weights,
    int8_range,
    matrix_rows,
    mean_multiplier,
    row_multipliers,
)
from .fixed_point import activation_range, multiplier
from .graph import Graph, Operator, Tensor
from .memory import Buffer

Place = Callable[["View"], str]


@dataclass(frozen=True)
class View:
    """Positions by channels inside a buffer; `start` counts elements from its first position."""

    buffer: int
    start: int
    width: int
    channels: int

    @property
    def size(self) -> int:
        return self.width * self.channels


@dataclass(frozen=True)
class Step:
    """A kernel call: `call` is told where each view lies."""

    comment: str
    reads: tuple[View, ...]
    writes: View | None
    call: Callable[[Place], str]


@dataclass
class Plan:
    constants: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    buffers: list[Buffer] = field(default_factory=list)
    views: dict[int, View] = field(default_factory=dict)  # of each tensor that is in memory
    scratch: int = 0  # int16 of the DSP path
    outputs: tuple[View, ...] = ()
    entry: View = field(default_factory=lambda: View(0, 0, 0, 0))

    def new(self, tensor: Tensor) -> View:
        """A buffer for a tensor, and its view."""
        width, count = _positions(tensor)
        self.buffers.append(Buffer(width * count, tensor.zero_point, born=len(self.steps)))
        view = View(len(self.buffers) - 1, 0, width, count)
        self.views[tensor.index] = view
        return view

    def add(
        self,
        comment: str,
        reads: tuple[View, ...],
        writes: View | None,
        call: Callable[[Place], str],
    ) -> None:
        step = len(self.steps)
        self.steps.append(Step(comment, reads, writes, call))
        for view in (*reads, *((writes,) if writes else ())):
            self.buffers[view.buffer].dies = step

    def need(self, view: View, first: int, last: int) -> View:
        """The elements first..last of a view; those outside it are padding, the zero point.

        They lie in its buffer's margins where the view reaches the buffer's ends; else the view
        gets a buffer of its own.
        """
        buffer = self.buffers[view.buffer]
        inside_left = first < 0 and view.start > 0
        inside_right = last > view.size and view.start + view.size < buffer.size
        if inside_left or inside_right:
            view = self._copied(view)
            buffer = self.buffers[view.buffer]
        begin, end = view.start + first, view.start + last
        buffer.left = max(buffer.left, -begin)
        buffer.right = max(buffer.right, end - buffer.size)
        return replace(view, start=begin, width=-(-(last - first) // view.channels))

    def _copied(self, view: View) -> View:
        fill = self.buffers[view.buffer].fill
        self.buffers.append(Buffer(view.size, fill, born=len(self.steps)))
        copy = replace(view, buffer=len(self.buffers) - 1, start=0)
        self.add(
            "a part, to be padded",
            (view,),
            copy,
            lambda at: f"nn_copy({at(view)}, 1, {view.size}, {at(copy)}, 0);",
        )
        return copy


def plan(graph: Graph) -> Plan:
    """Raises EdgekitError that names the operator, and where it stands, for what is not known."""
    made = Plan()
    if len(graph.inputs) != 1:
        raise EdgekitError(
            f"the model has {len(graph.inputs)} inputs; generated C takes one window"
        )
    made.entry = made.new(graph.inputs[0])
    entry = made.entry
    made.add("the window", (), entry, lambda at: f"nn_load(window, {entry.size}, {at(entry)});")
    done: set[int] = set()
    for operator in graph.operators:
        if operator.place in done:
            continue
        kind = _KINDS.get(operator.name)
        if kind is None:
            raise EdgekitError(
                f"{operator} has no kernel in firmware/nn. Train one of edgekit's own nets, or "
                "run this bundle's model.tflite through TFLM (firmware/tflm)."
            )
        done.update(kind(made, graph, operator))
    for output in graph.outputs:
        view = made.views[output.index]
        made.buffers[view.buffer].dies = len(made.steps)
    made.outputs = tuple(made.views[output.index] for output in graph.outputs)
    return made


def _conv(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    x, weights = operator.inputs[0], _constant(operator, 1)
    _no_dilation(operator)
    count, height, taps, depth = weights.shape
    if height != 1 or depth != x.channels:
        raise EdgekitError(f"{operator}: kernels are 1 x K over all channels, not {weights.shape}")
    view, stride = made.views[x.index], operator.options.strideW
    positions, pad = _slide(operator, view.width, taps, stride)
    pooled = _pooled_by(graph, operator, positions)
    target = pooled.output if pooled else operator.output
    slices = 2 * (positions // 2) if pooled else positions
    source = made.need(view, -pad * depth, ((slices - 1) * stride - pad + taps) * depth)
    name = f"conv{operator.place}"
    least, most = _activation(operator)
    if pooled:
        then_least, then_most = _activation(pooled)
        least, most = max(least, then_least), min(most, then_most)
    _matrix(made, operator, name, weights.reshape(count, -1), 2, least, most)
    groups = -(-taps * depth // GROUP)
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


def _pooled_by(graph: Graph, operator: Operator, positions: int) -> Operator | None:
    """A max pool of two neighbours that alone reads this output: it may come before rounding."""
    users = graph.users(operator.output)
    if len(users) != 1 or any(t.index == operator.output.index for t in graph.outputs):
        return None
    pool = users[0]
    if pool.name != "MAX_POOL_2D" or positions < 2:
        return None
    options = pool.options
    even = options.padding == 1 or positions % 2 == 0  # VALID, or SAME that pads nothing
    pairs = (options.filterWidth, options.strideW, options.filterHeight) == (2, 2, 1)
    same_scale = pool.output.scale == operator.output.scale
    return pool if even and pairs and same_scale else None


def _dense(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    weights = _constant(operator, 1)
    view = made.views[operator.inputs[0].index]
    rows, columns = weights.shape
    if view.size != columns or operator.output.size != rows:
        raise EdgekitError(f"{operator}: it answers {view.size // columns} rows at once, not one")
    name = f"dense{operator.place}"
    least, most = _activation(operator)
    _matrix(made, operator, name, weights, 4, least, most)
    y = made.new(operator.output)
    made.add(str(operator), (view,), y, lambda at: f"nn_dense(&{name}, {at(view)}, {at(y)});")
    return [operator.place]


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
        operator, rows, _bias(operator, count), row_multipliers(operator), below_zero, padded
    )
    made.constants += [
        array("uint32_t", f"{name}_weights", matrix_rows(rows, interleave)),
        array("nn_channel_t", f"{name}_channels", lines, 2),
        f"static const nn_matrix_t {name} = {{{name}_weights, {name}_channels, {count}, "
        f"{-(-columns // GROUP)}, {int8_range(least, most)}, {c_bool(below_zero)}}};",
    ]


def _depthwise(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    x, weights = operator.inputs[0], _constant(operator, 1)
    _no_dilation(operator)
    _, height, taps, count = weights.shape
    if height != 1:
        raise EdgekitError(f"{operator}: kernels are 1 x K, not {height} x {taps}")
    view, stride = made.views[x.index], operator.options.strideW
    positions, pad = _slide(operator, view.width, taps, stride)
    depth = x.channels
    source = made.need(view, -pad * depth, ((positions - 1) * stride - pad + taps) * depth)
    name = f"depthwise{operator.place}"
    least, most = _activation(operator)
    below_zero = least < operator.output.zero_point
    rows = weights.reshape(taps, count)
    lines = channels(
        operator, rows.T, _bias(operator, count), row_multipliers(operator), below_zero, count
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


def _pool(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    view, options = made.views[operator.inputs[0].index], operator.options
    if options.filterHeight != 1:
        raise EdgekitError(f"{operator}: pools are 1 x K, not {options.filterHeight} x K")
    positions, pad = _slide(operator, view.width, options.filterWidth, options.strideW)
    least, most = _activation(operator)
    average = operator.name == "AVERAGE_POOL_2D"
    name = f"pool{operator.place}"
    made.constants.append(
        f"static const nn_pool_t {name} = {{{view.width}, {view.channels}, {options.filterWidth}, "
        f"{options.strideW}, {pad}, {positions}, {int8_range(least, most)}}};"
    )
    y = made.new(operator.output)
    kernel = "nn_average_pool" if average else "nn_max_pool"
    made.add(str(operator), (view,), y, lambda at: f"{kernel}(&{name}, {at(view)}, {at(y)});")
    return [operator.place]


def _mean(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    x, axes = operator.inputs[0], _constant(operator, 1)
    view = made.views[x.index]
    over = {int(axis) % len(x.shape) for axis in axes.reshape(-1)}
    if any(size > 1 and axis not in over for axis, size in enumerate(x.shape[:-1])):
        raise EdgekitError(f"{operator}: a mean is over all positions, not axes {sorted(over)}")
    if len(x.shape) - 1 in over:
        raise EdgekitError(f"{operator}: a mean is over positions, not over channels")
    by = mean_multiplier(x.scale, operator.output.scale, view.width)
    name = f"mean{operator.place}"
    made.constants.append(
        f"static const nn_mean_t {name} = {{{view.width}, {view.channels}, "
        f"{x.zero_point * view.width}, {operator.output.zero_point}, {c_multiplier(by)}}};"
    )
    y = made.new(operator.output)
    made.add(str(operator), (view,), y, lambda at: f"nn_mean(&{name}, {at(view)}, {at(y)});")
    return [operator.place]


def _add(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    a, b, y_tensor = *operator.inputs, operator.output
    if a.constant is not None or b.constant is not None or a.size != b.size:
        raise EdgekitError(f"{operator}: it adds two tensors of one shape, not {a.shape} {b.shape}")
    if a.scale.scale > b.scale.scale:
        a, b = b, a
    view_a, view_b = made.views[a.index], made.views[b.index]
    least, most = _activation(operator)
    below_zero = least < y_tensor.zero_point
    scaled, to = add_constants(operator, a.scale, b.scale, y_tensor.scale)
    name = f"add{operator.place}"
    made.constants += [
        array("int32_t", f"{name}_scaled", map(str, scaled), 8),
        f"static const nn_add_t {name} = {{{name}_scaled, {to}, {int8_range(least, most)}, "
        f"{c_bool(below_zero)}}};",
    ]
    y = made.new(y_tensor)
    made.add(
        str(operator),
        (view_a, view_b),
        y,
        lambda at: f"nn_add(&{name}, {at(view_a)}, {at(view_b)}, {y.size}, {at(y)});",
    )
    return [operator.place]


def _rescale(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    """QUANTIZE and RELU."""
    x, target = operator.inputs[0], operator.output
    if not x.is_int8:
        raise EdgekitError(f"{operator}: its input is not int8")
    least = -128 if operator.name == "QUANTIZE" else target.zero_point
    view = made.views[x.index]
    by = multiplier(x.scale.scale / target.scale.scale)
    name = f"rescale{operator.place}"
    made.constants.append(
        f"static const nn_rescale_t {name} = {{{x.zero_point}, {target.zero_point}, "
        f"{c_multiplier(by)}, {int8_range(least, 127)}}};"
    )
    y = made.new(target)
    made.add(
        str(operator),
        (view,),
        y,
        lambda at: f"nn_rescale(&{name}, {at(view)}, {y.size}, {at(y)});",
    )
    return [operator.place]


def _relu6(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    x = operator.inputs[0]
    view, six = made.views[x.index], min(127, x.scale.quantised(6.0))
    y = made.new(operator.output)
    made.add(
        str(operator),
        (view,),
        y,
        lambda at: f"nn_clamp({x.zero_point}, {six}, {at(view)}, {y.size}, {at(y)});",
    )
    return [operator.place]


def _reshape(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    view = made.views[operator.inputs[0].index]
    width, count = _positions(operator.output)
    made.views[operator.output.index] = replace(view, width=width, channels=count)
    return [operator.place]


def _strided_slice(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    """No step where it takes values that lie in a row."""
    x, options = operator.inputs[0], operator.options
    begin, end, strides = (
        _constant(operator, place).astype(int).reshape(-1) for place in (1, 2, 3)
    )
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
    width, count = _positions(operator.output)
    made.views[operator.output.index] = replace(
        view, start=view.start + start, width=width, channels=count
    )
    return [operator.place]


def _pad(made: Plan, graph: Graph, operator: Operator) -> list[int]:
    """No step: the positions around are a buffer's margins, which hold its zero point."""
    x, amounts = operator.inputs[0], _constant(operator, 1).astype(int)
    inner = amounts[:-2].any() or amounts[-1].any()
    if len(x.shape) < 2 or inner or x.scale != operator.output.scale:
        raise EdgekitError(f"{operator}: only positions are padded, not {amounts.tolist()}")
    view, (before, after) = made.views[x.index], amounts[-2]
    padded = made.need(view, -int(before) * view.channels, view.size + int(after) * view.channels)
    made.views[operator.output.index] = padded
    return [operator.place]


def _concatenation(made: Plan, graph: Graph, operator: Operator) -> list[int]:
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
        part = replace(y, start=start)
        made.add(
            str(operator),
            (view,),
            part,
            lambda at, view=view, part=part: (
                f"nn_copy({at(view)}, {rows}, {view.size // rows}, {at(part)}, {step});"
            ),
        )
        start += view.size // rows
    return [operator.place]


_KINDS: dict[str, Callable[[Plan, Graph, Operator], list[int]]] = {
    "ADD": _add,
    "AVERAGE_POOL_2D": _pool,
    "CONCATENATION": _concatenation,
    "CONV_2D": _conv,
    "DEPTHWISE_CONV_2D": _depthwise,
    "FULLY_CONNECTED": _dense,
    "MAX_POOL_2D": _pool,
    "MEAN": _mean,
    "PAD": _pad,
    "QUANTIZE": _rescale,
    "RELU": _rescale,
    "RELU6": _relu6,
    "RESHAPE": _reshape,
    "STRIDED_SLICE": _strided_slice,
}


def _positions(tensor: Tensor) -> tuple[int, int]:
    """(positions, channels) of a tensor of one window and one row."""
    shape = tensor.shape
    if len(shape) > 4 or (len(shape) == 4 and shape[:2] != (1, 1)) or (shape and shape[0] != 1):
        raise EdgekitError(f"a tensor {list(shape)} is not one window of one row")
    return tensor.size // tensor.channels, tensor.channels


def _slide(operator: Operator, width: int, window: int, stride: int) -> tuple[int, int]:
    """(positions, positions of padding before the first)."""
    if operator.options.padding == 1:  # VALID
        return (width - window) // stride + 1, 0
    positions = -(-width // stride)
    return positions, max(0, (positions - 1) * stride + window - width) // 2


def _activation(operator: Operator) -> tuple[int, int]:
    found = activation_range(operator.activation, operator.output.scale)
    if found is None:
        raise EdgekitError(f"{operator}: its activation {operator.activation} has no kernel")
    return found


def _no_dilation(operator: Operator) -> None:
    if operator.options.dilationWFactor != 1:
        raise EdgekitError(f"{operator}: a dilated convolution has no kernel")


def _constant(operator: Operator, place: int) -> NDArray[np.int8]:
    tensor = operator.inputs[place]
    if tensor.constant is None:
        raise EdgekitError(f"{operator}: its input {place} is not a constant")
    return tensor.constant


def _bias(operator: Operator, count: int) -> NDArray[np.int32]:
    if len(operator.inputs) < 3:
        return np.zeros(count, np.int32)
    return _constant(operator, 2).astype(np.int32)
