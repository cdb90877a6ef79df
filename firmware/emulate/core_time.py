"""Let time pass for what the core executes: instructions, and the waits for its flash.

A window of the net takes what timing/window.py sums of it, charged when it begins, because
following each of its blocks would take a hundred times as long here. Everything else is charged
block by block: as if the last branch of each were taken, and as if the flash's cache held nothing
of it after a window of the net.
"""

from collections.abc import Iterable
from pathlib import Path

from unicorn import UC_HOOK_BLOCK, Uc

from edgekit.spec import WINDOW

from ..build.board import Board
from ..cores.thumb.cycles import block_cycles
from ..timing.window import RUN, window_time
from .surroundings import Surroundings

# Code of the net, in a window's trace, that the application calls, too.
_SHARED = ("mem", "__aeabi_")


class CoreTime:
    """`charged_ns`: all that was charged; `window_ns`: what a window takes, 0 without a net."""

    def __init__(self, around: Surroundings, image: Path, board: Board, core: str) -> None:
        """Follow the core of `around.memory`, which holds the image; the board has a clock."""
        reads, cycles_of = board.flash_reads, block_cycles(core)
        assert board.clock_hz is not None and reads is not None and cycles_of is not None
        self.charged_ns = self.window_ns = 0
        self._around, self._memory, self._flash = around, around.memory, around.flash
        self._cycles_of, self._reads = cycles_of, reads
        self._ns_per_clock = 1e9 / board.clock_hz
        self._costs: dict[int, tuple[int, frozenset[int]]] = {}  # of each block: ns, and its lines
        self._warm_blocks: set[int] = set()
        self._warm_lines: set[int] = set()
        self._follow(image, board, core)

    def _follow(self, image: Path, board: Board, core: str) -> None:
        uc, memory = self._memory.uc, self._memory
        net: list[tuple[int, int]] = []
        if RUN in memory.symbols:
            window = window_time(image, board, core, WINDOW)
            assert window is not None
            self.window_ns = round(window.ms * 1e6)
            run = memory.symbols[RUN] & ~1
            uc.hook_add(UC_HOOK_BLOCK, self._enter_net, None, run, run)
            net = [
                (start, end)
                for name, start, end in memory.functions_of(window.blocks)
                if not name.startswith(_SHARED)
            ]
        for start, end in _outside(net):
            uc.hook_add(UC_HOOK_BLOCK, self._enter_block, None, start, end)

    def _enter_net(self, _uc: Uc, _at: int, _size: int, _data: object) -> None:
        self._charge(self.window_ns)
        self._warm_blocks.clear()
        self._warm_lines.clear()

    def _enter_block(self, _uc: Uc, at: int, size: int, _data: object) -> None:
        cost = self._costs.get(at)
        if cost is None:
            cost = self._costs[at] = self._cost(at, size)
        ns, lines = cost
        if at not in self._warm_blocks:
            self._warm_blocks.add(at)
            cold = lines - self._warm_lines
            self._warm_lines |= cold
            ns += round(len(cold) * self._reads.miss_clocks * self._ns_per_clock)
        self._charge(ns)

    def _charge(self, ns: int) -> None:
        self.charged_ns += ns
        self._around.now_ns += ns

    def _cost(self, at: int, size: int) -> tuple[int, frozenset[int]]:
        counted = self._cycles_of(self._memory.read(at, size))
        ns = round((counted.cycles + counted.if_taken) * self._ns_per_clock)
        line = self._reads.line_bytes
        is_in_flash = self._flash.holds(at, size)
        lines = range(at // line, (at + size - 1) // line + 1) if is_in_flash else ()
        return ns, frozenset(lines)


def _outside(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans of addresses, first and last, that lie outside of these (start, end)."""
    outside, at = [], 0
    for start, end in sorted(spans):
        if at < start:
            outside.append((at, start - 1))
        at = max(at, end)
    return [*outside, (at, 0xFFFF_FFFF)]
