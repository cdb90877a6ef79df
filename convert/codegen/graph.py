"""The graph as the generator sees it: int8 tensors of one row, positions by channels."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from edgekit.convert.graph import parse
from edgekit.errors import EdgekitError

from .fixed_point import Scale

_OPERATORS = {v: k for k, v in vars(schema.BuiltinOperator).items() if isinstance(v, int)}
_ACTIVATIONS = {v: k for k, v in vars(schema.ActivationFunctionType).items() if isinstance(v, int)}
_DTYPES = {
    schema.TensorType.INT8: np.int8,
    schema.TensorType.INT32: np.int32,
    schema.TensorType.INT64: np.int64,
}


@dataclass(frozen=True)
class Tensor:
    index: int
    shape: tuple[int, ...]
    scales: NDArray[np.float32]  # one, or one for each output channel
    zero_point: int
    constant: NDArray[Any] | None
    is_int8: bool

    @property
    def scale(self) -> Scale:
        return Scale(float(self.scales[0]), self.zero_point)

    @property
    def channels(self) -> int:
        return self.shape[-1] if self.shape else 1

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))


@dataclass(frozen=True)
class Operator:
    place: int  # in the order in which they run
    name: str
    inputs: tuple[Tensor, ...]
    output: Tensor
    options: Any
    activation: str  # fused, "NONE" where there is none

    def __str__(self) -> str:
        return f"operator {self.place} ({self.name}, to {list(self.output.shape)})"


@dataclass(frozen=True)
class Graph:
    operators: tuple[Operator, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]

    def users(self, tensor: Tensor) -> list[Operator]:
        return [o for o in self.operators if any(t.index == tensor.index for t in o.inputs)]


def read_graph(model: bytes) -> Graph:
    """Raises EdgekitError for a file that is no TFLite model or has several outputs an operator."""
    parsed = parse(model)
    graph = parsed.subgraphs[0]
    tensors = [_tensor(parsed, i, tensor) for i, tensor in enumerate(graph.tensors)]
    operators = []
    for place, found in enumerate(graph.operators):
        code = parsed.operatorCodes[found.opcodeIndex]
        name = _OPERATORS[max(code.builtinCode, code.deprecatedBuiltinCode)]
        if len(found.outputs) != 1:
            raise EdgekitError(f"operator {place} ({name}) has {len(found.outputs)} outputs")
        fused = getattr(found.builtinOptions, "fusedActivationFunction", 0)
        operators.append(
            Operator(
                place=place,
                name=name,
                inputs=tuple(tensors[i] for i in found.inputs if i >= 0),
                output=tensors[found.outputs[0]],
                options=found.builtinOptions,
                activation=_ACTIVATIONS[fused],
            )
        )
    return Graph(
        tuple(operators),
        tuple(tensors[i] for i in graph.inputs),
        tuple(tensors[i] for i in graph.outputs),
    )


def _tensor(model: Any, index: int, tensor: Any) -> Tensor:
    shape = tuple(int(size) for size in tensor.shape) if tensor.shape is not None else ()
    data = model.buffers[tensor.buffer].data
    dtype = _DTYPES.get(tensor.type)
    constant = None
    if data is not None and len(data) and dtype is not None:
        constant = np.frombuffer(np.asarray(data, np.uint8).tobytes(), dtype).reshape(shape)
    quantisation = tensor.quantization
    scales = quantisation.scale if quantisation is not None else None
    zero_points = quantisation.zeroPoint if quantisation is not None else None
    return Tensor(
        index=index,
        shape=shape,
        scales=np.atleast_1d(np.asarray(1.0 if scales is None else scales, np.float32)),
        zero_point=0 if zero_points is None else int(np.atleast_1d(zero_points)[0]),
        constant=constant,
        is_int8=tensor.type == schema.TensorType.INT8,
    )
