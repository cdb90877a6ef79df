"""How long a window of each proposed net takes on each board, modelled: [window_ms] of board.toml.

The net is compiled alone, so that its code lies elsewhere than in a board's image: what that
changes is within the tolerance.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from edgekit.convert.generated import build_net
from edgekit.firmware.build.board import Board, Memory, boards
from edgekit.firmware.image.fit import FOOTPRINTS
from edgekit.firmware.timing.window import function_time

from .nets import Net

PROPOSED = tuple(name for name, _ in FOOTPRINTS)
TOLERANCE = 0.15
_FLASH = Memory(0x0800_0000, 0x1000_0000)  # where build_net links code and constants
Times = dict[str, dict[str, float]]  # board -> net -> milliseconds


def timed_boards() -> list[Board]:
    """Return the boards whose clock is known."""
    return [board for board in boards() if board.clock_hz is not None]


def window_times(nets: Iterable[Net]) -> Times:
    """Return the milliseconds of a window of each net, on the first core of each board."""
    times: Times = {board.name: {} for board in timed_boards()}
    for net in nets:
        for board in timed_boards():
            with tempfile.TemporaryDirectory(prefix="edgekit-time-") as folder:
                elf = build_net(net.folder, board.core(), Path(folder))
                assert board.flash_reads is not None and board.clock_hz is not None
                time = function_time(
                    elf, board.core(), _FLASH, board.flash_reads, board.clock_hz, net.spec.window
                )
            assert time is not None
            times[board.name][net.name] = round(time.ms, 1)
    return times


def wrong_times(times: Times) -> list[str]:
    """Return a line for each net whose time is not what its board's board.toml says."""
    lines = []
    for board in timed_boards():
        for net, ms in times[board.name].items():
            stated = board.window_ms.get(net)
            if stated is None or abs(ms - stated) > TOLERANCE * stated:
                lines.append(
                    f"{net} on {board.name}: {ms} ms a window (modelled), and [window_ms] of "
                    f"{board.folder.name}/board.toml says {stated}"
                )
    return lines


def as_toml(times: Times) -> str:
    """Return the tables to put into the boards' board.toml."""
    return "\n".join(
        f"# boards/{board}/board.toml\n[window_ms]\n"
        + "".join(f"{net} = {ms}\n" for net, ms in by_net.items())
        for board, by_net in times.items()
    )
