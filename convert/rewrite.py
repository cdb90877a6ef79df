"""Rewrite a TFLite model: outputs in order and named, buffers on 16 bytes, unused parts dropped.

TensorFlow leaves the outputs reversed and renamed, aligns buffers to 4 bytes where TFLM's kernels
want 16, and keeps strings that nothing reads. Means become average pools (average_pool.py).
"""

from copy import deepcopy
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from edgekit.bundle import Quantisation

from .average_pool import average_pools_for_means
from .model import IDENTIFIER, TfliteModel, of_tables

ALIGNMENT = 16  # bytes


def rewrite(
    model: TfliteModel,
    order: tuple[int, ...],
    input_name: str,
    names: tuple[str, ...],
    quantisations: tuple[Quantisation, ...],
) -> TfliteModel:
    """Return the model with output `order[i]` at place i, as `names[i]` in `quantisations[i]`.

    The layer that makes an output scales to what the output's tensor asks for, so nothing else
    changes with its quantisation.
    """
    tables = deepcopy(model.tables)
    graph = tables.subgraphs[0]
    for tensor in graph.tensors:
        tensor.name = None
    graph.outputs = [graph.outputs[place] for place in order]
    graph.tensors[graph.inputs[0]].name = input_name
    for place, name, by in zip(graph.outputs, names, quantisations, strict=True):
        graph.tensors[place].name = name
        graph.tensors[place].quantization.scale = np.array([by.scale], np.float32)
        graph.tensors[place].quantization.zeroPoint = [by.zero_point]
    average_pools_for_means(tables)
    graph.name = None
    tables.description = None
    tables.metadata = None
    tables.metadataBuffer = None
    tables.signatureDefs = None  # they repeat the names of the outputs
    _drop_unused_buffers(tables)
    return of_tables(packed(tables, len(model.data)), tables)


def packed(tables: Any, size: int) -> bytes:
    """Return the file of a ModelT, its buffers aligned; `size`: about how many bytes it has."""
    tables.buffers = [_AlignedBuffer(buffer.data) for buffer in tables.buffers]
    builder = flatbuffers.Builder(size)
    builder.Finish(tables.Pack(builder), file_identifier=IDENTIFIER)
    return bytes(builder.Output())


def _drop_unused_buffers(tables: Any) -> None:
    used = [0, *sorted({t.buffer for t in tables.subgraphs[0].tensors} - {0})]  # 0 stays, empty
    place = {old: new for new, old in enumerate(used)}
    for tensor in tables.subgraphs[0].tensors:
        tensor.buffer = place[tensor.buffer]
    tables.buffers = [tables.buffers[old] for old in used]


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
