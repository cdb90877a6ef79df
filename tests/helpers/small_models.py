"""Small TFLite models, built without TensorFlow, as other people's 1-D nets are shaped."""

from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from tests.helpers.graph_builder import OPERATORS, VALID, GraphBuilder, Value

KINDS = schema.BuiltinOptions


def har(columns: int = 3) -> GraphBuilder:
    """Three axes side by side, a convolution down the time, a pool, two dense layers, softmax."""
    build = GraphBuilder(np.random.default_rng(0))
    x = build.value((1, 24, columns, 1), 0.05, 3)
    build.graph.inputs.append(x.index)
    x = conv(build, x, (24, columns), (6, 16, 1), "RELU")
    pool = schema.Pool2DOptionsT()
    pool.filterHeight, pool.filterWidth, pool.strideH, pool.strideW = 3, 1, 3, 1
    pool.padding = VALID
    y = build.value((1, 3, columns, 6), x.scale, x.zero_point)
    build.operator(OPERATORS.MAX_POOL_2D, [x.index], y.index, KINDS.Pool2DOptions, pool)
    flat = build.value((1, 18 * columns), x.scale, x.zero_point)
    shape = build.constant(np.array([1, 18 * columns], np.int32))
    build.operator(OPERATORS.RESHAPE, [y.index, shape], flat.index, KINDS.ReshapeOptions, None)
    logits = dense(build, flat, 18 * columns, 4)
    build.graph.outputs = [softmax(build, logits, 4).index]
    return build


def published() -> GraphBuilder:
    """MTL-net as its authors export it, with fewer dense rows: the axes are rows of an image.

    Each pool also strides over the rows, 3 to 2 to 1: two of them reach no answer.
    """
    build = GraphBuilder(np.random.default_rng(0))
    x = build.value((1, 3, 100, 1), 1 / 64, 0)
    build.graph.inputs.append(x.index)
    x = _pooled(build, conv(build, x, (3, 100), (32, 9, 1), "RELU", axis=1), (2, 46))
    x = _pooled(build, conv(build, x, (2, 46), (64, 9, 32), "RELU", axis=1), (1, 19))
    flat = build.value((1, 19 * 64), x.scale, x.zero_point)
    shape = build.constant(np.array([1, 19 * 64], np.int32))
    build.operator(OPERATORS.RESHAPE, [x.index, shape], flat.index, KINDS.ReshapeOptions, None)
    build.graph.outputs = [dense(build, flat, 19 * 64, rows).index for rows in (12, 3)]
    return build


def _pooled(build: GraphBuilder, x: Value, out: tuple[int, int]) -> Value:
    """The larger of each two columns; of the rows every second is left out."""
    pool = schema.Pool2DOptionsT()
    pool.filterHeight, pool.filterWidth, pool.strideH, pool.strideW = 1, 2, 2, 2
    pool.padding = VALID
    y = build.value((1, *out, x.channels), x.scale, x.zero_point)
    build.operator(OPERATORS.MAX_POOL_2D, [x.index], y.index, KINDS.Pool2DOptions, pool)
    return y


def conv(
    build: GraphBuilder,
    x: Value,
    grid: tuple[int, int],
    weights: tuple[int, int, int],
    activation: str = "NONE",
    padding: int = VALID,
    stride: int = 1,
    axis: int | None = None,
) -> Value:
    """Add a convolution of (count, taps, channels) along an axis of a grid.

    `axis`: 0 slides down the rows, 1 along the columns; None takes rows where there are several.
    """
    count, taps, channels = weights
    if axis is None:
        axis = 1 if grid[0] == 1 else 0
    window = (taps, 1) if axis == 0 else (1, taps)
    values = build.random.integers(-127, 128, (count, *window, channels)).astype(np.int8)
    options = schema.Conv2DOptionsT()
    options.padding, options.strideH, options.strideW = padding, 1, 1
    if axis == 0:
        options.strideH = stride
    else:
        options.strideW = stride
    options.dilationHFactor = options.dilationWFactor = 1
    options.fusedActivationFunction = getattr(schema.ActivationFunctionType, activation)
    scale = x.scale * 0.004 * 74 * 74 * np.sqrt(taps * channels) / 40
    out = list(grid)
    out[axis] = (grid[axis] - (taps if padding == VALID else 1)) // stride + 1
    y = build.value((1, *out, count), float(np.float32(scale)), -128)
    inputs = [x.index, build.constant(values, [0.004] * count)]
    inputs.append(build.constant(np.arange(count, dtype=np.int32) * 40, [0.004 * x.scale] * count))
    build.operator(OPERATORS.CONV_2D, inputs, y.index, KINDS.Conv2DOptions, options)
    return y


def max_pool(build: GraphBuilder, x: Value, window: int) -> Value:
    """Add the largest of each `window` positions of one row."""
    pool = schema.Pool2DOptionsT()
    pool.filterHeight, pool.filterWidth, pool.strideH, pool.strideW = 1, window, 1, window
    pool.padding = VALID
    y = build.value((1, 1, x.width // window, x.channels), x.scale, x.zero_point)
    build.operator(OPERATORS.MAX_POOL_2D, [x.index], y.index, KINDS.Pool2DOptions, pool)
    return y


def dense(build: GraphBuilder, x: Value, columns: int, rows: int) -> Value:
    weights = build.random.integers(-127, 128, (rows, columns)).astype(np.int8)
    y = build.value((1, rows), x.scale * 8, 2)
    inputs = [x.index, build.constant(weights, [0.004])]
    options = schema.FullyConnectedOptionsT()
    build.operator(OPERATORS.FULLY_CONNECTED, inputs, y.index, KINDS.FullyConnectedOptions, options)
    return y


def softmax(build: GraphBuilder, x: Value, classes: int) -> Value:
    y = build.value((1, classes), 1 / 256, -128)
    options = schema.SoftmaxOptionsT()
    options.beta = 1.0
    build.operator(OPERATORS.SOFTMAX, [x.index], y.index, KINDS.SoftmaxOptions, options)
    return y


def with_float_ends(build: GraphBuilder) -> GraphBuilder:
    """Put QUANTIZE before the model and DEQUANTIZE behind it."""
    graph = build.graph
    first, last = graph.inputs[0], graph.outputs[0]
    entry = _float_like(build, first)
    leave = _float_like(build, last)
    build.operator(
        OPERATORS.QUANTIZE, [entry], first, KINDS.QuantizeOptions, schema.QuantizeOptionsT()
    )
    graph.operators.insert(0, graph.operators.pop())
    build.operator(
        OPERATORS.DEQUANTIZE, [last], leave, KINDS.DequantizeOptions, schema.DequantizeOptionsT()
    )
    graph.inputs, graph.outputs = [entry], [leave]
    return build


def _float_like(build: GraphBuilder, index: int) -> int:
    tensor: Any = schema.TensorT()
    tensor.shape, tensor.type, tensor.buffer = (
        build.graph.tensors[index].shape,
        schema.TensorType.FLOAT32,
        0,
    )
    tensor.name = f"real{index}".encode()
    build.graph.tensors.append(tensor)
    return len(build.graph.tensors) - 1
