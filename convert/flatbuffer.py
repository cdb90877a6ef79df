"""Rewriting a TFLite file: outputs in order and named, buffers on 16 bytes, dead weight dropped.

TensorFlow leaves the outputs reversed and renamed, aligns buffers to 4 bytes where TFLM's kernels
want 16, and keeps strings that nothing reads. Means become average pools (average_pool.py).
"""

from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from edgekit.bundle import Quantisation

from .average_pool import average_pools_for_means
from .graph import IDENTIFIER, parse

ALIGNMENT = 16  # bytes


def rewrite(
    model: bytes,
    order: tuple[int, ...],
    input_name: str,
    names: tuple[str, ...],
    quantisations: tuple[Quantisation, ...],
) -> bytes:
    """The same model with output `order[i]` at place i under `names[i]`, in `quantisations[i]`.

    The layer that makes an output scales to what its tensor says: there is no more to set.
    """
    parsed = parse(model)
    graph = parsed.subgraphs[0]
    for tensor in graph.tensors:
        tensor.name = None
    graph.outputs = [graph.outputs[place] for place in order]
    graph.tensors[graph.inputs[0]].name = input_name
    for place, name, by in zip(graph.outputs, names, quantisations, strict=True):
        graph.tensors[place].name = name
        graph.tensors[place].quantization.scale = [by.scale]
        graph.tensors[place].quantization.zeroPoint = [by.zero_point]
    average_pools_for_means(parsed)
    graph.name = None
    parsed.description = None
    parsed.metadata = None
    parsed.metadataBuffer = None
    parsed.signatureDefs = None  # they repeat the names of the outputs
    _drop_unused_buffers(parsed)
    parsed.buffers = [_AlignedBuffer(buffer.data) for buffer in parsed.buffers]
    builder = flatbuffers.Builder(len(model))
    builder.Finish(parsed.Pack(builder), file_identifier=IDENTIFIER)
    return bytes(builder.Output())


def buffer_offsets(model: bytes) -> list[int]:
    """Where each buffer that holds data begins in the file."""
    root = schema.Model.GetRootAs(model, 0)
    table = [root.Buffers(i) for i in range(root.BuffersLength())]
    return [
        # 4 is the field `data` of schema.fbs's table Buffer.
        buffer._tab.Vector(buffer._tab.Offset(4))
        for buffer in table
        if buffer.DataLength()
    ]


def _drop_unused_buffers(parsed: Any) -> None:
    used = [0, *sorted({t.buffer for t in parsed.subgraphs[0].tensors} - {0})]  # 0 stays, empty
    place = {old: new for new, old in enumerate(used)}
    for tensor in parsed.subgraphs[0].tensors:
        tensor.buffer = place[tensor.buffer]
    parsed.buffers = [parsed.buffers[old] for old in used]


class _AlignedBuffer(schema.BufferT):  # type: ignore[misc]
    """A buffer whose data begin on a multiple of ALIGNMENT from the file's start."""

    def __init__(self, data: NDArray[np.uint8] | None) -> None:
        super().__init__()
        self.data = data

    def Pack(self, builder: Any) -> Any:  # noqa: N802  (the schema's name)
        data = b"" if self.data is None else bytes(self.data)
        vector = None
        if data:
            builder.StartVector(1, len(data), ALIGNMENT)
            builder.head -= len(data)
            builder.Bytes[builder.head : builder.head + len(data)] = data
            vector = builder.EndVector()
        schema.BufferStart(builder)
        if vector is not None:
            schema.BufferAddData(builder, vector)
        return schema.BufferEnd(builder)
