"""Ask a reference interpreter for a model's answers, in a process of its own.

An interpreter may end in a segmentation fault where a model is damaged, which must not end the
command.
"""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.programs import run_program

JOB = "edgekit.convert.compile.reference_job"
LIMIT_S = 300.0
TFLITE_MICRO, LITERT = "tflite-micro", "ai-edge-litert"
INTERPRETERS = (TFLITE_MICRO, LITERT)
LITERT_STEPS = 2


@dataclass(frozen=True)
class Golden:
    """Inputs, and an interpreter's answers to them."""

    interpreter: str  # with its version
    inputs: NDArray[np.int8]  # (N, ...), as the model's input is shaped
    outputs: tuple[NDArray[np.int8], ...]  # (N, values) of each output

    @property
    def within(self) -> int:
        """How many int8 steps the C may be off.

        None from tflite-micro, whose arithmetic it has. LiteRT's reference kernels scale a dense
        layer and a mean in another precision: an answer in some hundred is a step off.
        """
        return 0 if self.interpreter.startswith(TFLITE_MICRO) else LITERT_STEPS

    @property
    def agreement(self) -> str:
        """Say how exactly answers that pass agree."""
        if self.within == 0:
            return f"as {self.interpreter} does, byte for byte"
        return f"within {self.within} steps of {self.interpreter}"

    def agrees(self, place: int, answer: bytes) -> bool:
        """Return whether all outputs of an input, one after another, are near enough."""
        truth = np.concatenate([output[place] for output in self.outputs]).astype(int)
        return bool((np.abs(np.frombuffer(answer, np.int8) - truth) <= self.within).all())


def golden(
    model: bytes, inputs: NDArray[np.int8], interpreters: Sequence[str] = INTERPRETERS
) -> Golden:
    """Run the inputs through the first interpreter that is installed and takes the model.

    Raises EdgekitError where neither is installed or neither can run the model.
    """
    with tempfile.TemporaryDirectory(prefix="edgekit-golden-") as name:
        folder = Path(name)
        (folder / "model.tflite").write_bytes(model)
        np.save(folder / "inputs.npy", inputs)
        command: list[str | Path] = [sys.executable, "-m", JOB, folder, *interpreters]
        done = run_program(command, LIMIT_S, f"the model did not answer within {LIMIT_S:g} s")
        answers = folder / "answers.npz"
        if done.returncode or not answers.is_file():
            lines = [line for line in done.stderr.splitlines() if line.strip()]
            reason = lines[-1].strip() if lines else f"it ended with {done.returncode}"
            raise EdgekitError(f"the reference interpreter cannot run the model: {reason}")
        with np.load(answers) as held:
            outputs = tuple(held[f"output{place}"] for place in range(len(held.files) - 1))
            return Golden(str(held["interpreter"]), inputs, outputs)


def wrong_answer(golden: Golden, core: str) -> EdgekitError:
    return EdgekitError(
        f"the C does not answer as {golden.interpreter} does on a {core}: please report this "
        "model, and do not use the C"
    )


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
