"""Run windows through each runtime, to the same two heads of logits.

Float nets read (N, window, channels) float32, int8 models the same values as int8 (run_input.py).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from edgekit.bundle import Quantisation
from edgekit.distribution import install_line
from edgekit.errors import EdgekitError
from edgekit.quiet_stderr import quiet_stderr

BATCH = 512


@dataclass(frozen=True)
class Logits:
    """Logits of N windows."""

    posture: NDArray[np.float32]  # (N, postures)
    placement: NDArray[np.float32]  # (N, placements)

    @property
    def heads(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return self.posture, self.placement


@dataclass(frozen=True)
class Int8Logits:
    """The int8 outputs for N windows, before they are scaled."""

    posture: NDArray[np.int8]  # (N, postures)
    placement: NDArray[np.int8]  # (N, placements)

    def dequantised(self, posture: Quantisation, placement: Quantisation) -> Logits:
        """Scale both heads by their outputs' quantisations."""
        return Logits(posture.dequantise(self.posture), placement.dequantise(self.placement))


def torch_logits(net: nn.Module, windows: NDArray[np.float32]) -> Logits:
    """Run the float net on windows (N, window, channels), batched."""
    with torch.no_grad():
        parts = [
            net(torch.from_numpy(windows[at : at + BATCH].transpose(0, 2, 1)[:, :, None].copy()))
            for at in range(0, len(windows), BATCH)
        ]
    posture, placement = zip(*parts, strict=True)
    return Logits(torch.cat(posture).numpy(), torch.cat(placement).numpy())


def onnx_logits(onnx: bytes, windows: NDArray[np.float32]) -> Logits:
    """Run the exported net by ONNX Runtime, a window at a time."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    nchw = np.ascontiguousarray(windows.transpose(0, 2, 1)[:, :, None])  # (N, channels, 1, window)
    answers = [session.run(None, {name: nchw[at : at + 1]}) for at in range(len(nchw))]
    posture, placement = zip(*answers, strict=True)
    return Logits(np.concatenate(posture), np.concatenate(placement))


def litert_logits(model: bytes, windows: NDArray[np.int8]) -> Int8Logits:
    """Run LiteRT with its XNNPACK kernels, as on a Raspberry Pi."""
    return Int8Logits(*litert_outputs(model, windows))


def litert_outputs(model: bytes, windows: NDArray[np.int8]) -> list[NDArray[np.int8]]:
    """Return every output of the model, in the file's order, (N, classes) each."""
    from ai_edge_litert.interpreter import Interpreter

    with quiet_stderr():  # LiteRT announces XNNPACK there at every start
        interpreter = Interpreter(model_content=model, num_threads=1)
        interpreter.allocate_tensors()
    entry = interpreter.get_input_details()[0]["index"]
    exits = [output["index"] for output in interpreter.get_output_details()]

    def answer(window: NDArray[np.int8]) -> list[NDArray[np.int8]]:
        interpreter.set_tensor(entry, window)
        interpreter.invoke()
        return [interpreter.get_tensor(index) for index in exits]

    return _stacked([answer(window[None, None]) for window in windows])


def tflm_logits(model: bytes, windows: NDArray[np.int8]) -> Int8Logits:
    """Run TensorFlow Lite Micro's reference kernels: what firmware must answer, byte for byte."""
    interpreter = tflm_interpreter(model)

    def answer(window: NDArray[np.int8]) -> list[NDArray[np.int8]]:
        interpreter.set_input(window, 0)
        interpreter.invoke()
        return [interpreter.get_output(place) for place in (0, 1)]

    return Int8Logits(*_stacked([answer(window[None, None]) for window in windows]))


def tflm_interpreter(model: bytes, arena_bytes: int | None = None) -> Any:
    """Load a model into tflite-micro.

    Raises EdgekitError where it is not installed, RuntimeError for an arena that is too small.
    """
    try:
        from tflite_micro import runtime
    except ImportError:
        raise EdgekitError(
            "tflite-micro is not installed here: its wheels are for x86-64 Linux only. "
            f"Convert and verify on such a machine ({install_line('convert')}), "
            "then copy the bundle."
        ) from None
    return runtime.Interpreter.from_bytes(model, arena_size=arena_bytes)


def _stacked(answers: list[list[NDArray[np.int8]]]) -> list[NDArray[np.int8]]:
    return [np.concatenate(head) for head in zip(*answers, strict=True)]
