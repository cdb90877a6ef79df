"""Layers of other people's 1-D nets: grids of rows, gaps, groups, functions of one value."""

from collections.abc import Callable
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.helpers.graph_builder import ACTIVATIONS, OPERATORS, SAME, VALID, GraphBuilder, Value

Layer = Callable[[st.DrawFn, GraphBuilder, Value], Value]
KINDS = schema.BuiltinOptions
ACTIVATION = st.sampled_from(["NONE", "RELU", "RELU6", "RELU_N1_TO_1"])
ZERO_POINTS = st.one_of(st.just(-128), st.integers(-128, 127))


def dilated(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    """A convolution whose window has gaps, of all channels or of each."""
    if x.width < 4:
        return x
    taps = draw(st.integers(2, 4))
    gaps = draw(st.integers(2, max(2, min(6, (x.width - 1) // (taps - 1)))))
    padding = SAME if (taps - 1) * gaps + 1 > x.width else draw(st.sampled_from([SAME, VALID]))
    width = x.width if padding == SAME else x.width - (taps - 1) * gaps
    by_channel = draw(st.booleans())
    rows = x.channels if by_channel else draw(st.integers(1, 12))
    shape = (1, 1, taps, rows) if by_channel else (rows, 1, taps, x.channels)
    y = _scaled(draw, build, x, (1, 1, width, rows), taps * (1 if by_channel else x.channels))
    options = _conv_options(draw, by_channel, padding)
    options.dilationWFactor = gaps
    return _convolve(draw, build, x, y, shape, by_channel, options)


def grouped(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    """A convolution in groups of channels, as PyTorch's Conv1d(groups=) becomes."""
    groups = draw(st.sampled_from([n for n in range(1, x.channels + 1) if x.channels % n == 0]))
    taps, each = draw(st.integers(1, min(5, x.width))), draw(st.integers(1, 3))
    if x.channels * each > 24:
        each = 1
    rows = groups * each
    of_group = x.channels // groups
    y = _scaled(draw, build, x, (1, 1, x.width, rows), taps * of_group)
    options = _conv_options(draw, False, SAME)
    return _convolve(draw, build, x, y, (rows, 1, taps, of_group), False, options)


def down_columns(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    """A convolution, a depthwise one or a pool down the columns or along the rows of a grid."""
    columns = draw(st.sampled_from([n for n in range(1, 7) if x.width % n == 0]))
    rows = x.width // columns
    grid = _reshaped(build, x, (1, rows, columns, x.channels))
    along = draw(st.sampled_from(["rows", "columns"]))
    length = rows if along == "rows" else columns
    taps, stride = draw(st.integers(1, min(5, length))), draw(st.integers(1, 2))
    padding = draw(st.sampled_from([SAME, VALID]))
    slid = -(-length // stride) if padding == SAME else (length - taps) // stride + 1
    # A window of one value across them may leave out lines.
    across = draw(st.sampled_from([1, 1, 2, 3]))
    out = (slid, -(-columns // across)) if along == "rows" else (-(-rows // across), slid)
    window = (taps, 1) if along == "rows" else (1, taps)
    kind = draw(st.sampled_from(["conv", "conv", "depthwise", "max", "average", "whole"]))
    if kind in ("max", "average"):
        y = _pooled(draw, build, grid, kind, out, window, padding)
    else:
        by_channel = kind == "depthwise"
        count = x.channels if by_channel else draw(st.integers(1, 9))
        if kind == "whole":  # as wide as the grid
            padding, stride, along = VALID, 1, "rows"
            taps = draw(st.integers(1, min(5, rows)))
            window, out = (taps, columns), (rows - taps + 1, 1)
        fan_in = window[0] * window[1] * (1 if by_channel else x.channels)
        y = _scaled(draw, build, x, (1, *out, count), fan_in)
        shape = (1, *window, count) if by_channel else (count, *window, x.channels)
        options = _conv_options(draw, by_channel, padding)
        _convolve(draw, build, grid, y, shape, by_channel, options)
    options = build.graph.operators[-1].builtinOptions
    if kind == "whole":
        stride = across = 1
    options.strideH, options.strideW = (stride, across) if along == "rows" else (across, stride)
    return _reshaped(build, y, (1, 1, out[0] * out[1], y.channels))


def high_window(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    """A 2-D window over one row: all but one row of it see padding."""
    taps, height = draw(st.integers(1, min(5, x.width))), draw(st.integers(2, 3))
    rows = draw(st.integers(1, 8))
    y = _scaled(draw, build, x, (1, 1, x.width, rows), taps * x.channels)
    options = _conv_options(draw, False, SAME)
    return _convolve(draw, build, x, y, (rows, height, taps, x.channels), False, options)


def dense_rows(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    """A dense layer of each position."""
    rows = draw(st.integers(1, 9))
    flat = _reshaped(build, x, (1, x.width, x.channels))
    y = _scaled(draw, build, x, (1, x.width, rows), x.channels)
    weights = build.random.integers(-127, 128, (rows, x.channels)).astype(np.int8)
    options = schema.FullyConnectedOptionsT()
    options.keepNumDims = True
    inputs = [flat.index, build.constant(weights, [0.005])]
    bias = build.random.integers(-9000, 9000, rows).astype(np.int32)
    inputs.append(build.constant(bias, [0.005 * x.scale]))
    build.operator(OPERATORS.FULLY_CONNECTED, inputs, y.index, KINDS.FullyConnectedOptions, options)
    return _reshaped(build, y, (1, 1, x.width, rows))


def function(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    """LOGISTIC, TANH, LEAKY_RELU or SOFTMAX."""
    code = draw(st.sampled_from([OPERATORS.LOGISTIC, OPERATORS.TANH, OPERATORS.LEAKY_RELU]))
    kind, options = KINDS.NONE, None
    scale, zero_point = {OPERATORS.LOGISTIC: (1 / 256, -128), OPERATORS.TANH: (1 / 128, 0)}.get(
        code, (0.0, 0)
    )
    if code == OPERATORS.LEAKY_RELU:
        kind, options = KINDS.LeakyReluOptions, schema.LeakyReluOptionsT()
        options.alpha = draw(st.floats(0, 0.875, width=32))
        scale, zero_point = x.scale * draw(st.floats(0.5, 2.0)), draw(ZERO_POINTS)
    elif draw(st.booleans()):
        code, scale, zero_point = OPERATORS.SOFTMAX, 1 / 256, -128
        kind, options = KINDS.SoftmaxOptions, schema.SoftmaxOptionsT()
        options.beta = 1.0
    y = build.value((1, 1, x.width, x.channels), scale, zero_point)
    build.operator(code, [x.index], y.index, kind, options)
    return y


def largest(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    """REDUCE_MAX over time."""
    y = build.value((1, 1, 1, x.channels), x.scale, x.zero_point)
    options = schema.ReducerOptionsT()
    options.keepDims = True
    axes = build.constant(np.array([1, 2], np.int32))
    build.operator(OPERATORS.REDUCE_MAX, [x.index, axes], y.index, KINDS.ReducerOptions, options)
    return y


def transposed(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    """Positions and channels swapped."""
    y = build.value((1, 1, x.channels, x.width), x.scale, x.zero_point)
    order = build.constant(np.array([0, 1, 3, 2], np.int32))
    kind, options = KINDS.TransposeOptions, schema.TransposeOptionsT()
    build.operator(OPERATORS.TRANSPOSE, [x.index, order], y.index, kind, options)
    return y if x.width <= 24 else x


def sliced(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    """Some positions, or some channels of the only one: a view at any element."""
    size = x.channels if x.width == 1 else x.width
    first = draw(st.integers(0, size - 1))
    return part(build, x, first, draw(st.integers(first + 1, size)))


def part(build: GraphBuilder, x: Value, first: int, last: int) -> Value:
    """STRIDED_SLICE: positions first to last, or channels of the only position."""
    axis = 3 if x.width == 1 else 2
    begin, end = [0, 0, 0, 0], [1, 1, x.width, x.channels]
    begin[axis], end[axis] = first, last
    shape = tuple(b - a for a, b in zip(begin, end, strict=True))
    y = build.value(shape, x.scale, x.zero_point)
    where = [build.constant(np.array(at, np.int32)) for at in (begin, end, [1, 1, 1, 1])]
    kind, options = KINDS.StridedSliceOptions, schema.StridedSliceOptionsT()
    build.operator(OPERATORS.STRIDED_SLICE, [x.index, *where], y.index, kind, options)
    return y


OTHERS: list[Layer] = [
    sliced,
    dilated,
    grouped,
    down_columns,
    down_columns,
    high_window,
    dense_rows,
    function,
    largest,
    transposed,
]


def _reshaped(build: GraphBuilder, x: Value, shape: tuple[int, ...]) -> Value:
    y = build.value(shape, x.scale, x.zero_point)
    options = schema.ReshapeOptionsT()
    options.newShape = list(shape)
    inputs = [x.index, build.constant(np.array(shape, np.int32))]
    build.operator(OPERATORS.RESHAPE, inputs, y.index, KINDS.ReshapeOptions, options)
    return y


def _scaled(
    draw: st.DrawFn, build: GraphBuilder, x: Value, shape: tuple[int, ...], fan_in: int
) -> Value:
    """An output whose scale fits the sums of `fan_in` products."""
    spread = x.scale * 0.005 * 74 * 74 * np.sqrt(fan_in)
    scale = float(np.float32(spread * draw(st.floats(0.01, 0.08))))
    return build.value(shape, scale, draw(ZERO_POINTS))


def _conv_options(draw: st.DrawFn, by_channel: bool, padding: int) -> Any:
    options = schema.DepthwiseConv2DOptionsT() if by_channel else schema.Conv2DOptionsT()
    options.strideH = options.strideW = options.dilationHFactor = options.dilationWFactor = 1
    options.padding, options.fusedActivationFunction = padding, ACTIVATIONS[draw(ACTIVATION)]
    if by_channel:
        options.depthMultiplier = 1
    return options


def _convolve(
    draw: st.DrawFn,
    build: GraphBuilder,
    x: Value,
    y: Value,
    shape: tuple[int, ...],
    by_channel: bool,
    options: Any,
) -> Value:
    weights: NDArray[np.int8] = build.random.integers(-127, 128, shape).astype(np.int8)
    count, per_channel = y.channels, draw(st.booleans())
    scales = build.random.uniform(0.002, 0.008, count if per_channel else 1).astype(np.float32)
    bias = build.random.integers(-20000, 20000, count).astype(np.int32)
    inputs = [
        x.index,
        build.constant(weights, scales.tolist(), 3 if by_channel else 0),
        build.constant(bias, (scales * np.float32(x.scale)).tolist()),
    ]
    code = OPERATORS.DEPTHWISE_CONV_2D if by_channel else OPERATORS.CONV_2D
    kind = KINDS.DepthwiseConv2DOptions if by_channel else KINDS.Conv2DOptions
    build.operator(code, inputs, y.index, kind, options)
    return y


def _pooled(
    draw: st.DrawFn,
    build: GraphBuilder,
    x: Value,
    kind: str,
    out: tuple[int, int],
    window: tuple[int, int],
    padding: int,
) -> Value:
    y = build.value((1, *out, x.channels), x.scale, x.zero_point)
    options = schema.Pool2DOptionsT()
    options.filterHeight, options.filterWidth = window
    options.padding, options.fusedActivationFunction = padding, ACTIVATIONS[draw(ACTIVATION)]
    code = OPERATORS.MAX_POOL_2D if kind == "max" else OPERATORS.AVERAGE_POOL_2D
    build.operator(code, [x.index], y.index, KINDS.Pool2DOptions, options)
    return y
