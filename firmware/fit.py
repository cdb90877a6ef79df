"""Whether an image fits its board; where it does not, which of our nets would."""

import re
from dataclasses import dataclass

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError

from .boards import Board
from .size import Size
from .stack import Stack

# Our nets, the largest first: bytes of weights in generated C (one a parameter, rows filled up, and
# 16 a row for its bias and scale), bytes of arena; measured for a Cortex-M4, 12 + 3 labels.
NETS = {
    "mtl-net": (1_860_000, 16_000),
    "mtl-net-wide": (650_000, 12_000),
    "mtl-net-small": (165_000, 8_000),
    "mtl-net-lean": (30_000, 8_000),
    "mtl-net-micro": (18_000, 8_000),
}
# The application with its kernels, as far as it can be said before it is linked.
APPLICATION_FLASH_BYTES = 32_000


class NoRoomError(EdgekitError):
    """An image is too large for its board."""


def check_fit(size: Size, stack: Stack | None, board: Board, bundle: Bundle) -> None:
    """Raises NoRoomError, one line, where flash, RAM or the stack's room is too small."""
    if board.flash is None or board.ram is None or stack is None:
        return
    code = size.flash_bytes - size.flash["weights"]
    if size.flash_bytes > board.flash.bytes:
        raise _refusal("flash", size.flash_bytes, board.flash.bytes, code, board, bundle)
    if stack.bytes > size.stack_room:
        needed = size.ram_bytes + stack.bytes
        raise _refusal("RAM", needed, size.ram_bytes + size.stack_room, code, board, bundle)


@dataclass(frozen=True)
class Overflow:
    """What a linker says of a region that is too small."""

    region: str
    bytes: int

    def refusal(self, board: Board, bundle: Bundle) -> NoRoomError:
        in_flash = board.flash is not None and "ram" not in self.region.lower()
        memory = board.flash if in_flash else board.ram
        limit = memory.bytes if memory else 0
        return _refusal(
            "flash" if in_flash else "RAM",
            limit + self.bytes,
            limit,
            APPLICATION_FLASH_BYTES,
            board,
            bundle,
        )


def overflow(message: str) -> Overflow | None:
    """ld's and lld's words for a region that overflowed."""
    told = re.search(r"region [`']?(\w+)'?:? overflowed by (\d+) bytes", message)
    return Overflow(told.group(1), int(told.group(2))) if told else None


def _refusal(
    what: str, needed: int, limit: int, code: int, board: Board, bundle: Bundle
) -> NoRoomError:
    return NoRoomError(
        f"{bundle.folder} does not fit {board.name}: it needs {needed:,} bytes of {what}, "
        f"of which the board has {limit:,}. {_would_fit(code, board)}"
    )


def _would_fit(code: int, board: Board) -> str:
    assert board.flash is not None and board.ram is not None
    for net, (weights, arena) in NETS.items():
        if code + weights <= board.flash.bytes and arena + 8_000 <= board.ram.bytes:
            return (
                f"{net} would fit: it needs about {round(code + weights, -3):,} bytes of flash. "
                f"Train it with: edgekit train --net {net}"
            )
    return "None of edgekit's nets fits it."
