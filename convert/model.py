"""A TFLite model, parsed once: its tensors, its operators and its multiply-adds."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from edgekit.bundle import Quantisation
from edgekit.errors import EdgekitError

IDENTIFIER = b"TFL3"  # at bytes 4..8


def _names(enumeration: type) -> dict[int, str]:
    return {value: name for name, value in vars(enumeration).items() if isinstance(value, int)}


_OPERATORS = _names(schema.BuiltinOperator)
_ACTIVATIONS = _names(schema.ActivationFunctionType)
_DTYPES = {
    schema.TensorType.INT8: np.int8,
    schema.TensorType.INT32: np.int32,
    schema.TensorType.INT64: np.int64,
}


@dataclass(frozen=True)
class Tensor:
    """A value of the graph; `constant` holds its data where they are in the file."""

    index: int
    name: str
    shape: tuple[int, ...]
    scales: NDArray[np.float32]  # one, or one for each output channel
    zero_point: int
    constant: NDArray[Any] | None
    is_int8: bool

    @property
    def quantisation(self) -> Quantisation:
        return Quantisation(float(self.scales[0]), self.zero_point)

    @property
    def channels(self) -> int:
        return self.shape[-1] if self.shape else 1

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))


@dataclass(frozen=True)
class Operator:
    """A layer, with its constants among its inputs."""

    place: int  # in the order in which they run
    name: str  # of schema.BuiltinOperator, e.g. CONV_2D
    inputs: tuple[Tensor, ...]
    output: Tensor
    options: Any  # the schema's, of this kind of operator
    activation: str  # fused, "NONE" where there is none

    def __str__(self) -> str:
        return f"operator {self.place} ({self.name}, to {list(self.output.shape)})"

    @property
    def macs(self) -> int:
        """Multiply-adds of one window, padding counted as data; 0 for layers without weights."""
        if self.name not in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"):
            return 0
        # Weights: conv (out, h, w, in), depthwise (1, h, w, channels), dense (out, in).
        weights = self.inputs[1].shape
        is_depthwise = self.name == "DEPTHWISE_CONV_2D"
        return self.output.size * math.prod(weights[1:3] if is_depthwise else weights[1:])


@dataclass(frozen=True)
class TfliteModel:
    """The file, and what it holds."""

    data: bytes = field(repr=False)
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    tables: Any = field(repr=False, compare=False)  # the generated schema's ModelT

    @property
    def operator_names(self) -> list[str]:
        """The operators in the order in which they run, e.g. CONV_2D."""
        return [operator.name for operator in self.operators]

    @property
    def macs(self) -> int:
        """Multiply-adds of one window: convolutions and dense layers, padding counted as data."""
        return sum(operator.macs for operator in self.operators)

    def users(self, tensor: Tensor) -> list[Operator]:
        """Return the operators that read a tensor."""
        return [o for o in self.operators if any(t.index == tensor.index for t in o.inputs)]


def parse(data: bytes) -> TfliteModel:
    """Read the bytes of a TFLite file.

    Raises EdgekitError when it is none, when an operator has several outputs, or when the model's
    own inputs and outputs are not int8.
    """
    if data[4:8] != IDENTIFIER:
        raise EdgekitError(
            "not a TFLite model: its bytes 4 to 8 are not TFL3. Convert the run again."
        )
    return of_tables(data, schema.ModelT.InitFromPackedBuf(data, 0))


def of_tables(data: bytes, tables: Any) -> TfliteModel:
    """Return the model of a file and the ModelT that says the same."""
    graph = tables.subgraphs[0]
    tensors = [_tensor(tables, index, tensor) for index, tensor in enumerate(graph.tensors)]
    model = TfliteModel(
        data=data,
        inputs=tuple(tensors[i] for i in graph.inputs),
        outputs=tuple(tensors[i] for i in graph.outputs),
        operators=tuple(
            _operator(tables, place, operator, tensors)
            for place, operator in enumerate(graph.operators)
        ),
        tables=tables,
    )
    if not all(tensor.is_int8 for tensor in (*model.inputs, *model.outputs)):
        raise EdgekitError("the model's inputs and outputs are not int8. Convert the run again.")
    return model


def operator_name(tables: Any, operator: Any) -> str:
    """Return the name of an OperatorT, e.g. CONV_2D."""
    code = tables.operatorCodes[operator.opcodeIndex]
    return _OPERATORS[max(code.builtinCode, code.deprecatedBuiltinCode)]


def _operator(tables: Any, place: int, operator: Any, tensors: list[Tensor]) -> Operator:
    name = operator_name(tables, operator)
    if len(operator.outputs) != 1:
        raise EdgekitError(f"operator {place} ({name}) has {len(operator.outputs)} outputs")
    fused = getattr(operator.builtinOptions, "fusedActivationFunction", 0)
    return Operator(
        place=place,
        name=name,
        inputs=tuple(tensors[i] for i in operator.inputs if i >= 0),
        output=tensors[operator.outputs[0]],
        options=operator.builtinOptions,
        activation=_ACTIVATIONS[fused],
    )


def _tensor(tables: Any, index: int, tensor: Any) -> Tensor:
    shape = tuple(int(size) for size in tensor.shape) if tensor.shape is not None else ()
    data = tables.buffers[tensor.buffer].data
    dtype = _DTYPES.get(tensor.type)
    constant = None
    if data is not None and len(data) and dtype is not None:
        constant = np.frombuffer(np.asarray(data, np.uint8).tobytes(), dtype).reshape(shape)
    quantisation = tensor.quantization
    scales = quantisation.scale if quantisation is not None else None
    zero_points = quantisation.zeroPoint if quantisation is not None else None
    name = tensor.name or ""
    return Tensor(
        index=index,
        name=name.decode() if isinstance(name, bytes) else str(name),
        shape=shape,
        scales=np.atleast_1d(np.asarray(1.0 if scales is None else scales, np.float32)),
        zero_point=0 if zero_points is None else int(np.atleast_1d(zero_points)[0]),
        constant=constant,
        is_int8=tensor.type == schema.TensorType.INT8,
    )
