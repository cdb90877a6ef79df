"""Random int8 graphs of one window: TFLite files whose shapes, scales and weights are drawn."""

from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.helpers.graph_builder import ACTIVATIONS, OPERATORS, SAME, VALID, GraphBuilder, Value
from tests.helpers.graph_layers import OTHERS, Layer

ZERO_POINTS = st.one_of(st.just(-128), st.integers(-128, 127))
ACTIVATION = st.sampled_from(["NONE", "RELU", "RELU6", "RELU6", "RELU_N1_TO_1"])


@st.composite
def graphs(draw: st.DrawFn) -> bytes:
    """One to six layers and two outputs, as our nets have them."""
    build = GraphBuilder(np.random.default_rng(draw(st.integers(0, 2**32 - 1))))
    x = build.entry(
        draw(st.integers(4, 40)),
        draw(st.integers(1, 6)),
        draw(st.floats(0.005, 0.1)),
        draw(ZERO_POINTS),
    )
    for _ in range(draw(st.integers(1, 6))):
        x = draw(st.sampled_from(LAYERS))(draw, build, x)
    flat = _reshape(build, x)
    outputs = [_dense(draw, build, flat, draw(st.integers(1, 9))) for _ in range(2)]
    return build.file(outputs)


@st.composite
def single_layers(draw: st.DrawFn) -> bytes:
    """One layer whose every output is seen: what it rounds wrong is not lost in another."""
    build = GraphBuilder(np.random.default_rng(draw(st.integers(0, 2**32 - 1))))
    x = build.entry(draw(st.integers(4, 40)), draw(st.integers(1, 24)), 0.02, draw(ZERO_POINTS))
    y = draw(st.sampled_from(LAYERS))(draw, build, x)
    return build.file([y, y])


def _conv(draw: st.DrawFn, build: GraphBuilder, x: Value, count: int | None = None) -> Value:
    taps = draw(st.integers(1, min(7, x.width)))
    stride = draw(st.integers(1, 3)) if count is None else 1
    padding = draw(st.sampled_from([SAME, VALID])) if count is None else SAME
    rows = count or draw(st.integers(1, 20))
    weights = _weights(build, (rows, 1, taps, x.channels))
    options = schema.Conv2DOptionsT()
    y = _weighted(draw, build, x, weights, 0, _slid(x.width, taps, stride, padding), rows)
    _window_options(options, stride, padding)
    options.fusedActivationFunction = ACTIVATIONS[draw(ACTIVATION)]
    build.operator(
        OPERATORS.CONV_2D, y[1], y[0].index, schema.BuiltinOptions.Conv2DOptions, options
    )
    return y[0]


