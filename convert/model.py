"""A TFLite model, parsed once: its tensors, its operators and its multiply-adds."""

import math
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from edgekit.bundle import Quantisation
from edgekit.errors import EdgekitError
from edgekit.text import one_line, short

IDENTIFIER = b"TFL3"  # at bytes 4..8
ABSENT = -1  # the index of an optional input that is not there
MOST_LETTERS = 60  # of a tensor's name in a message
_OF_RECURRENT = {"WHILE": "a loop or a recurrent layer", "UNPACK": "an unrolled recurrent layer"}


def _names(enumeration: type) -> dict[int, str]:
    return {value: name for name, value in vars(enumeration).items() if isinstance(value, int)}


_OPERATORS = _names(schema.BuiltinOperator)
_ACTIVATIONS = _names(schema.ActivationFunctionType)
_KINDS = _names(schema.TensorType)
_DTYPES = {"INT8": np.int8, "INT32": np.int32, "INT64": np.int64}
# What the schema's readers raise at offsets, lengths and types that cannot be.
DAMAGE = (
    AttributeError,
    IndexError,
    KeyError,
    MemoryError,
    OverflowError,
    TypeError,
    ValueError,
    struct.error,
)


@dataclass(frozen=True)
class Tensor:
    """A value of the graph; `constant` holds its data where they are in the file."""

    index: int
    name: str
    shape: tuple[int, ...]
    scales: NDArray[np.float32]  # one, or one for each output channel
    zero_points: tuple[int, ...]  # as many as scales, or one
    constant: NDArray[Any] | None
    kind: str  # of schema.TensorType, e.g. INT8
    is_quantised: bool  # the file gives scales and zero points; else they are 1 and 0

    @property
    def title(self) -> str:
        """The name for a message: TensorFlow joins those of all layers that were fused."""
        return short(one_line(self.name.partition(";")[0]), MOST_LETTERS)

    @property
    def is_int8(self) -> bool:
        return self.kind == "INT8"

    @property
    def zero_point(self) -> int:
        return self.zero_points[0]

    @property
    def quantisation(self) -> Quantisation:
        return Quantisation(float(self.scales[0]), self.zero_point)

    @property
    def channels(self) -> int:
        return self.shape[-1] if self.shape else 1

    @property
    def size(self) -> int:
        return math.prod(self.shape)


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
        tensor = f", tensor {self.output.title!r}" if self.output.name else ""
        return f"operator {self.place} ({self.name}, to {list(self.output.shape)}{tensor})"

    @property
    def label(self) -> str:
        """The operator for a comment in C, without the tensor's name, which may hold anything."""
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

    Raises EdgekitError when it is none or is damaged, when an operator has several outputs, or when
    the model's own inputs and outputs are not int8.
    """
    return of_tables(data, read_tables(data))


def read_tables(data: bytes) -> Any:
    """Read a file's ModelT. Raises EdgekitError when it is none or is damaged."""
    if data[4:8] != IDENTIFIER:
        raise EdgekitError("not a TFLite model: its bytes 4 to 8 are not TFL3")
    try:
        tables = schema.ModelT.InitFromPackedBuf(data, 0)
        graph = tables.subgraphs[0]
        _ = len(graph.tensors), len(graph.inputs), len(graph.outputs), len(graph.operators)
    except DAMAGE:
        raise EdgekitError("the TFLite model is damaged: its tables cannot be read") from None
    return tables


def of_tables(data: bytes, tables: Any) -> TfliteModel:
    """Return the model of a file and the ModelT that says the same; errors as of parse."""
    model = _checked(data, tables)
    require_int8_ends(model)
    return model


def read_model(data: bytes) -> TfliteModel:
    """Read a file as parse does, whatever the kind of the model's inputs and outputs."""
    return _checked(data, read_tables(data))


def require_int8_ends(model: TfliteModel) -> None:
    """Raise EdgekitError for an input or output of the model that is not int8."""
    for tensor in (*model.inputs, *model.outputs):
        if not tensor.is_int8:
            is_index = tensor.kind in ("INT32", "INT64")
            raise EdgekitError(
                f"the model's inputs and outputs are not int8: tensor {tensor.title!r} is "
                f"{tensor.kind}. "
                + (
                    "End the model before the operator that makes it, such as ARG_MAX"
                    if is_index
                    else "Quantise the model to int8"
                )
            )


