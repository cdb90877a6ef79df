"""Compile a net, count it on each core, and time it on this machine beside tflite-micro."""

import ctypes
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edgekit.convert.arena import smallest_arena_bytes
from edgekit.convert.compile import CompiledModel, compile_model
from edgekit.convert.generated import HOST, build_function
from edgekit.convert.runtimes import tflm_interpreter

from .nets import Published

ROUNDS = 7
ROUND_S = 0.05  # how long a round of one of the two lasts at the least


@dataclass(frozen=True)
class Measured:
    """A net, what was counted of its C, and what tflite-micro takes."""

    net: Published
    compiled: CompiledModel
    model_bytes: int
    tflm_arena_bytes: int  # measured; pointers of 64 bits
    tflm_us: float  # CPU time of one answer on this machine, medians of the rounds
    c_us: float


def measure(
    net: Published, model: Path, timed: bool = True, cores: Sequence[str] | None = None
) -> Measured:
    """Compile and count; answers are compared with tflite-micro's, byte for byte, on each core."""
    with tempfile.TemporaryDirectory(prefix="edgekit-compiled-") as work:
        compiled = compile_model(model, Path(work) / "c", forms=["cmake"], cores=cores)
        data = model.read_bytes()
        arena, tflm_us, c_us = 0, 0.0, 0.0
        if timed:
            arena = smallest_arena_bytes(data)
            tflm_us, c_us = _times(compiled, data, Path(work))
    return Measured(net, compiled, len(data), arena, tflm_us, c_us)


def _times(compiled: CompiledModel, model: bytes, work: Path) -> tuple[float, float]:
    """Return the microseconds of an answer, by tflite-micro and by the C, timed in turn."""
    folder = compiled.folder / "src"
    run = f"{compiled.name}_run"
    library = build_function(folder / f"{compiled.name}.c", folder, HOST, work, run)
    function = ctypes.CDLL(str(library))[run]
    window = np.random.default_rng(0).integers(-128, 128, compiled.input.shape).astype(np.int8)
    content, output = window.tobytes(), ctypes.create_string_buffer(compiled.outputs[0].size)
    interpreter = tflm_interpreter(model)
    interpreter.set_input(window, 0)
    pairs = [
        (_us(interpreter.invoke), _us(lambda: function(content, output))) for _ in range(ROUNDS)
    ]
    tflm_us, c_us = (statistics.median(times) for times in zip(*pairs, strict=True))
    return tflm_us, c_us


def _us(work: Callable[[], object]) -> float:
    runs, began = 0, time.process_time()
    while (taken := time.process_time() - began) < ROUND_S:
        work()
        runs += 1
    return 1e6 * taken / runs
