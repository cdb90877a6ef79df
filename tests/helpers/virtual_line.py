"""Serial lines of boards on virtual time, as Link uses SerialLine."""

from typing import Any, Protocol

from edgekit.device.selftest.measure import Measured, Measuring
from edgekit.device.sources.wearable.greeting import greet
from edgekit.device.sources.wearable.link import Link
from edgekit.device.sources.wearable.serial_line import WAIT_S
from edgekit.firmware.emulate.system import System
from tests.helpers.app_board import Board
from tests.helpers.usb.boards import UsbBoard
from tests.helpers.usb.enumeration import enumerate_device
from tests.helpers.usb.host_controller import HostController
from tests.helpers.usb.serial_port import SerialPort

STEP_S, STEP_US = 0.002, 5_000  # of the host board, and between two looks at USB


class VirtualLine(Protocol):
    """A line whose `read` lets time pass until bytes come; `now_s` is the host's clock."""

    port: str

    def read(self) -> bytes: ...
    def write(self, data: bytes) -> None: ...
    def now_s(self) -> float: ...


class HostBoardLine:
    port = "the host board"

    def __init__(self, board: Board, ppm: float = 0) -> None:
        """`ppm`: how much faster the board's clock is than the host's."""
        self._board, self._ppm = board, ppm
        self._asked_s = board.now_s  # a run may end a little later: the board slept
        self.write = board.send_bytes

    def read(self) -> bytes:
        until_s = self._asked_s + WAIT_S
        while self._asked_s < until_s:
            self._asked_s += STEP_S
            if data := self._board.bytes_until(self._asked_s):
                return data
        return b""

    def now_s(self) -> float:
        return self._asked_s / (1 + self._ppm / 1e6)


class SystemLine:
    port = "an emulated board"

    def __init__(self, system: System[Any]) -> None:
        self._system = system
        self.write = system.receive

    def read(self) -> bytes:
        system = self._system
        system.run_until(lambda: bool(system.sent), round(WAIT_S * 1e6))
        data = bytes(system.sent)
        system.sent.clear()
        return data

    def now_s(self) -> float:
        return self._system.now_us / 1e6


class UsbLine:
    """The board's own USB, as a modelled host enumerates and reads it."""

    port = "a board on USB"

    def __init__(self, system: System[Any], board: UsbBoard) -> None:
        self._host = HostController(board.port(system), system)
        self._host.plug()
        self.device = enumerate_device(self._host)
        self._serial = SerialPort(self._host, self.device)
        self._serial.open()
        self._system = system
        self.write = self._serial.write
        self.complaints = self._host.complaints

    def read(self) -> bytes:
        received = self._serial.received
        self._host.run_until(lambda: bool(received), round(WAIT_S * 1e6), STEP_US)
        data = bytes(self._serial.received)
        self._serial.received.clear()
        return data

    def now_s(self) -> float:
        return self._system.now_us / 1e6


def measuring(line: VirtualLine) -> Measuring:
    link = Link(line)  # type: ignore[arg-type]
    return Measuring(link, greet(link), line.now_s)


def measured(line: VirtualLine, seconds: float = 5.0) -> Measured:
    return measuring(line).measure(seconds)
