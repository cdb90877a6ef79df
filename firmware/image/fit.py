"""Whether an image fits its board; where it does not, which of our nets would."""

import re
from dataclasses import dataclass
from operator import itemgetter

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.nets import NETS

from ..build.board import Board
from ..cores.thumb.stack import Stack
from .size import Size

# The largest first.
FOOTPRINTS = sorted(
    ((name, net.footprint) for name, net in NETS.items() if net.footprint is not None),
    key=itemgetter(1),
    reverse=True,
)


@dataclass(frozen=True)
class Rest:
    """What an image takes besides its net's weights and activations."""

    flash_bytes: int
    ram_bytes: int


# Where the linker found no room, and there is no image to count in.
USUAL = Rest(33_000, 8_000)


class NoRoomError(EdgekitError):
    """An image is too large for its board."""


def check_fit(size: Size, stack: Stack | None, board: Board, bundle: Bundle) -> None:
    """Raises NoRoomError, one line, where flash, RAM or the stack's room is too small."""
    if board.flash is None or board.ram is None or stack is None:
        return
    ram_bytes = size.ram_bytes + stack.bytes
    rest = Rest(size.flash_bytes - size.flash["weights"], ram_bytes - size.ram["model"])
    if size.flash_bytes > board.flash.bytes:
        raise _refusal("flash", size.flash_bytes, board.flash.bytes, rest, board, bundle)
    if stack.bytes > size.stack_room:
        raise _refusal("stack", stack.bytes, size.stack_room, rest, board, bundle)


@dataclass(frozen=True)
class Overflow:
    """What a linker says of a region that is too small."""

    region: str
    bytes: int

    def refusal(self, board: Board, bundle: Bundle) -> NoRoomError:
        in_ram = "ram" in self.region.lower()
        memory = board.ram if in_ram else board.flash
        limit = memory.bytes if memory else 0
        name = "RAM" if in_ram else "flash"
        return _refusal(name, limit + self.bytes, limit, USUAL, board, bundle)


def overflow(words: str) -> Overflow | None:
    """ld's and lld's words for a region that overflowed; of several sections' the largest."""
    told = re.findall(r"region [`']?(\w+)'?:? overflowed by (\d+) bytes", words)
    return max((Overflow(name, int(size)) for name, size in told), key=_bytes, default=None)


def _bytes(over: Overflow) -> int:
    return over.bytes


def _refusal(
    what: str, needed: int, limit: int, rest: Rest, board: Board, bundle: Bundle
) -> NoRoomError:
    return NoRoomError(
        f"{bundle.folder} does not fit {board.name}: it needs {needed:,} bytes of {what}, "
        f"of which the board has {limit:,}. {_would_fit(rest, board)}"
    )


def _would_fit(rest: Rest, board: Board) -> str:
    assert board.flash is not None and board.ram is not None
    for net, footprint in FOOTPRINTS:
        flash_bytes = rest.flash_bytes + footprint.weights
        if flash_bytes <= board.flash.bytes and rest.ram_bytes + footprint.ram <= board.ram.bytes:
            return (
                f"{net} would fit: it needs about {round(flash_bytes, -3):,} bytes of flash. "
                f"Train it with: edgekit train --net {net}"
            )
    return "None of edgekit's nets fits it."
