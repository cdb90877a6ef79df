"""Check a parsed model before C is made of it: values that int8 arithmetic has no meaning for."""

from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from edgekit.errors import EdgekitError
from edgekit.front_end import INT8_LEAST, INT8_MOST

from .model import Operator, Tensor, TfliteModel

MOST_ELEMENTS = 1 << 24  # of a tensor; more than any microcontroller's memory
LARGEST_WINDOW = (1 << 15) - 1  # of a pool, a stride or a dilation: 16 bits in tflite-micro
LEAST_SCALE, MOST_SCALE = 1e-30, 1e30  # beyond them single precision ends soon
WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")

_OPTIONS: dict[str, type] = {
    "ADD": schema.AddOptionsT,
    "AVERAGE_POOL_2D": schema.Pool2DOptionsT,
    "CONCATENATION": schema.ConcatenationOptionsT,
    "CONV_2D": schema.Conv2DOptionsT,
    "DEPTHWISE_CONV_2D": schema.DepthwiseConv2DOptionsT,
    "FULLY_CONNECTED": schema.FullyConnectedOptionsT,
    "LEAKY_RELU": schema.LeakyReluOptionsT,
    "MAX_POOL_2D": schema.Pool2DOptionsT,
    "MEAN": schema.ReducerOptionsT,
    "REDUCE_MAX": schema.ReducerOptionsT,
    "SOFTMAX": schema.SoftmaxOptionsT,
    "STRIDED_SLICE": schema.StridedSliceOptionsT,
}
_WINDOWED = ("strideW", "strideH", "filterWidth", "filterHeight", "dilationWFactor")
_POSITIVE = (*_WINDOWED, "dilationHFactor", "depthMultiplier")


def check_model(model: TfliteModel) -> None:
    """Raise EdgekitError that names the first operator or tensor which cannot be right."""
    check_tables(model.tables)
    if not model.operators:
        raise EdgekitError("the model holds no operator")
    if not model.outputs:
        raise EdgekitError("the model has no output")
    written = {tensor.index for tensor in model.inputs}
    for tensor in model.inputs:
        check_activation(tensor, "the model's input")
    for operator in model.operators:
        for tensor in operator.inputs:
            if tensor.index not in written and tensor.constant is None:
                raise EdgekitError(
                    f"{operator}: it reads tensor {tensor.name!r}, which nothing before it writes"
                    f"{_unknown_constant(tensor)}"
                )
        if operator.output.index in written or operator.output.constant is not None:
            raise EdgekitError(f"{operator}: its output is written twice")
        _check_operator(operator)
        written.add(operator.output.index)
    for tensor in model.outputs:
        if tensor.index not in written:
            raise EdgekitError(f"nothing writes the model's output {tensor.name!r}")


def _unknown_constant(tensor: Tensor) -> str:
    return "" if tensor.kind in ("INT8", "INT32", "INT64") else f" (it is {tensor.kind})"


def _check_operator(operator: Operator) -> None:
    what = f"{operator}: its input"
    if not operator.inputs:
        raise EdgekitError(f"{operator}: it has no input")
    for tensor in operator.inputs:
        if tensor.constant is None:
            check_activation(tensor, what)
    check_activation(operator.output, f"{operator}: its output")
    _check_options(operator)
    if operator.name in WEIGHTED:
        _check_weights(operator)


def check_activation(tensor: Tensor, what: str) -> None:
    """Raise EdgekitError for a tensor that is no int8 array with one scale."""
    what = f"{what} {tensor.title!r}" if tensor.name else what
    if not tensor.is_int8:
        raise EdgekitError(
            f"{what} is {tensor.kind}, not INT8: only models that are int8 throughout are supported"
        )
    if not tensor.shape or any(size < 1 for size in tensor.shape):
        raise EdgekitError(
            f"{what} has the shape {list(tensor.shape)}: dynamic shapes are not supported. "
            "Export the model with a fixed input shape and a batch of 1"
        )
    if tensor.size > MOST_ELEMENTS:
        raise EdgekitError(f"{what} has the shape {list(tensor.shape)}: too large")
    if not tensor.is_quantised:
        raise EdgekitError(f"{what} has no scale or no zero point: quantise the model to int8")
    if len(tensor.scales) != 1 or len(tensor.zero_points) != 1:
        raise EdgekitError(f"{what} has {len(tensor.scales)} scales; an activation has one")
    _check_scales(tensor, what)
    if not INT8_LEAST <= tensor.zero_point <= INT8_MOST:
        raise EdgekitError(f"{what} has the zero point {tensor.zero_point}, which is not int8")


