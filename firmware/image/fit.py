"""Whether an image fits its board; where it does not, which of our nets would."""

import re
from dataclasses import dataclass
from operator import itemgetter

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.nets import NETS

from ..build.board import Board
from ..cores import Stack
from .size import Size

# The largest first.
FOOTPRINTS = sorted(
    ((name, net.footprint) for name, net in NETS.items() if net.footprint is not None),
    key=itemgetter(1),
    reverse=True,
)


@dataclass(frozen=True)
class Rest:
    """Bytes of an image besides its net's weights and activations."""

    flash_bytes: int
    ram_bytes: int


# Of a usual image, for want of one to count in where the linker found no room.
USUAL = Rest(32_000, 9_500)


class NoRoomError(EdgekitError):
    """An image is too large for its board."""


def check_fit(size: Size, stack: Stack | None, board: Board, bundle: Bundle) -> None:
    """Raises NoRoomError, one line, where flash, RAM or the stack's room is too small.

    A stack without a bound (None) is not checked.
    """
    if board.flash is None or board.ram is None:
        return
    ram_bytes = size.ram_bytes + (stack.bytes if stack else 0)
    rest = Rest(size.flash_bytes - size.flash["weights"], ram_bytes - size.ram["model"])
    if size.flash_bytes > board.flash.bytes:
        raise _refusal("flash", size.flash_bytes, board.flash.bytes, rest, board, bundle)
    if stack is not None and stack.bytes > size.stack_room:
        raise _refusal("stack", stack.bytes, size.stack_room, rest, board, bundle)


@dataclass(frozen=True)
class Overflow:
    """A region of memory that a linker found too small, and by how many bytes."""

    region: str
    bytes: int

    def refusal(self, board: Board, bundle: Bundle) -> NoRoomError:
        in_ram = "ram" in self.region.lower()
        memory = board.ram if in_ram else board.flash
        limit = memory.bytes if memory else 0
        name = "RAM" if in_ram else "flash"
        return _refusal(name, limit + self.bytes, limit, USUAL, board, bundle)


def overflow(output: str) -> Overflow | None:
    """Return the largest overflow of a region in the output of ld or lld; None where none is."""
    regions = re.findall(r"region [`']?(\w+)'?:? overflowed by (\d+) bytes", output)
    overflows = (Overflow(name, int(size)) for name, size in regions)
    return max(overflows, key=lambda region: region.bytes, default=None)


def _refusal(
    memory: str, needed: int, limit: int, rest: Rest, board: Board, bundle: Bundle
) -> NoRoomError:
    return NoRoomError(
        f"{bundle.folder} does not fit {board.name}: it needs {needed:,} bytes of {memory}, "
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
