"""Run one runtime alone in this process: python worker.py JOB.json, which runtimes.py writes.

It loads the runtime, answers every window once and prints a line of JSON; then it reads lines, each
a number of seconds, times a round of that length and prints its timing. It ends with its input.
Only numpy, edgekit's front end and the runtime are imported, so that memory and start are its own.
"""

import ctypes
import json
import os
import sys
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MIN_INFERENCES = 10  # of a round, as in MLPerf Tiny
CLOCK_READINGS = 20_000

Answer = Callable[[Any], tuple[Any, Any]]  # the net's input to (1, postures), (1, placements)
OwnRound = Callable[[float], NDArray[np.int64]]  # a round's seconds to ns of each inference


@dataclass(frozen=True)
class Loaded:
    version: str
    answer: Answer
    own_round: OwnRound | None = None  # a round that the runtime times itself


def main(job: dict[str, Any]) -> None:
    # What libraries print goes to stderr: stdout is for the lines that the parent reads.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    windows = np.load(job["windows"])  # (N, window, 3) in g
    before, after = _before(job), _after(job)
    bare_mb = _peak_mb()
    began = time.perf_counter()
    loaded = RUNTIMES[job["runtime"]](job, windows)
    loaded.answer(before(windows[0]))
    start_s = time.perf_counter() - began
    answers = [tuple(map(np.copy, loaded.answer(before(window)))) for window in windows]
    ready = {
        "version": loaded.version,
        "start_s": start_s,
        "memory_mb": _peak_mb() - bare_mb,
        "clock_ns": _clock_ns(),
        "answers": [np.concatenate(head).tolist() for head in zip(*answers, strict=True)],
    }
    print(json.dumps(ready), file=replies, flush=True)
    for line in sys.stdin:
        if loaded.own_round is None:
            timing = _round(windows, float(line), before, loaded.answer, after)
        else:
            timing = _percentiles(loaded.own_round(float(line)))
        print(json.dumps(timing), file=replies, flush=True)


def _round(
    windows: NDArray[np.float32],
    seconds: float,
    before: Callable[[NDArray[np.float32]], Any],
    answer: Answer,
    after: Callable[[tuple[Any, Any]], Any],
) -> dict[str, float]:
    """Time the three steps of each window, one after another as a monitor runs them."""
    clock = time.perf_counter_ns
    befores, nets, afters = array("q"), array("q"), array("q")
    end = clock() + int(1e9 * seconds)
    at = 0
    while at < MIN_INFERENCES or clock() < end:
        window = windows[at % len(windows)]
        began = clock()
        net_input = before(window)
        prepared = clock()
        raw = answer(net_input)
        answered = clock()
        after(raw)
        done = clock()
        befores.append(prepared - began)
        nets.append(answered - prepared)
        afters.append(done - answered)
        at += 1
    sides = {"before_us": 1e-3 * np.median(befores), "after_us": 1e-3 * np.median(afters)}
    return {**_percentiles(np.array(nets)), **sides}


def _percentiles(nanoseconds: NDArray[np.int64]) -> dict[str, float]:
    p50, p99 = 1e-3 * np.percentile(nanoseconds, (50, 99))
    return {"inferences": len(nanoseconds), "p50_us": p50, "p99_us": p99}


def _before(job: dict[str, Any]) -> Callable[[NDArray[np.float32]], Any]:
    """Return what turns a window (window, 3) in g into the runtime's input; C reads counts."""
    from edgekit.front_end import counts_of, read_g
    from edgekit.spec import INPUT_SCALE, FrontEnd

    front_end = FrontEnd(**job["front_end"])
    if job["runtime"] in READS_COUNTS:
        return counts_of
    if job["numbers"] == "int8":
        # (1, 1, window, channels)
        return lambda window: read_g(window, front_end)[None, None]
    if job["reads_g"]:
        return lambda window: np.ascontiguousarray(window.T[None, :, None])  # (1, 3, 1, window)

    def channels(window: NDArray[np.float32]) -> NDArray[np.float32]:
        net_input = read_g(window, front_end) * np.float32(INPUT_SCALE)
        return np.ascontiguousarray(net_input.T[None, :, None])  # (1, channels, 1, window)

    return channels


def _after(job: dict[str, Any]) -> Callable[[tuple[Any, Any]], Any]:
    """Return what turns both heads into probabilities."""
    if job["numbers"] == "float32":
        return lambda heads: [_softmax(head) for head in heads]
    scales = [_quantisation(entry) for entry in job["outputs"]]
    return lambda heads: [
        _softmax(scale.dequantise(head)) for scale, head in zip(scales, heads, strict=True)
    ]


def _quantisation(entry: list[float]) -> Any:
    from edgekit.bundle import Quantisation

    return Quantisation(float(entry[0]), int(entry[1]))


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    exponential = np.exp(logits - logits.max())
    return np.asarray(exponential / exponential.sum(), np.float32)


def _litert(job: dict[str, Any], _: NDArray[np.float32]) -> Loaded:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=job["model"], num_threads=1)
    return Loaded(version("ai-edge-litert"), _tflite(interpreter))


def _tflite_runtime(job: dict[str, Any], _: NDArray[np.float32]) -> Loaded:
    from tflite_runtime.interpreter import Interpreter

    interpreter = Interpreter(model_path=job["model"], num_threads=1)
    return Loaded(version("tflite-runtime"), _tflite(interpreter))


