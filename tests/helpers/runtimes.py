"""The classifier without a TensorFlow Lite runtime, or with tflite-micro in place of LiteRT."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.bundle import load_bundle
from edgekit.convert.runtimes import tflm_interpreter

# Blocks both in a process of its own: the first line of its script.
WITHOUT_RUNTIMES = (
    "import sys; "
    "sys.modules['ai_edge_litert.interpreter'] = sys.modules['tflite_runtime.interpreter'] = None"
)


def hide_runtimes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behave as where neither runtime is installed."""
    for runtime in ("ai_edge_litert", "tflite_runtime"):
        monkeypatch.setitem(sys.modules, f"{runtime}.interpreter", None)


def decide_by_tflm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the classifier decide by tflite-micro's kernels, whose bytes are the firmware's."""
    monkeypatch.setattr("ai_edge_litert.interpreter.Interpreter", TflmInterpreter)


class TflmInterpreter:
    """tflite-micro behind LiteRT's interface, for the model of a bundle."""

    def __init__(self, model_path: str, num_threads: int) -> None:
        bundle = load_bundle(Path(model_path).parent)
        spec = bundle.spec
        self._interpreter = tflm_interpreter(bundle.model.read_bytes())
        self._heads = (("posture", spec.postures), ("placement", spec.placements))
        self._window = (1, 1, spec.window, spec.front_end.channels)

    def allocate_tensors(self) -> None:
        """Do nothing: tflite-micro allocates when it loads the model."""

    def get_input_details(self) -> list[dict[str, Any]]:
        return [{"index": 0, "shape": self._window, "dtype": np.int8}]

    def get_output_details(self) -> list[dict[str, Any]]:
        return [
            {"index": index, "name": name, "shape": (1, len(labels)), "dtype": np.int8}
            for index, (name, labels) in enumerate(self._heads)
        ]

    def set_tensor(self, index: int, window: NDArray[np.int8]) -> None:
        self._interpreter.set_input(window, index)

    def invoke(self) -> None:
        self._interpreter.invoke()

    def get_tensor(self, index: int) -> NDArray[np.int8]:
        logits: NDArray[np.int8] = self._interpreter.get_output(index)
        return logits
