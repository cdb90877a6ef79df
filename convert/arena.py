"""The smallest tensor arena in which TFLM loads a model and answers a window, by trying."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from edgekit.errors import EdgekitError

from .graph import ports
from .runtimes import tflm_interpreter

STEP_BYTES = 16
LARGEST_BYTES = 1 << 26


def smallest_arena_bytes(model: bytes) -> int:
    """A multiple of 16, as x86-64 needs it: an upper bound for a 32-bit core's reference kernels.

    TFLM's own structures hold pointers, which are 8 bytes here and 4 on a microcontroller, and the
    Python interpreter keeps records in the arena too. CMSIS-NN kernels may add scratch space.
    """
    enough = 1024
    with _quiet_stderr():
        while not _suffices(model, enough):
            enough *= 2
            if enough > LARGEST_BYTES:
                raise EdgekitError("the model needs more than 64 MiB of arena: no board has that")
        too_small = enough // 2
        while enough - too_small > STEP_BYTES:
            middle = (enough + too_small) // 2 // STEP_BYTES * STEP_BYTES
            if _suffices(model, middle):
                enough = middle
            else:
                too_small = middle
    return enough


def _suffices(model: bytes, arena_bytes: int) -> bool:
    try:
        interpreter = tflm_interpreter(model, arena_bytes)
        interpreter.set_input(np.zeros(ports(model)[0][0].shape, np.int8), 0)
        interpreter.invoke()
    except RuntimeError:
        return False
    return True


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """TFLM writes every failed allocation to file descriptor 2, below Python's sys.stderr."""
    kept = os.dup(2)
    with tempfile.TemporaryFile() as sink:
        os.dup2(sink.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