def _tflite_runtime_reference(job: dict[str, Any], _: NDArray[np.float32]) -> Loaded:
    from tflite_runtime.interpreter import Interpreter, OpResolverType

    kernels = OpResolverType.BUILTIN_REF
    interpreter = Interpreter(
        model_path=job["model"], num_threads=1, experimental_op_resolver_type=kernels
    )
    return Loaded(version("tflite-runtime"), _tflite(interpreter))


def _tflite(interpreter: Any) -> Answer:
    interpreter.allocate_tensors()
    entry = interpreter.get_input_details()[0]["index"]
    posture, placement = (output["index"] for output in interpreter.get_output_details())
    set_tensor, invoke = interpreter.set_tensor, interpreter.invoke
    get_tensor = interpreter.get_tensor

    def answer(window: NDArray[np.int8]) -> tuple[Any, Any]:
        set_tensor(entry, window)
        invoke()
        return get_tensor(posture), get_tensor(placement)

    return answer


def _tflite_micro(job: dict[str, Any], _: NDArray[np.float32]) -> Loaded:
    from tflite_micro import runtime

    interpreter = runtime.Interpreter.from_file(job["model"])
    set_input, invoke, get_output = (
        interpreter.set_input,
        interpreter.invoke,
        interpreter.get_output,
    )

    def answer(window: NDArray[np.int8]) -> tuple[Any, Any]:
        set_input(window, 0)
        invoke()
        return get_output(0), get_output(1)

    return Loaded(version("tflite-micro"), answer)


def _onnxruntime(job: dict[str, Any], _: NDArray[np.float32]) -> Loaded:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        job["model"], options, providers=["CPUExecutionProvider"]
    )
    name, run = session.get_inputs()[0].name, session.run
    return Loaded(version("onnxruntime"), lambda window: run(None, {name: window}))


def _torch(job: dict[str, Any], _: NDArray[np.float32]) -> Loaded:
    """Run eagerly, as the run's float net is when it is verified."""
    import torch
    from safetensors.torch import load_file

    from edgekit.spec import Spec
    from edgekit.train.nets import build

    torch.set_num_threads(1)
    net = build(job["net"], Spec.from_json(job["spec"]))
    net.load_state_dict(load_file(job["model"]))
    net.eval()

    def answer(window: NDArray[np.float32]) -> tuple[Any, Any]:
        with torch.inference_mode():
            posture, placement = net(torch.from_numpy(window))
        return posture.numpy(), placement.numpy()

    return Loaded(version("torch"), answer)


def _generated(job: dict[str, Any], _: NDArray[np.float32]) -> Loaded:
    run = ctypes.CDLL(job["model"])[job["function"]]
    run.restype = None
    heads = [np.empty((1, size), np.int8) for size in job["sizes"]]
    posture, placement = (ctypes.c_void_p(head.ctypes.data) for head in heads)

    def answer(window: NDArray[np.int16]) -> tuple[Any, Any]:
        run(ctypes.c_void_p(window.ctypes.data), posture, placement)
        return heads[0], heads[1]

    return Loaded(job["compiler"], answer)


def _generated_inside(job: dict[str, Any], windows: NDArray[np.float32]) -> Loaded:
    """Run the generated C, timed by a loop in C (timed_loop.c): without the call from Python."""
    loaded = _generated(job, windows)
    run = ctypes.CDLL(job["model"])[job["function"]]
    loop = ctypes.CDLL(job["loop"])["edgekit_timed"]
    counts = _before(job)(windows)  # (N, window, 3)
    heads = [np.empty(size, np.int8) for size in job["sizes"]]

    def own_round(seconds: float) -> NDArray[np.int64]:
        times: list[NDArray[np.int64]] = []
        end = time.perf_counter() + seconds
        while sum(map(len, times)) < MIN_INFERENCES or time.perf_counter() < end:
            ns = np.empty(len(counts), np.int64)
            pointers = (ctypes.c_void_p(a.ctypes.data) for a in (counts, *heads, ns))
            loop(run, *pointers, ctypes.c_size_t(len(counts)), ctypes.c_size_t(counts[0].size))
            times.append(ns)
        return np.concatenate(times)

    return Loaded(loaded.version, loaded.answer, own_round)


READS_COUNTS = ("generated", "generated-inside")

RUNTIMES: dict[str, Callable[[dict[str, Any], NDArray[np.float32]], Loaded]] = {
    "litert": _litert,
    "tflite-runtime": _tflite_runtime,
    "tflite-runtime-reference": _tflite_runtime_reference,
    "tflite-micro": _tflite_micro,
    "onnxruntime": _onnxruntime,
    "torch": _torch,
    "generated": _generated,
    "generated-inside": _generated_inside,
}


def _peak_mb() -> float:
    """Return this process's peak memory; getrusage's would start from the parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(kilobytes) * 1024 / 1e6


def _clock_ns() -> float:
    clock = time.perf_counter_ns
    began = clock()
    for _ in range(CLOCK_READINGS):
        clock()
    return (clock() - began) / CLOCK_READINGS


if __name__ == "__main__":
    job = json.loads(Path(sys.argv[1]).read_text())
    sys.path.append(job["edgekit"])  # last: another environment's own packages come first
    main(job)
