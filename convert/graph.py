"""Reading a TFLite file: its operators, its tensors and its multiply-adds."""

import math
from dataclasses import dataclass
from typing import Any

from ai_edge_litert import schema_py_generated as schema

from edgekit.bundle import Quantisation
from edgekit.errors import EdgekitError

IDENTIFIER = b"TFL3"  # at bytes 4..8

_OPERATOR_NAMES: dict[int, str] = {
    value: name for name, value in vars(schema.BuiltinOperator).items() if isinstance(value, int)
}


@dataclass(frozen=True)
class Port:
    """An input or an output of the model."""

    name: str
    shape: tuple[int, ...]
    quantisation: Quantisation


def parse(model: bytes) -> Any:
    """The file as the generated schema's ModelT; raises EdgekitError when it is no TFLite file."""
    if model[4:8] != IDENTIFIER:
        raise EdgekitError(
            "not a TFLite model: its bytes 4 to 8 are not TFL3. Convert the run again."
        )
    return schema.ModelT.InitFromPackedBuf(model, 0)


def operators(model: bytes) -> list[str]:
    """The operators in the order in which they run, e.g. CONV_2D."""
    parsed = parse(model)
    return [operator_name(parsed, operator) for operator in parsed.subgraphs[0].operators]


def ports(model: bytes) -> tuple[list[Port], list[Port]]:
    """The inputs and the outputs, in the file's order."""
    graph = parse(model).subgraphs[0]
    return [_port(graph.tensors[i]) for i in graph.inputs], [
        _port(graph.tensors[i]) for i in graph.outputs
    ]


def macs(model: bytes) -> int:
    """Multiply-adds of one window: convolutions and dense layers, padding counted as data."""
    parsed = parse(model)
    graph = parsed.subgraphs[0]
    total = 0
    for operator in graph.operators:
        name = operator_name(parsed, operator)
        if name not in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"):
            continue
        out = math.prod(_shape(graph.tensors[operator.outputs[0]]))
        weight = _shape(graph.tensors[operator.inputs[1]])
        # Weights: conv (out, h, w, in), depthwise (1, h, w, channels), dense (out, in).
        taps = weight[1] * weight[2] if name == "DEPTHWISE_CONV_2D" else math.prod(weight[1:])
        total += out * taps
    return total


def operator_name(parsed: Any, operator: Any) -> str:
    code = parsed.operatorCodes[operator.opcodeIndex]
    return _OPERATOR_NAMES[max(code.builtinCode, code.deprecatedBuiltinCode)]


def _port(tensor: Any) -> Port:
    if tensor.type != schema.TensorType.INT8:
        raise EdgekitError("the model's inputs and outputs are not int8. Convert the run again.")
    name = tensor.name.decode() if isinstance(tensor.name, bytes) else str(tensor.name)
    return Port(
        name,
        _shape(tensor),
        Quantisation(float(tensor.quantization.scale[0]), int(tensor.quantization.zeroPoint[0])),
    )


def _shape(tensor: Any) -> tuple[int, ...]:
    return tuple(int(size) for size in tensor.shape)
