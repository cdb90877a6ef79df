"""Replace means over time by average pools, which every runtime rounds correctly.

tflite-micro folds the division by the number of positions into MEAN's fixed-point multiplier and
then rounds twice, with a bit or two between: a mean of 7 positions comes out 2/7 of an int8 step
too large on average, one of 13 positions 2/13. LiteRT's MEAN has no such error. AVERAGE_POOL_2D
divides once, to the nearest integer, in both.
"""

from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from .model import operator_name

POSITIONS = {1, 2}  # height and width of (batch, height, width, channels)
INT8_VERSION = 2  # of AVERAGE_POOL_2D: the first that takes int8


def average_pools_for_means(tables: Any) -> None:
    """Turn every MEAN of a ModelT into the AVERAGE_POOL_2D of one window over all positions.

    Nothing is changed unless all of them can be: a pool's output has its input's scale, and keeps
    four dimensions.
    """
    graph = tables.subgraphs[0]
    means = [o for o in graph.operators if operator_name(tables, o) == "MEAN"]
    if not all(_is_average_pool(tables, graph, mean) for mean in means):
        return
    for code in tables.operatorCodes:
        if max(code.builtinCode, code.deprecatedBuiltinCode) == schema.BuiltinOperator.MEAN:
            code.builtinCode = schema.BuiltinOperator.AVERAGE_POOL_2D
            code.deprecatedBuiltinCode = schema.BuiltinOperator.AVERAGE_POOL_2D
            code.version = INT8_VERSION
    for mean in means:
        _, height, width, _ = graph.tensors[mean.inputs[0]].shape
        mean.inputs = mean.inputs[:1]  # without the axes
        mean.builtinOptionsType = schema.BuiltinOptions.Pool2DOptions
        mean.builtinOptions = _pool_over(int(height), int(width))


def _is_average_pool(tables: Any, graph: Any, mean: Any) -> bool:
    x, axes, y = (graph.tensors[i] for i in (*mean.inputs, mean.outputs[0]))
    over = np.frombuffer(bytes(tables.buffers[axes.buffer].data), np.int32)
    same_scale = x.quantization.scale[0] == y.quantization.scale[0]
    same_zero = x.quantization.zeroPoint[0] == y.quantization.zeroPoint[0]
    return bool(
        len(x.shape) == len(y.shape) == 4
        and {int(axis) % 4 for axis in over} == POSITIONS
        and same_scale
        and same_zero
    )


def _pool_over(height: int, width: int) -> Any:
    options = schema.Pool2DOptionsT()
    options.padding = schema.Padding.VALID
    options.strideH = options.strideW = 1
    options.filterHeight, options.filterWidth = height, width
    options.fusedActivationFunction = schema.ActivationFunctionType.NONE
    return options
