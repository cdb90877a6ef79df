"""Build TFLite files tensor by tensor and operator by operator."""

from dataclasses import dataclass, field
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

OPERATORS = schema.BuiltinOperator
ACTIVATIONS = {
    "NONE": schema.ActivationFunctionType.NONE,
    "RELU": schema.ActivationFunctionType.RELU,
    "RELU6": schema.ActivationFunctionType.RELU6,
    "RELU_N1_TO_1": schema.ActivationFunctionType.RELU_N1_TO_1,
}
VERSIONS = {OPERATORS.CONV_2D: 3, OPERATORS.DEPTHWISE_CONV_2D: 3, OPERATORS.RESHAPE: 1}
SAME, VALID = schema.Padding.SAME, schema.Padding.VALID


@dataclass(frozen=True)
class Value:
    """A tensor that an operator may read."""

    index: int
    width: int
    channels: int
    scale: float
    zero_point: int


@dataclass
class GraphBuilder:
    """Appends operators; `file` is the TFLite file."""

    random: np.random.Generator
    model: Any = field(default_factory=schema.ModelT)
    codes: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        graph = schema.SubGraphT()
        graph.tensors, graph.operators, graph.inputs, graph.outputs = [], [], [], []
        self.model.version, self.model.subgraphs = 3, [graph]
        self.model.operatorCodes, self.model.buffers = [], [schema.BufferT()]

    @property
    def graph(self) -> Any:
        return self.model.subgraphs[0]

    def entry(self, width: int, channels: int, scale: float, zero_point: int) -> Value:
        value = self.value((1, 1, width, channels), scale, zero_point)
        self.graph.inputs.append(value.index)
        return value

    def value(self, shape: tuple[int, ...], scale: float, zero_point: int) -> Value:
        index = self._tensor(shape, schema.TensorType.INT8, 0, [scale], [zero_point])
        return Value(index, int(np.prod(shape[:-1])), shape[-1], scale, zero_point)

    def constant(self, data: NDArray[Any], scales: list[float] | None = None, axis: int = 0) -> int:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(np.ascontiguousarray(data).tobytes(), np.uint8)
        self.model.buffers.append(buffer)
        kind = {"int8": schema.TensorType.INT8, "int32": schema.TensorType.INT32}[str(data.dtype)]
        return self._tensor(
            data.shape, kind, len(self.model.buffers) - 1, scales, [0] * len(scales or ()), axis
        )

    def operator(self, code: int, inputs: list[int], output: int, kind: int, options: Any) -> None:
        if code not in self.codes:
            operator_code = schema.OperatorCodeT()
            operator_code.builtinCode, operator_code.deprecatedBuiltinCode = code, min(code, 127)
            operator_code.version = VERSIONS.get(code, 2)
            self.codes[code] = len(self.model.operatorCodes)
            self.model.operatorCodes.append(operator_code)
        operator = schema.OperatorT()
        operator.opcodeIndex, operator.inputs, operator.outputs = self.codes[code], inputs, [output]
        operator.builtinOptionsType, operator.builtinOptions = kind, options
        self.graph.operators.append(operator)

    def file(self, outputs: list[Value] | None = None) -> bytes:
        if outputs is not None:
            self.graph.outputs = [value.index for value in outputs]
        builder = flatbuffers.Builder(1024)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def _tensor(
        self,
        shape: tuple[int, ...],
        kind: int,
        buffer: int,
        scales: list[float] | None,
        zero_points: list[int],
        axis: int = 0,
    ) -> int:
        tensor = schema.TensorT()
        tensor.shape, tensor.type, tensor.buffer = list(shape), kind, buffer
        tensor.name = f"t{len(self.graph.tensors)}".encode()
        if scales is not None:
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale = np.array(scales, np.float32)
            tensor.quantization.zeroPoint = np.array(zero_points, np.int64)
            tensor.quantization.quantizedDimension = axis
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1
