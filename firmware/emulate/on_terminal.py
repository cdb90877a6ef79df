"""Serve an emulated wearable on a pseudo-terminal, for users without hardware."""

import os
import select
import termios
import tty
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .emulated import EmulatedChip, emulated
from .simulated_sensor import SimulatedSensor
from .system import System

STEP_US = 200_000  # of the board's time, between two reads of the line
AFTER_S = 1.0  # for the host's last bytes
READ_BYTES = 4096


class Terminal:
    """Two ends of a serial line; `port` is the host's."""

    def __init__(self) -> None:
        self._board, self._host = os.openpty()
        # The host's end stays open here, so that a host that opens it later reads the first bytes.
        for end in (self._board, self._host):
            tty.setraw(end, termios.TCSANOW)
        os.set_blocking(self._board, False)
        self.port = os.ttyname(self._host)

    def read(self, timeout_s: float | None) -> bytes:
        """Read the bytes that the host sent; b"" when none comes within this time."""
        if self._board in select.select([self._board], [], [], timeout_s)[0]:
            return os.read(self._board, READ_BYTES)
        return b""

    def write(self, data: bytes) -> None:
        """Write all bytes, however slowly the host reads."""
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
) -> System[EmulatedChip]:
    """Run the firmware from its reset until the sensor has measured `counts` (n, 3), at full speed.

    It starts with the host's first byte, so that no sample is lost before the host listens.
    `progress` gets the seconds of the board's time. Raises MachineFaultError.
    """
    sensor = SimulatedSensor()
    sensor.set_counts(counts)
    board = emulated(image, core, sensor)
    from_host = terminal.read(None)
    while sensor.consumed() < len(counts):
        _exchange(board, terminal, from_host)
        progress(board.now_us / 1e6)
        from_host = terminal.read(0)
    _exchange(board, terminal, b"")  # the samples left in the FIFO
    while from_host := terminal.read(AFTER_S):
        _exchange(board, terminal, from_host)
    return board


def _exchange(board: System[EmulatedChip], terminal: Terminal, from_host: bytes) -> None:
    board.receive(from_host)
    board.run(STEP_US)
    terminal.write(bytes(board.sent))
    board.sent.clear()
