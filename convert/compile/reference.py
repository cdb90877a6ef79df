"""Ask a reference interpreter for a model's answers, in a process of its own.

An interpreter may end in a segmentation fault where a model is damaged, which must not end the
command.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.programs import run_program

JOB = "edgekit.convert.compile.reference_job"
LIMIT_S = 300.0


@dataclass(frozen=True)
class Golden:
    """Inputs, and an interpreter's answers to them."""

    interpreter: str  # with its version
    inputs: NDArray[np.int8]  # (N, ...), as the model's input is shaped
    outputs: tuple[NDArray[np.int8], ...]  # (N, values) of each output


def golden(model: bytes, inputs: NDArray[np.int8]) -> Golden:
    """Run the inputs through tflite-micro, or LiteRT's reference kernels where that is not.

    Raises EdgekitError where neither is installed or neither can run the model.
    """
    with tempfile.TemporaryDirectory(prefix="edgekit-golden-") as name:
        folder = Path(name)
        (folder / "model.tflite").write_bytes(model)
        np.save(folder / "inputs.npy", inputs)
        command: list[str | Path] = [sys.executable, "-m", JOB, folder]
        done = run_program(command, LIMIT_S, f"the model did not answer within {LIMIT_S:g} s")
        answers = folder / "answers.npz"
        if done.returncode or not answers.is_file():
            lines = [line for line in done.stderr.splitlines() if line.strip()]
            reason = lines[-1].strip() if lines else f"it ended with {done.returncode}"
            raise EdgekitError(f"the reference interpreter cannot run the model: {reason}")
        with np.load(answers) as held:
            outputs = tuple(held[f"output{place}"] for place in range(len(held.files) - 1))
            return Golden(str(held["interpreter"]), inputs, outputs)


def noise(shape: tuple[int, ...], zero_point: int) -> NDArray[np.int8]:
    """Return inputs (N, *shape) that reach what a model may meet: noise, extremes, silence, a ramp.

    The larger an input, the fewer: a test's file stays readable.
    """
    size = int(np.prod(shape))
    random = np.random.default_rng(0)
    ramp = np.linspace(-128, 127, size).round().astype(np.int8)
    alternating = np.where(np.arange(size) % 2, -128, 127).astype(np.int8)
    fixed = [ramp, np.full(size, zero_point, np.int8), alternating, np.full(size, 127, np.int8)]
    wide = random.integers(-128, 128, (4, size)).astype(np.int8)
    near = np.clip(random.normal(zero_point, 25, (4, size)).round(), -128, 127).astype(np.int8)
    drawn = [wide[0], near[0], *fixed, *wide[1:], *near[1:]]
    count = max(2, min(len(drawn), 24_000 // size))
    return np.stack(drawn[:count]).reshape(-1, *shape)
