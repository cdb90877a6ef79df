"""Whether an image fits its board, and its net the time; where not, which of our nets would."""

import math
import re
from dataclasses import dataclass
from operator import itemgetter

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.nets import NETS

from ..build.board import Board
from ..cores import Stack
from ..timing.keeps_up import what_limits, window_limit_ms
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
USUAL = Rest(40_000, 10_700)


class NoRoomError(EdgekitError):
    """An image is too large for its board."""


class TooSlowError(EdgekitError):
    """A net takes a board longer than its sensor can wait."""


def check_time(
    window_ms: float, size: Size, stack: Stack | None, board: Board, bundle: Bundle
) -> None:
    """Raises TooSlowError, one line, where samples would be lost while a window's net runs."""
    limit_ms = window_limit_ms(bundle.spec)
    if window_ms <= limit_ms:
        return
    raise TooSlowError(
        f"{bundle.folder} is too slow for {board.name}: its net takes {math.ceil(window_ms):,} ms "
        f"a window (modelled), and {math.floor(limit_ms):,} are free {what_limits(bundle.spec)}. "
        f"{_would_fit(_rest(size, stack), board, bundle)}"
    )


def check_fit(size: Size, stack: Stack | None, board: Board, bundle: Bundle) -> None:
    """Raises NoRoomError, one line, where flash, RAM or the stack's room is too small.

    A stack without a bound (None) is not checked.
    """
    if board.flash is None or board.ram is None:
        return
    rest = _rest(size, stack)
    if size.flash_bytes > board.flash.bytes:
        raise _refusal("flash", size.flash_bytes, board.flash.bytes, rest, board, bundle)
    if stack is not None and stack.bytes > size.stack_room:
        raise _refusal("stack", stack.bytes, size.stack_room, rest, board, bundle)


def _rest(size: Size, stack: Stack | None) -> Rest:
    ram_bytes = size.ram_bytes + (stack.bytes if stack else 0)
    return Rest(size.flash_bytes - size.flash["weights"], ram_bytes - size.ram["model"])


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
        f"of which the board has {limit:,}. {_would_fit(rest, board, bundle)}"
    )


def _would_fit(rest: Rest, board: Board, bundle: Bundle) -> str:
    """Name the largest of our nets that the board has room and time for."""
    assert board.flash is not None and board.ram is not None
    for net, footprint in FOOTPRINTS:
        flash_bytes = rest.flash_bytes + footprint.weights
        has_room = flash_bytes <= board.flash.bytes
        has_room = has_room and rest.ram_bytes + footprint.ram <= board.ram.bytes
        window_ms = board.window_ms.get(net, 0.0)
        if has_room and window_ms <= window_limit_ms(bundle.spec):
            time = f" and {window_ms:,.0f} ms a window (modelled)" if window_ms else ""
            return (
                f"{net} would fit: it needs about {round(flash_bytes, -3):,} bytes of flash{time}. "
                f"Train it with: edgekit train --net {net}"
            )
    return "None of edgekit's nets fits it."
