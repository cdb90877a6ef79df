"""The emulated board with its serial line on a pseudo-terminal: a wearable for who has none."""

import os
import select
import termios
import tty
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .emulated import Emulated
from .sensor import Sensor

STEP_US = 200_000  # of the board's time, between two looks at the line
AFTER_S = 1.0  # what the host may take to read the last bytes
READ_BYTES = 4096


class Terminal:
    """Two ends of a serial line; `port` is the host's."""

    def __init__(self) -> None:
        self._board, self._host = os.openpty()
        # The host's end stays open here: a host that opens it later finds what was written before.
        for end in (self._board, self._host):
            tty.setraw(end, termios.TCSANOW)
        os.set_blocking(self._board, False)
        self.port = os.ttyname(self._host)

    def read(self, timeout_s: float | None) -> bytes:
        """What the host sent; waits for it no longer than this."""
        if self._board in select.select([self._board], [], [], timeout_s)[0]:
            return os.read(self._board, READ_BYTES)
        return b""

    def write(self, data: bytes) -> None:
        """All of it, however slowly the host reads."""
        while data:
            select.select([], [self._board], [])
            data = data[os.write(self._board, data) :]

    def close(self) -> None:
        os.close(self._board)
        os.close(self._host)


def run_night(
    image: Path,
    core: str,
    counts: NDArray[np.int16],
    terminal: Terminal,
    progress: Callable[[float], None] = lambda _: None,
) -> Emulated:
    """The firmware from its reset until the sensor has given `counts` (n, 3), as fast as it goes.

    It starts when the host says its first word, so that no sample is lost before it listens.
    `progress` is told the seconds of the board's time. Raises MachineFaultError.
    """
    sensor = Sensor()
    sensor.give(counts)
    board = Emulated(image, core, sensor)
    heard = terminal.read(None)
    while sensor.taken() < len(counts):
        _exchange(board, terminal, heard)
        progress(board.now_us / 1e6)
        heard = terminal.read(0)
    _exchange(board, terminal, b"")  # what lay in the FIFO
    while heard := terminal.read(AFTER_S):
        _exchange(board, terminal, heard)
    return board


def _exchange(board: Emulated, terminal: Terminal, heard: bytes) -> None:
    board.receive(heard)
    board.run(STEP_US)
    terminal.write(bytes(board.sent))
    board.sent.clear()