def _checked(data: bytes, tables: Any) -> TfliteModel:
    try:
        return _model(data, tables)
    except DAMAGE:
        raise EdgekitError(
            "the TFLite model is damaged: an operator or a tensor refers to what is not there"
        ) from None


def _model(data: bytes, tables: Any) -> TfliteModel:
    graph = tables.subgraphs[0]
    tensors = [_named_tensor(tables, index, tensor) for index, tensor in enumerate(graph.tensors)]
    return TfliteModel(
        data=data,
        inputs=tuple(_at(tensors, i) for i in graph.inputs),
        outputs=tuple(_at(tensors, i) for i in graph.outputs),
        operators=tuple(
            _named_operator(tables, place, operator, tensors)
            for place, operator in enumerate(graph.operators)
        ),
        tables=tables,
    )


def _at(tensors: list[Tensor], index: int) -> Tensor:
    if index < 0:
        raise IndexError(index)
    return tensors[index]


def operator_name(tables: Any, operator: Any) -> str:
    """Return the name of an OperatorT, e.g. CONV_2D."""
    code = tables.operatorCodes[operator.opcodeIndex]
    return _OPERATORS[max(code.builtinCode, code.deprecatedBuiltinCode)]


def _named_operator(tables: Any, place: int, operator: Any, tensors: list[Tensor]) -> Operator:
    """Return an operator; raises EdgekitError that names it where it is damaged."""
    try:
        name = operator_name(tables, operator)
    except DAMAGE:
        name = "unknown"
    try:
        return _operator(tables, place, operator, tensors)
    except DAMAGE:
        raise EdgekitError(
            f"operator {place} ({name}): the TFLite model is damaged, it refers to a tensor or a "
            "kind of operator that is not there"
        ) from None


def _operator(tables: Any, place: int, operator: Any, tensors: list[Tensor]) -> Operator:
    name = operator_name(tables, operator)
    if len(operator.outputs) != 1:
        raise EdgekitError(
            f"operator {place} ({name}) is not supported{_origin(name)}: it has "
            f"{len(operator.outputs)} outputs; only operators with one output are supported"
        )
    fused = getattr(operator.builtinOptions, "fusedActivationFunction", 0)
    inputs = () if operator.inputs is None else operator.inputs
    return Operator(
        place=place,
        name=name,
        inputs=tuple(_at(tensors, i) for i in inputs if i != ABSENT),
        output=_at(tensors, operator.outputs[0]),
        options=operator.builtinOptions,
        activation=_ACTIVATIONS[fused],
    )


def _origin(name: str) -> str:
    return f" (TensorFlow writes it for {_OF_RECURRENT[name]})" if name in _OF_RECURRENT else ""


def _named_tensor(tables: Any, index: int, tensor: Any) -> Tensor:
    """Return a tensor; raises EdgekitError that names it where it is damaged."""
    try:
        return _tensor(tables, index, tensor)
    except DAMAGE:
        raise EdgekitError(
            f"tensor {index}: the TFLite model is damaged, its data, shape, kind or quantisation "
            "cannot be"
        ) from None


def _tensor(tables: Any, index: int, tensor: Any) -> Tensor:
    shape = tuple(int(size) for size in tensor.shape) if tensor.shape is not None else ()
    data = tables.buffers[tensor.buffer].data
    kind = _KINDS[tensor.type]
    constant = None
    if data is not None and len(data) and kind in _DTYPES:
        if any(size < 0 for size in shape):
            raise ValueError(shape)
        constant = np.frombuffer(np.asarray(data, np.uint8).tobytes(), _DTYPES[kind]).reshape(shape)
    quantisation = tensor.quantization
    scales = quantisation.scale if quantisation is not None else None
    zero_points = quantisation.zeroPoint if quantisation is not None else None
    name = tensor.name or ""
    return Tensor(
        index=index,
        name=name.decode(errors="replace") if isinstance(name, bytes) else str(name),
        shape=shape,
        scales=np.atleast_1d(np.asarray(1.0 if _is_empty(scales) else scales, np.float32)),
        zero_points=tuple(int(z) for z in zero_points)
        if zero_points is not None and len(zero_points)
        else (0,),
        constant=constant,
        kind=kind,
        is_quantised=not _is_empty(scales) and not _is_empty(zero_points),
    )


def _is_empty(values: Any) -> bool:
    return values is None or len(values) == 0
