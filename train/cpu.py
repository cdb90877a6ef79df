"""What lets a CPU train at its full speed; nothing here changes what is computed, but in rounding.

`python -m edgekit.benchmarks.studies.training_step` says what it is worth on a machine.
"""

import ctypes
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache

import torch

# mallopt(3), the GNU C library's: what is freed stays with the process, and large blocks come from
# there too. Each step frees and asks for the same tensors; given back to the kernel and fetched
# anew, page by page, they cost up to a fifth of the step.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
NEVER_BYTES = 2**31 - 1
ABOVE_BYTES = 2**30


@contextmanager
def full_speed(device: torch.device) -> Iterator[None]:
    """Within the block a CPU keeps its memory and multiplies matrices by oneDNN, in fp32.

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


def in_bfloat16(device: torch.device) -> AbstractContextManager[object]:
    """Within the block fp32 layers multiply in bfloat16, on a CPU that does so natively.

    Half the time, for answers that are good to three digits: enough for a teacher whose answer is
    softened, too little for the net that learns. Elsewhere the block changes nothing.
    """
    if device.type == "cpu" and torch.cpu.get_capabilities().get("avx512_bf16", False):
        return torch.autocast("cpu", dtype=torch.bfloat16)
    return nullcontext()


def give_back_freed_memory() -> None:
    """What the process has kept since it was at full speed; the next block fetches it anew."""
    _libc("malloc_trim", 0)


@cache
def _keep_freed_memory() -> None:
    """Once a process."""
    _libc("mallopt", M_MMAP_THRESHOLD, ABOVE_BYTES)
    _libc("mallopt", M_TRIM_THRESHOLD, NEVER_BYTES)


def _libc(name: str, *values: int) -> None:
    """A function of the GNU C library; where it is another library nothing happens."""
    function = getattr(ctypes.CDLL(None), name, None)
    if function is not None:
        function(*values)
