"""A real int8 model made by hand, and a whole Bundle around it, for the tests of the device.

MEAN over time -> FULLY_CONNECTED. It reads the gravity channels alone: the posture weights are the
postures' own directions, so that it tells postures apart as well as gravity does. The placement
head reads the head-ward axis alone.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as tfl
from numpy.typing import NDArray

from edgekit.bundle import FORMAT, MODEL, VERSION
from edgekit.files import sha256
from edgekit.front_end import int8_input
from edgekit.spec import AXES, INPUT_SCALE, POSTURE_ANGLE_DEG, SLEEP, Spec
from tests.helpers.gravity import gravity_at

INPUT = {"scale": INPUT_SCALE, "zero_point": 0}
POSTURE_GAIN, PLACEMENT_GAIN = 40.0, 20.0  # logits per g
POSTURE = {"name": "posture", "scale": 0.5, "zero_point": -3}
PLACEMENT = {"name": "placement", "scale": 0.25, "zero_point": 5}


def make_bundle(
    folder: Path,
    spec: Spec = SLEEP,
    names: tuple[str, str] = ("posture", "placement"),
    reverse_outputs: bool = False,
    described: Spec | None = None,
    **changed_fields: Any,
) -> Path:
    """A folder that `load_bundle` accepts.

    The model is for `spec`; bundle.json describes `described`, with `changed_fields`
    in place of its own.
    """
    in_json = described or spec
    folder.mkdir(parents=True)
    model = folder / MODEL
    model.write_bytes(gravity_model(spec, names, reverse_outputs))
    fields = {
        "format": FORMAT,
        "version": VERSION,
        "spec": in_json.to_json(),
        "input": {**INPUT, "shape": [1, 1, in_json.window, in_json.front_end.channels]},
        "outputs": [POSTURE, PLACEMENT],
        "files": {MODEL: {"sha256": sha256(model), "bytes": model.stat().st_size}},
        **changed_fields,
    }
    (folder / "bundle.json").write_text(json.dumps(fields))
    return folder


def add_c(folder: Path) -> Path:
    """Put model.c, model.h and golden.bin into the bundle, as `edgekit convert` does."""
    from edgekit.convert.codegen import bundle_c
    from edgekit.convert.golden import Golden, golden_bytes
    from edgekit.convert.model import parse
    from edgekit.convert.runtimes import tflm_logits

    code = bundle_c(parse((folder / "model.tflite").read_bytes()), SLEEP)
    fields = json.loads((folder / "bundle.json").read_text())
    for name, text in (("model.c", code.source), ("model.h", code.header)):
        (folder / name).write_text(text)
        fields["files"][name] = {"sha256": sha256(folder / name)}
    model = (folder / "model.tflite").read_bytes()
    counts = np.random.default_rng(1).integers(-600, 600, (8, SLEEP.window, AXES), np.int16)
    answers = tflm_logits(model, int8_input(counts, SLEEP.front_end))
    golden = Golden(counts, answers, hashlib.sha256(model).digest())
    (folder / "golden.bin").write_bytes(golden_bytes(golden))
    fields["files"]["golden.bin"] = {"sha256": sha256(folder / "golden.bin")}
    (folder / "bundle.json").write_text(json.dumps(fields))
    return folder


def gravity_model(spec: Spec, names: tuple[str, str], reverse_outputs: bool) -> bytes:
    """The bytes of a .tflite: the int8 input of `spec` in, posture and placement out."""
    channels = spec.front_end.channels
    per_input = 1 / (INPUT_SCALE * spec.front_end.gravity_steps_per_g)  # g of one gravity channel
    directions = np.zeros((len(spec.postures), channels))  # classes that have none stay at 0
    angles = list(POSTURE_ANGLE_DEG.values())[: len(spec.postures)]
    directions[: len(angles), :AXES] = [gravity_at(angle) for angle in angles]
    directions *= per_input
    placement = np.zeros((len(spec.placements), channels))
    placement[:, 1] = per_input * np.linspace(1, -1, len(spec.placements))
    build = _Builder()
    window = build.tensor("input", (1, 1, spec.window, channels), INPUT)
    axes = build.tensor("axes", (2,), None, np.array([1, 2], np.int32))
    mean = build.tensor("mean", (1, channels), INPUT)
    build.operator(
        tfl.BuiltinOperator.MEAN, tfl.BuiltinOptions.ReducerOptions, tfl.ReducerOptionsT(),
        [window, axes], mean,
    )  # fmt: skip
    outputs = [
        build.dense(mean, names[0], directions * POSTURE_GAIN, POSTURE),
        build.dense(mean, names[1], placement * PLACEMENT_GAIN, PLACEMENT),
    ]
    return build.finish([window], outputs[::-1] if reverse_outputs else outputs)


class _Builder:
    def __init__(self) -> None:
        self.graph = tfl.SubGraphT()
        self.graph.tensors, self.graph.operators = [], []
        self.buffers = [tfl.BufferT()]
        self.codes: list[Any] = []

    def tensor(
        self,
        name: str,
        shape: tuple[int, ...],
        quantisation: dict[str, Any] | None,
        data: NDArray[Any] | None = None,
    ) -> int:
        tensor = tfl.TensorT()
        tensor.name, tensor.shape = name, list(shape)
        is_int32 = data is not None and data.dtype == np.int32
        tensor.type = tfl.TensorType.INT32 if is_int32 else tfl.TensorType.INT8
        if quantisation is not None:
            tensor.quantization = tfl.QuantizationParametersT()
            tensor.quantization.scale = [quantisation["scale"]]
            tensor.quantization.zeroPoint = [quantisation["zero_point"]]
        tensor.buffer = len(self.buffers) if data is not None else 0
        if data is not None:
            buffer = tfl.BufferT()
            buffer.data = np.frombuffer(data.tobytes(), np.uint8)
            self.buffers.append(buffer)
        self.graph.tensors.append(tensor)
        return len(self.graph.tensors) - 1

    def dense(
        self, source: int, name: str, weights: NDArray[np.float64], output: dict[str, Any]
    ) -> int:
        scale = float(np.abs(weights).max()) / 127
        kernel = {"scale": scale, "zero_point": 0}
        quantised = np.rint(weights / scale).astype(np.int8)
        weight = self.tensor(f"{name}_weight", weights.shape, kernel, quantised)
        result = self.tensor(name, (1, len(weights)), output)
        self.operator(
            tfl.BuiltinOperator.FULLY_CONNECTED,
            tfl.BuiltinOptions.FullyConnectedOptions,
            tfl.FullyConnectedOptionsT(),
            [source, weight, -1],
            result,
        )
        return result

    def operator(
        self, code: int, options_type: int, options: Any, inputs: list[int], output: int
    ) -> None:
        entry = tfl.OperatorCodeT()
        entry.builtinCode = entry.deprecatedBuiltinCode = code
        entry.version = 4 if code == tfl.BuiltinOperator.FULLY_CONNECTED else 2
        operator = tfl.OperatorT()
        operator.opcodeIndex = len(self.codes)
        operator.inputs, operator.outputs = inputs, [output]
        operator.builtinOptionsType, operator.builtinOptions = options_type, options
        self.codes.append(entry)
        self.graph.operators.append(operator)

    def finish(self, inputs: list[int], outputs: list[int]) -> bytes:
        self.graph.inputs, self.graph.outputs = inputs, outputs
        model = tfl.ModelT()
        model.version, model.subgraphs = 3, [self.graph]
        model.operatorCodes, model.buffers = self.codes, self.buffers
        builder = flatbuffers.Builder(4096)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())
