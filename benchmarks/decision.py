"""From a window to its answers, beside peers: python -m edgekit.benchmarks.decision BUNDLE"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from edgekit.bundle import load_bundle
from edgekit.device.classifier import Classifier

WINDOWS, ROUNDS = 500, 5


def main(folder: Path) -> None:
    """Each in turn, five rounds; medians, and ratios to ours."""
    import onnxruntime

    bundle = load_bundle(folder)
    windows = np.random.default_rng(0).normal(0, 0.5, (WINDOWS, 100, 3)).astype(np.float32)
    classifier = Classifier(bundle)

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(folder / "model.onnx", options)
    name = session.get_inputs()[0].name
    nchw = np.ascontiguousarray(windows.transpose(0, 2, 1)[:, :, None])

    def ours() -> None:
        for window in windows:
            classifier.classify(window[None])

    def onnx_float() -> None:
        for window in nchw:
            session.run(None, {name: window[None]})

    peers: dict[str, Callable[[], None]] = {
        "edgekit (LiteRT int8, probabilities)": ours,
        "onnxruntime (float, logits)": onnx_float,
        "tflite-micro (int8, reference kernels)": _tflm(bundle.model.read_bytes(), windows),
    }
    times: dict[str, list[float]] = {peer: [] for peer in peers}
    for _ in range(ROUNDS):
        for peer, work in peers.items():
            began = time.perf_counter()
            work()
            times[peer].append(1e6 * (time.perf_counter() - began) / WINDOWS)
    own = statistics.median(times["edgekit (LiteRT int8, probabilities)"])
    for peer, microseconds in times.items():
        median = statistics.median(microseconds)
        print(
            f"{peer}: {median:.1f} us a window, {median / own:.2f} of ours (measured, one thread)"
        )


def _tflm(model: bytes, windows: np.ndarray[Any, np.dtype[np.float32]]) -> Callable[[], None]:
    from tflite_micro.python.tflite_micro import runtime

    interpreter = runtime.Interpreter.from_bytes(model)
    counts = np.clip(np.rint(windows * 64), -128, 127).astype(np.int8)

    def run() -> None:
        for window in counts:
            interpreter.set_input(window[None, None], 0)
            interpreter.invoke()
            interpreter.get_output(0)

    return run


if __name__ == "__main__":
    main(Path(sys.argv[1]))
