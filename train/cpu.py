"""Let a CPU train at its full speed; nothing here changes results beyond their rounding.

`python -m edgekit.benchmarks.studies.training_step` says what it is worth on a machine.
"""

import ctypes
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache

import torch

# mallopt(3), the GNU C library's: freed memory stays with the process, for large blocks too. Each
# step frees and allocates the same tensors; returning them to the kernel and fetching them again,
# page by page, costs up to a fifth of the step.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
NEVER_BYTES = 2**31 - 1
ABOVE_BYTES = 2**30


@contextmanager
def full_speed(device: torch.device) -> Iterator[None]:
    """Within the block, keep freed memory and multiply fp32 matrices by oneDNN on a CPU.

    torch's other way, MKL, takes twice as long on an AMD processor. "medium" asks for oneDNN; where
    the CPU has matrix units for bfloat16 it would also round to it, so there it stays off.
    """
    if device.type == "cpu":
        _keep_freed_memory()
    if device.type != "cpu" or torch.cpu.get_capabilities().get("amx_bf16", False):
        yield
        return
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


@contextmanager
def kept_threads() -> Iterator[None]:
    """Restore torch's count of threads after the block.

    numba, which compiles MiniRocket, sets it for the whole process: what trains next would take
    other cores, and add in another order.
    """
    before = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(before)


def in_bfloat16(device: torch.device) -> AbstractContextManager[object]:
    """Within the block, multiply fp32 layers in bfloat16 on a CPU that does so natively.

    Half the time, for answers that are good to three digits: enough for a teacher whose answer is
    softened, too little for the net that learns. Elsewhere the block changes nothing.
    """
    if device.type == "cpu" and torch.cpu.get_capabilities().get("avx512_bf16", False):
        return torch.autocast("cpu", dtype=torch.bfloat16)
    return nullcontext()


def give_back_freed_memory() -> None:
    """Return freed memory to the kernel; the next `full_speed` block allocates it again."""
    _libc("malloc_trim", 0)


@cache
def _keep_freed_memory() -> None:
    """Set malloc's thresholds, once a process."""
    _libc("mallopt", M_MMAP_THRESHOLD, ABOVE_BYTES)
    _libc("mallopt", M_TRIM_THRESHOLD, NEVER_BYTES)


def _libc(name: str, *values: int) -> None:
    """Call a function of the GNU C library; another C library, which lacks it, is left alone."""
    function = getattr(ctypes.CDLL(None), name, None)
    if function is not None:
        function(*values)