def _depthwise(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    taps, stride = draw(st.integers(1, min(6, x.width))), draw(st.integers(1, 2))
    padding, each = draw(st.sampled_from([SAME, VALID])), draw(st.sampled_from([1, 1, 1, 2, 3]))
    if x.channels * each > 24:
        each = 1
    weights = _weights(build, (1, 1, taps, x.channels * each))
    y, inputs = _weighted(
        draw, build, x, weights, 3, _slid(x.width, taps, stride, padding), x.channels * each
    )
    options = schema.DepthwiseConv2DOptionsT()
    _window_options(options, stride, padding)
    options.depthMultiplier = each
    options.fusedActivationFunction = ACTIVATIONS[draw(ACTIVATION)]
    build.operator(
        OPERATORS.DEPTHWISE_CONV_2D,
        inputs,
        y.index,
        schema.BuiltinOptions.DepthwiseConv2DOptions,
        options,
    )
    return y


def _dense(draw: st.DrawFn, build: GraphBuilder, x: Value, rows: int) -> Value:
    weights = _weights(build, (rows, x.width * x.channels))
    per_channel = draw(st.booleans())
    y, inputs = _weighted(draw, build, x, weights, 0, 0, rows, per_channel)
    options = schema.FullyConnectedOptionsT()
    options.fusedActivationFunction = ACTIVATIONS[draw(st.sampled_from(["NONE", "NONE", "RELU"]))]
    build.operator(
        OPERATORS.FULLY_CONNECTED,
        inputs,
        y.index,
        schema.BuiltinOptions.FullyConnectedOptions,
        options,
    )
    return y


def _pool(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    window = draw(st.integers(1, min(4, x.width)))
    stride = draw(st.sampled_from([window, window, 1, 2]))
    padding = draw(st.sampled_from([SAME, VALID]))
    code = draw(st.sampled_from([OPERATORS.MAX_POOL_2D, OPERATORS.AVERAGE_POOL_2D]))
    y = build.value(
        (1, 1, _slid(x.width, window, stride, padding), x.channels), x.scale, x.zero_point
    )
    options = schema.Pool2DOptionsT()
    options.filterWidth, options.filterHeight = window, 1
    _window_options(options, stride, padding)
    options.fusedActivationFunction = ACTIVATIONS[draw(st.sampled_from(["NONE", "RELU", "RELU6"]))]
    build.operator(code, [x.index], y.index, schema.BuiltinOptions.Pool2DOptions, options)
    return y


def _conv_and_pool(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    y = _conv(draw, build, x)
    if y.width < 2:
        return y
    z = build.value((1, 1, y.width // 2, y.channels), y.scale, y.zero_point)
    options = schema.Pool2DOptionsT()
    options.filterWidth, options.filterHeight, options.strideW, options.strideH = 2, 1, 2, 1
    options.padding = VALID
    options.fusedActivationFunction = ACTIVATIONS[draw(st.sampled_from(["NONE", "RELU"]))]
    kind = schema.BuiltinOptions.Pool2DOptions
    build.operator(OPERATORS.MAX_POOL_2D, [y.index], z.index, kind, options)
    return z


def _residual(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    y = _conv(draw, build, x, x.channels)
    scale = (x.scale + y.scale) * draw(st.floats(0.4, 1.5))
    z = build.value((1, 1, x.width, x.channels), scale, draw(ZERO_POINTS))
    options = schema.AddOptionsT()
    options.fusedActivationFunction = ACTIVATIONS[draw(ACTIVATION)]
    inputs = draw(st.permutations([x.index, y.index]))
    build.operator(OPERATORS.ADD, inputs, z.index, schema.BuiltinOptions.AddOptions, options)
    return z


def _pad(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    before, after = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    y = build.value((1, 1, x.width + before + after, x.channels), x.scale, x.zero_point)
    amounts = build.constant(np.array([[0, 0], [0, 0], [before, after], [0, 0]], np.int32))
    options = schema.PadOptionsT()
    kind = schema.BuiltinOptions.PadOptions
    build.operator(OPERATORS.PAD, [x.index, amounts], y.index, kind, options)
    return y


def _rescaled(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    """QUANTIZE to another scale, RELU, or RELU6, which keeps its scale."""
    code = draw(st.sampled_from([OPERATORS.QUANTIZE, OPERATORS.RELU, OPERATORS.RELU6]))
    keeps = code == OPERATORS.RELU6
    scale = x.scale if keeps else x.scale * draw(st.floats(0.3, 3.0))
    zero_point = x.zero_point if keeps else draw(ZERO_POINTS)
    y = build.value((1, 1, x.width, x.channels), scale, zero_point)
    if code == OPERATORS.QUANTIZE:
        kind, options = schema.BuiltinOptions.QuantizeOptions, schema.QuantizeOptionsT()
    else:
        kind, options = schema.BuiltinOptions.NONE, None
    build.operator(code, [x.index], y.index, kind, options)
    return y


def _two_branches(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    """The mean and the maximum over time, put together: what our small nets end in."""
    mean = build.value((1, 1, 1, x.channels), x.scale, x.zero_point)
    if draw(st.booleans()):
        _average_over_time(build, x, mean)
    else:
        _mean_over_time(build, x, mean)
    most = build.value((1, 1, 1, x.channels), x.scale, x.zero_point)
    options = schema.Pool2DOptionsT()
    options.filterWidth, options.filterHeight = x.width, 1
    options.strideW, options.strideH, options.padding = x.width, 1, VALID
    kind = schema.BuiltinOptions.Pool2DOptions
    build.operator(OPERATORS.MAX_POOL_2D, [x.index], most.index, kind, options)
    return _concatenation(build, [mean, most], 3)


def _along_time(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    return _concatenation(build, [x, x], 2)


def _concatenation(build: GraphBuilder, parts: list[Value], axis: int) -> Value:
    width = sum(p.width for p in parts) if axis == 2 else parts[0].width
    channels = sum(p.channels for p in parts) if axis == 3 else parts[0].channels
    y = build.value((1, 1, width, channels), parts[0].scale, parts[0].zero_point)
    options = schema.ConcatenationOptionsT()
    options.axis = axis
    kind = schema.BuiltinOptions.ConcatenationOptions
    build.operator(OPERATORS.CONCATENATION, [p.index for p in parts], y.index, kind, options)
    return y


def _rescaled_mean(draw: st.DrawFn, build: GraphBuilder, x: Value) -> Value:
    y = build.value((1, 1, 1, x.channels), x.scale * draw(st.floats(0.5, 2.0)), draw(ZERO_POINTS))
    _mean_over_time(build, x, y)
    return y


def _mean_over_time(build: GraphBuilder, x: Value, y: Value) -> None:
    axes = build.constant(np.array([1, 2], np.int32))
    options = schema.ReducerOptionsT()
    options.keepDims = True
    kind = schema.BuiltinOptions.ReducerOptions
    build.operator(OPERATORS.MEAN, [x.index, axes], y.index, kind, options)


def _average_over_time(build: GraphBuilder, x: Value, y: Value) -> None:
    options = schema.Pool2DOptionsT()
    options.filterWidth, options.filterHeight = x.width, 1
    options.strideW, options.strideH, options.padding = 1, 1, VALID
    kind = schema.BuiltinOptions.Pool2DOptions
    build.operator(OPERATORS.AVERAGE_POOL_2D, [x.index], y.index, kind, options)


def _reshape(build: GraphBuilder, x: Value) -> Value:
    y = build.value((1, x.width * x.channels), x.scale, x.zero_point)
    shape = build.constant(np.array([1, x.width * x.channels], np.int32))
    options = schema.ReshapeOptionsT()
    options.newShape = [1, x.width * x.channels]
    kind = schema.BuiltinOptions.ReshapeOptions
    build.operator(OPERATORS.RESHAPE, [x.index, shape], y.index, kind, options)
    return y


LAYERS: list[Layer] = [
    *OTHERS,
    _conv,
    _conv,
    _conv_and_pool,
    _depthwise,
    _depthwise,
    _pool,
    _residual,
    _pad,
    _rescaled,
    _two_branches,
    _along_time,
    _rescaled_mean,
]


def _weights(build: GraphBuilder, shape: tuple[int, ...]) -> NDArray[np.int8]:
    return build.random.integers(-127, 128, shape).astype(np.int8)


def _weighted(
    draw: st.DrawFn,
    build: GraphBuilder,
    x: Value,
    weights: NDArray[np.int8],
    axis: int,
    positions: int,
    rows: int,
    per_channel: bool = True,
) -> tuple[Value, list[int]]:
    """An output whose scale fits the sums, and the operator's inputs; a dense layer has no
    positions."""
    scales = build.random.uniform(0.001, 0.01, rows if per_channel else 1).astype(np.float32)
    # The sums' spread, were the window white noise: outputs fill the int8 range, now and then more.
    spread = x.scale * float(scales.mean()) * 74 * 74 * np.sqrt(weights.size / rows)
    y = build.value(
        (1, 1, positions, rows) if positions else (1, rows),
        float(np.float32(spread * draw(st.floats(0.01, 0.08)))),
        draw(ZERO_POINTS),
    )
    inputs = [x.index, build.constant(weights, scales.tolist(), axis)]
    if draw(st.booleans()) or not positions:
        bias = build.random.integers(-20000, 20000, rows).astype(np.int32)
        inputs.append(build.constant(bias, (scales * np.float32(x.scale)).tolist()))
    return y, inputs


def _slid(width: int, window: int, stride: int, padding: int) -> int:
    return -(-width // stride) if padding == SAME else (width - window) // stride + 1


def _window_options(options: Any, stride: int, padding: int) -> None:
    options.strideW, options.strideH, options.padding = stride, 1, padding
    if hasattr(options, "dilationWFactor"):
        options.dilationWFactor = options.dilationHFactor = 1
