"""From a window to its answers, beside peers: python -m edgekit.benchmarks.decision BUNDLE"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Bundle, load_bundle
from edgekit.convert.runtimes import tflm_interpreter
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
        "tflite-micro (int8, reference kernels)": _tflm(bundle, windows),
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


def _tflm(bundle: Bundle, windows: NDArray[np.float32]) -> Callable[[], None]:
    interpreter = tflm_interpreter(bundle.model.read_bytes())
    counts = bundle.input.quantise(windows)

    def run() -> None:
        for window in counts:
            interpreter.set_input(window[None, None], 0)
            interpreter.invoke()
            interpreter.get_output(0)

    return run


if __name__ == "__main__":
    main(Path(sys.argv[1]))