def _check_scales(tensor: Tensor, what: str) -> None:
    if not (np.isfinite(tensor.scales) & (tensor.scales > 0)).all():
        raise EdgekitError(f"{what} has a scale that is not above 0")
    for scale in tensor.scales:
        if not LEAST_SCALE <= scale <= MOST_SCALE:
            raise EdgekitError(f"{what} has a scale of {scale:.3g}: no value is of that size")


def _check_options(operator: Operator) -> None:
    kind, options = _OPTIONS.get(operator.name), operator.options
    if kind is not None and not isinstance(options, kind):
        raise EdgekitError(f"{operator}: its options are missing or of another operator")
    for name in _POSITIVE:
        value = getattr(options, name, 1)
        if not 1 <= value <= LARGEST_WINDOW:
            raise EdgekitError(f"{operator}: its {name} is {value}")
    if getattr(options, "padding", 0) not in (schema.Padding.SAME, schema.Padding.VALID):
        raise EdgekitError(f"{operator}: its padding is neither SAME nor VALID")


def _check_weights(operator: Operator) -> None:
    """Check weights and biases: int8 around zero, one scale or one for each output channel."""
    if len(operator.inputs) < 2:
        raise EdgekitError(f"{operator}: it has no weights")
    weights = operator.inputs[1]
    dimensions = 2 if operator.name == "FULLY_CONNECTED" else 4
    if not weights.is_int8 or weights.constant is None:
        raise EdgekitError(f"{operator}: its weights are {_description(weights)}, not INT8")
    if len(weights.shape) != dimensions or weights.size < 1:
        raise EdgekitError(f"{operator}: its weights have the shape {list(weights.shape)}")
    count = weights.shape[-1 if operator.name == "DEPTHWISE_CONV_2D" else 0]
    if any(weights.zero_points):
        raise EdgekitError(
            f"{operator}: its weights have zero point {max(weights.zero_points, key=abs)}: only "
            "weights around zero are supported. Convert it with a newer TensorFlow"
        )
    if len(weights.scales) not in (1, count) or not weights.is_quantised:
        scales = len(weights.scales) if weights.is_quantised else "no"
        raise EdgekitError(
            f"{operator}: its weights have {scales} scales, not one or one for each of {count} "
            "channels"
        )
    _check_scales(weights, f"{operator}: its weights")
    if len(operator.inputs) > 2:
        bias = operator.inputs[2]
        if bias.kind != "INT32" or bias.constant is None or bias.size != count:
            raise EdgekitError(
                f"{operator}: its bias is {_description(bias)} {list(bias.shape)}, not INT32 of "
                f"{count} values"
            )


def _description(tensor: Tensor) -> str:
    return f"{tensor.kind}{'' if tensor.constant is not None else ', no constant'}"


def check_tables(tables: Any) -> None:
    """Raise EdgekitError for what a file may hold beside int8 arrays: control flow, state, ..."""
    if len(tables.subgraphs) != 1:
        raise EdgekitError(
            f"the model holds {len(tables.subgraphs)} graphs (control flow such as IF or WHILE): "
            "only one is supported"
        )
    for tensor in tables.subgraphs[0].tensors:
        name = tensor.name.decode(errors="replace") if isinstance(tensor.name, bytes) else ""
        if tensor.sparsity is not None:
            raise EdgekitError(f"tensor {name!r} is stored sparsely, which is not supported")
        if tensor.isVariable:
            raise EdgekitError(
                f"tensor {name!r} keeps its value from one run to the next: models with a state "
                "(recurrent layers) are not supported"
            )
        signature = [
            int(size) for size in ([] if tensor.shapeSignature is None else tensor.shapeSignature)
        ]
        if any(size < 0 for size in signature[1:]):
            raise EdgekitError(
                f"tensor {name!r} has the shape {signature}: dynamic shapes are not supported. "
                "Export the model with a fixed input shape"
            )
