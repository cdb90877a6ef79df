"""Answer inputs by an interpreter: `python -m edgekit.convert.compile.reference_job FOLDER NAMES`.

FOLDER holds model.tflite and inputs.npy; answers.npz is written beside them. Exit status 1, and the
reason as the last line of stderr, where no interpreter runs the model.
"""

import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.distribution import install_line

from .reference import LITERT, TFLITE_MICRO

ARENA_BYTES = 64 << 20

Answers = list[list[NDArray[np.int8]]]  # of each input, each output


def main(folder: Path, names: Sequence[str]) -> int:
    """Try the interpreters in turn."""
    model, inputs = (folder / "model.tflite").read_bytes(), np.load(folder / "inputs.npy")
    reasons = []
    for name in names:
        try:
            answers = _RUNS[name](model, inputs)
        except ImportError:
            reasons.append(f"{name} is not installed")
        except (RuntimeError, ValueError) as error:
            first = str(error).strip().splitlines()[:1] or ["it fails"]
            reasons.append(f"{name}: {first[0]}")
        else:
            outputs: dict[str, NDArray[Any]] = {
                f"output{place}": np.stack([answer[place].reshape(-1) for answer in answers])
                for place in range(len(answers[0]))
            }
            outputs["interpreter"] = np.array(f"{name} {version(name)}")
            np.savez(folder / "answers.npz", allow_pickle=False, **outputs)
            return 0
    if all("not installed" in reason for reason in reasons):
        reasons.append(f"install one with: {install_line('device')}")
    print("; ".join(reasons), file=sys.stderr)
    return 1


def _tflite_micro(model: bytes, inputs: NDArray[np.int8]) -> Answers:
    from tflite_micro import runtime

    interpreter = runtime.Interpreter.from_bytes(model, arena_size=ARENA_BYTES)
    count = _outputs(model)

    def answer(window: NDArray[np.int8]) -> list[NDArray[np.int8]]:
        interpreter.set_input(window, 0)
        interpreter.invoke()
        return [np.array(interpreter.get_output(place)) for place in range(count)]

    return [answer(window) for window in inputs]


def _litert(model: bytes, inputs: NDArray[np.int8]) -> Answers:
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(
        model_content=model,
        num_threads=1,
        experimental_op_resolver_type=OpResolverType.BUILTIN_REF,
    )
    interpreter.allocate_tensors()
    entry = interpreter.get_input_details()[0]["index"]
    exits = [output["index"] for output in interpreter.get_output_details()]

    def answer(window: NDArray[np.int8]) -> list[NDArray[np.int8]]:
        interpreter.set_tensor(entry, window)
        interpreter.invoke()
        return [interpreter.get_tensor(index) for index in exits]

    return [answer(window) for window in inputs]


def _outputs(model: bytes) -> int:
    from ..model import read_tables

    return len(read_tables(model).subgraphs[0].outputs)


_RUNS: dict[str, Callable[[bytes, NDArray[np.int8]], Answers]] = {
    TFLITE_MICRO: _tflite_micro,
    LITERT: _litert,
}

if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
