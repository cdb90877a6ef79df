"""Try whether a model loads and answers in an arena of so many bytes; exit status 0 if so.

`python -m edgekit.convert.arena_trial MODEL BYTES`, a process of its own because tflite-micro
ends in a segmentation fault in some arenas that are too small.
"""

import sys
from pathlib import Path

import numpy as np
from tflite_micro import runtime


def main(model: Path, arena_bytes: int) -> None:
    """Answer one window of zeros; raises RuntimeError where the arena is too small."""
    interpreter = runtime.Interpreter.from_bytes(model.read_bytes(), arena_size=arena_bytes)
    interpreter.set_input(np.zeros(interpreter.get_input_details(0)["shape"], np.int8), 0)
    interpreter.invoke()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
