"""Find the smallest tensor arena in which TFLM loads a model and answers a window, by trying."""

import subprocess
import sys
import tempfile
from pathlib import Path

from edgekit.errors import EdgekitError

from .runtimes import tflm_interpreter

STEP_BYTES = 16
FIRST_BYTES = 1024
LARGEST_BYTES = 1 << 24
LIMIT_S = 60.0


def smallest_arena_bytes(model: bytes) -> int:
    """Return the arena in bytes, a multiple of 16 because x86-64 needs that.

    It is an upper bound for a 32-bit core's reference kernels: TFLM's own structures hold pointers,
    which are 8 bytes here and 4 on a microcontroller, and the Python interpreter keeps records in
    the arena too. CMSIS-NN kernels may add scratch space.
    Raises EdgekitError when no sensible arena suffices or tflite-micro is not installed.
    """
    tflm_interpreter(model)  # the clear message where it is not installed
    with tempfile.TemporaryDirectory(prefix="edgekit-arena-") as folder:
        path = Path(folder) / "model.tflite"
        path.write_bytes(model)
        too_small, enough = 0, FIRST_BYTES
        while not _suffices(path, enough):
            too_small, enough = enough, 2 * enough
            if enough > LARGEST_BYTES:
                raise EdgekitError(
                    f"the model does not run in a tensor arena of {LARGEST_BYTES:,} bytes, "
                    "more than any microcontroller has"
                )
        while enough - too_small > STEP_BYTES:
            middle = (enough + too_small) // 2 // STEP_BYTES * STEP_BYTES
            too_small, enough = (too_small, middle) if _suffices(path, middle) else (middle, enough)
    return enough


def _suffices(model: Path, arena_bytes: int) -> bool:
    trial = [sys.executable, "-m", "edgekit.convert.arena_trial", str(model), str(arena_bytes)]
    done = subprocess.run(trial, capture_output=True, timeout=LIMIT_S, check=False)
    return done.returncode == 0
