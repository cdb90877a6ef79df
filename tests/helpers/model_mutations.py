"""Damage a TFLite model in its tables: what a wrong exporter, and no transfer, does."""

import copy
from collections.abc import Iterator
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

NUMBERS = (-(2**31), -1000, -2, -1, 0, 1, 2, 3, 4, 5, 7, 100, 127, 1 << 16, 2**31 - 1)
SCALES = (0.0, -0.1, float("nan"), float("inf"), 1e-38, 1e-6, 0.004, 1.0, 1e6, 3e38)


def table_mutations(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Yield `count` damaged files, each with one to three wrong values; the file stays a file."""
    random = np.random.default_rng(seed)
    tables = schema.ModelT.InitFromPackedBuf(content, 0)
    made = 0
    while made < count:
        damaged = copy.deepcopy(tables)
        for _ in range(random.integers(1, 4)):
            _damage(damaged, random)
        builder = flatbuffers.Builder(len(content))
        try:
            builder.Finish(damaged.Pack(builder), b"TFL3")
        except Exception:  # a value that its field cannot hold
            continue
        made += 1
        yield bytes(builder.Output())


def _damage(model: Any, random: np.random.Generator) -> None:
    graph = model.subgraphs[0]
    tensor, operator = (
        items[random.integers(len(items))] if items else None
        for items in (graph.tensors, graph.operators)
    )
    number = int(random.choice(NUMBERS))
    by = tensor.quantization
    is_scaled = by is not None and by.scale is not None and len(by.scale) and len(by.zeroPoint)
    match random.integers(0, 11):
        case 0 | 1 if operator is not None and operator.builtinOptions is not None:
            fields = [name for name in vars(operator.builtinOptions) if name[0] != "_"]
            if fields:
                setattr(operator.builtinOptions, fields[random.integers(len(fields))], number)
        case 2 if len(tensor.shape):
            tensor.shape = list(tensor.shape)
            tensor.shape[random.integers(len(tensor.shape))] = number
        case 3:
            tensor.shape = [*tensor.shape, 1] if random.random() < 0.5 else list(tensor.shape)[:-1]
        case 4 if is_scaled:
            scales = np.array(by.scale, np.float32)
            scales[random.integers(len(scales))] = random.choice(SCALES)
            by.scale = scales if random.random() < 0.8 else scales[:-1]
        case 5 if is_scaled:
            points = np.array(by.zeroPoint, np.int64)
            points[random.integers(len(points))] = number
            by.zeroPoint = points if random.random() < 0.8 else points[:-1]
        case 6:
            tensor.type = int(random.integers(0, 20))
        case 7:
            _damage_buffer(model.buffers[tensor.buffer], number, random)
        case 8 if operator is not None:
            _damage_links(operator, len(graph.tensors), number, random)
        case 9 if graph.operators:
            _damage_order(graph, random)
        case 10:
            ends = graph.inputs if random.random() < 0.5 else graph.outputs
            ends = list(ends)
            ends[0:1] = [[], [number], [int(random.integers(len(graph.tensors)))]][
                random.integers(3)
            ]
            if random.random() < 0.5:
                graph.inputs = ends
            else:
                graph.outputs = ends


def _damage_buffer(buffer: Any, number: int, random: np.random.Generator) -> None:
    if buffer.data is None or not len(buffer.data):
        buffer.data = random.integers(0, 256, abs(number) % 64).astype(np.uint8)
        return
    data = np.array(buffer.data, np.uint8)
    if random.random() < 0.5 and len(data) >= 4:  # of an int32
        at = int(random.integers(len(data) // 4)) * 4
        data[at : at + 4] = np.frombuffer(np.int32(number).tobytes(), np.uint8)
        buffer.data = data
    else:
        buffer.data = data[: random.integers(len(data))]


def _damage_links(operator: Any, tensors: int, number: int, random: np.random.Generator) -> None:
    other = number if random.random() < 0.3 else int(random.integers(tensors))
    inputs, outputs = list(operator.inputs), list(operator.outputs)
    match random.integers(0, 5):
        case 0 if inputs:
            inputs[random.integers(len(inputs))] = other
        case 1 if inputs:
            inputs.pop()
        case 2:
            outputs[0:1] = [other]
        case 3:
            outputs.append(other)
        case 4:
            operator.opcodeIndex = abs(number)
    operator.inputs, operator.outputs = inputs, outputs


def _damage_order(graph: Any, random: np.random.Generator) -> None:
    first, second = random.integers(len(graph.operators), size=2)
    match random.integers(0, 3):
        case 0:
            graph.operators.pop(first)
        case 1:
            graph.operators.insert(first, copy.deepcopy(graph.operators[second]))
        case 2:
            swapped = graph.operators[first]
            graph.operators[first] = graph.operators[second]
            graph.operators[second] = swapped
