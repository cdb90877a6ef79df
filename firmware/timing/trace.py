"""Run a function in a Machine, and note which blocks it ran and what it read from flash."""

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from unicorn import UC_HOOK_BLOCK, UC_HOOK_MEM_READ, Uc

from ..build.board import Memory
from ..emulate.machine import Machine
from .flash_reads import Accesses


@dataclass(frozen=True)
class Trace:
    """`blocks`: the address of each block, in order; `sizes`: bytes of each of the blocks.

    `reads`: what was fetched and loaded from the flash, in order.
    """

    blocks: NDArray[np.int64]
    sizes: dict[int, int]
    reads: Accesses


def traced_call(machine: Machine, flash: Memory, name: str, *arguments: int) -> Trace:
    """Call a function as Machine.call does, and return its trace; its errors, too."""
    events = array("q")  # an address of a block, or the negative of a read's
    sizes: dict[int, int] = {}
    note = events.append

    def enter(_uc: Uc, at: int, size: int, _data: object) -> None:
        note(at)
        sizes[at] = size

    def read(_uc: Uc, _access: int, at: int, _size: int, _value: int, _data: object) -> None:
        note(-at)

    uc = machine.uc
    uc.ctl_flush_tb()  # what is translated already has no hook
    hooks = [
        uc.hook_add(UC_HOOK_BLOCK, enter),
        uc.hook_add(UC_HOOK_MEM_READ, read, None, flash.origin, flash.end - 1),
    ]
    try:
        machine.call(name, *arguments)
    finally:
        for hook in hooks:
            uc.hook_del(hook)
        uc.ctl_flush_tb()
    noted = np.frombuffer(events, np.int64)
    is_data = noted < 0
    at = np.abs(noted)
    return Trace(noted[~is_data], sizes, _flash_accesses(at, is_data, sizes, flash))


def _flash_accesses(
    at: NDArray[np.int64], is_data: NDArray[np.bool_], sizes: dict[int, int], flash: Memory
) -> Accesses:
    known = np.array(sorted(sizes), np.int64)
    size_of = np.array([sizes[block] for block in known.tolist()], np.int64)
    size = np.ones(len(at), np.int64)  # a load stays within a line, as it is aligned
    size[~is_data] = size_of[np.searchsorted(known, at[~is_data])]
    in_flash = (at >= flash.origin) & (at < flash.end)
    return Accesses(at[in_flash], size[in_flash], is_data[in_flash])
