"""Does a model load and answer in an arena of so many bytes? The exit status tells.

`python -m edgekit.convert.arena_trial MODEL BYTES`, a process of its own because tflite-micro
meets some arenas that are too small with a segmentation fault.
"""

import sys
from pathlib import Path

import numpy as np
from tflite_micro import runtime


def main(model: Path, arena_bytes: int) -> None:
    interpreter = runtime.Interpreter.from_bytes(model.read_bytes(), arena_size=arena_bytes)
    interpreter.set_input(np.zeros(interpreter.get_input_details(0)["shape"], np.int8), 0)
    interpreter.invoke()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
