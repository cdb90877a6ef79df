"""How long a window of a net takes on a board's core: modelled, not measured on hardware."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from edgekit.spec import ADXL345_COUNTS_PER_G

from ..build.board import Board, Memory
from ..cores.thumb.cycles import BlockCycles, block_cycles
from ..emulate.machine import Machine
from .flash_reads import FlashReads, flash_waits
from .trace import Trace, traced_call

RUN = "edgekit_model_run"  # of a bundle's model.h
_LOGITS_BYTES = 256  # at the most


@dataclass(frozen=True)
class WindowTime:
    """From a whole window to the net's answers; `cycles` are the core's own, without waits."""

    cycles: int
    misses: int  # of the flash's cache
    wait_clocks: int
    clock_hz: int
    blocks: frozenset[int] = field(default=frozenset(), repr=False)  # addresses of code that ran

    @property
    def ms(self) -> float:
        return (self.cycles + self.wait_clocks) / self.clock_hz * 1000


def window_time(elf: Path, board: Board, core: str, window_samples: int) -> WindowTime | None:
    """Run one window of an image's net in emulation, and sum what it takes.

    None for a board without a clock (one of the emulator's own, or of this machine), and for a core
    whose cycles are not known. Raises EdgekitError for an image of another core.
    """
    if board.clock_hz is None or board.flash_reads is None or board.flash is None:
        return None
    return function_time(elf, core, board.flash, board.flash_reads, board.clock_hz, window_samples)


def function_time(
    elf: Path, core: str, flash: Memory, reads: FlashReads, clock_hz: int, window_samples: int
) -> WindowTime | None:
    """Time the net of an ELF file that lies in `flash`; None as of window_time."""
    cycles_of = block_cycles(core)
    if cycles_of is None:
        return None
    machine = Machine.from_elf(elf, core)
    window = machine.place(_window(window_samples))
    answers = [machine.place(bytes(_LOGITS_BYTES)) for _ in range(2)]
    trace = traced_call(machine, flash, RUN, window, *answers)
    waits = flash_waits(reads, trace.reads)
    cycles = _cycles(trace, machine, cycles_of)
    return WindowTime(cycles, waits.misses, waits.clocks, clock_hz, frozenset(trace.sizes))


def _window(samples: int) -> bytes:
    """Return a window of one g with some noise; a net's time hardly depends on what it reads."""
    counts = np.random.default_rng(0).normal(0, 8, (samples, 3))
    counts[:, 2] += ADXL345_COUNTS_PER_G
    return np.rint(counts).astype(np.int16).tobytes()


def _cycles(trace: Trace, machine: Machine, cycles_of: Callable[[bytes], BlockCycles]) -> int:
    """Sum the cycles; a last branch was taken where another block than the next one followed."""
    known = np.array(sorted(trace.sizes), np.int64)
    ends = np.array([at + trace.sizes[at] for at in known.tolist()], np.int64)
    costs = [cycles_of(machine.read(at, trace.sizes[at])) for at in known.tolist()]
    index = np.searchsorted(known, trace.blocks)
    always = np.array([cost.cycles for cost in costs], np.int64)
    if_taken = np.array([cost.if_taken for cost in costs], np.int64)
    taken = trace.blocks[1:] != ends[index[:-1]]
    return int(always[index].sum() + if_taken[index[:-1]][taken].sum())
