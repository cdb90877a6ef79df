"""A host that knows one serial port: enough to enumerate it, to talk, and to do wrong on purpose.

It is not the host of host_controller.py, which checks all that a real one does.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from .port import Handshake, InAnswer, UsbPort

TO_HOST, CLASS, INTERFACE, ENDPOINT = 0x80, 0x20, 0x01, 0x02
GET_STATUS, CLEAR_FEATURE, SET_FEATURE, SET_ADDRESS, GET_DESCRIPTOR = 0, 1, 3, 5, 6
GET_CONFIGURATION, SET_CONFIGURATION, GET_INTERFACE, SET_INTERFACE = 8, 9, 10, 11
SET_LINE_CODING, GET_LINE_CODING, SET_CONTROL_LINE_STATE = 0x20, 0x21, 0x22
DEVICE, CONFIGURATION, STRING = 0x0100, 0x0200, 0x0300  # GET_DESCRIPTOR's wValue
PACKET_BYTES, BULK = 64, 2
ADDRESS = 5
_PATIENCE_US, _RETRY_US = 5_000_000, 200


class StalledError(Exception):
    """The device refused a request."""


class NoAnswerError(Exception):
    """The device did not answer, or said NAK for as long as a host waits."""


@dataclass
class SmallHost:
    """`run(us)` lets the device's time pass."""

    port: UsbPort
    run: Callable[[int], object]
    address: int = 0
    naks: int = 0
    toggles: dict[str, int] = field(default_factory=lambda: {"in": 0, "out": 0})

    # Control transfers.

    def request(
        self, kind: int, request: int, value: int, index: int = 0, length: int = 0
    ) -> bytes:
        """Make a transfer without data, or with data to the host; return the data."""
        self.setup(kind, request, value, index, length)
        data = b""
        toggle = 1
        while kind & TO_HOST and len(data) < length:
            packet = self._in(0)
            assert packet.toggle == toggle
            toggle ^= 1
            data += packet.data
            if len(packet.data) < PACKET_BYTES:
                break
        if kind & TO_HOST and length:
            self._out(0, b"", 1)
        else:
            assert (status := self._in(0)).data == b"" and status.toggle == 1
        return data

    def send(self, kind: int, request: int, value: int, index: int, data: bytes) -> None:
        """Make a transfer with at most one packet of data to the device."""
        self.setup(kind, request, value, index, len(data))
        self._out(0, data, 1)
        assert (status := self._in(0)).data == b"" and status.toggle == 1

    def setup(self, kind: int, request: int, value: int, index: int, length: int) -> None:
        packet = struct.pack("<BBHHH", kind, request, value, index, length)
        answer = self._repeat(
            lambda: self.port.setup(self.address, 0, packet), tries_again=Handshake.TIMEOUT
        )
        if answer is not Handshake.ACK:
            raise NoAnswerError("no answer to a SETUP")

    # What a host does when a device is plugged in, and a program opens its port.

    def enumerate(self) -> None:
        self.reset()
        self.request(TO_HOST, GET_DESCRIPTOR, DEVICE, 0, 64)
        self.reset()
        self.request(0, SET_ADDRESS, ADDRESS)
        self.address = ADDRESS
        self.run(2000)
        assert len(self.request(TO_HOST, GET_DESCRIPTOR, DEVICE, 0, 18)) == 18
        (total,) = struct.unpack_from(
            "<H", self.request(TO_HOST, GET_DESCRIPTOR, CONFIGURATION, 0, 9), 2
        )
        assert len(self.request(TO_HOST, GET_DESCRIPTOR, CONFIGURATION, 0, 255)) == total
        self.request(0, SET_CONFIGURATION, 1)
        self.toggles = {"in": 0, "out": 0}

    def reset(self) -> None:
        assert self.port.is_attached
        self.port.bus_reset()
        self.address = 0
        self.run(20_000)

    def text(self, index: int) -> str:
        data = self.request(TO_HOST, GET_DESCRIPTOR, STRING + index, 0x0409, 255)
        assert data[:2] == bytes([len(data), 3])
        return data[2:].decode("utf-16-le")

    def open(self, baud: int = 115200) -> None:
        self.set_line_coding(baud)
        self.set_dtr(True)

    def set_line_coding(self, baud: int) -> None:
        coding = struct.pack("<I3B", baud, 0, 0, 8)
        self.send(CLASS | INTERFACE, SET_LINE_CODING, 0, 0, coding)

    def set_dtr(self, on: bool) -> None:
        self.request(CLASS | INTERFACE, SET_CONTROL_LINE_STATE, 3 if on else 0)

    # Bytes.

    def write(self, data: bytes) -> None:
        for at in range(0, len(data), PACKET_BYTES):
            self._out(BULK, data[at : at + PACKET_BYTES], self.toggles["out"])
            self.toggles["out"] ^= 1

    def read_packet(self, is_acknowledged: bool = True) -> bytes | None:
        """Ask once; None where the device has nothing."""
        answer = self.port.in_(self.address, BULK, is_acknowledged)
        if answer.handshake is Handshake.NAK:
            return None
        if answer.handshake is not Handshake.ACK:
            raise NoAnswerError(answer.handshake.name)
        assert answer.toggle == self.toggles["in"]
        self.toggles["in"] ^= is_acknowledged
        return answer.data

    def read(self, for_us: int, each_us: int = 1000) -> bytes:
        """Read whatever comes."""
        data = b""
        for _ in range(max(for_us // each_us, 1)):
            while (packet := self.read_packet()) is not None:
                data += packet
                self.run(_RETRY_US)
            self.run(each_us)
        return data

    def _in(self, endpoint: int) -> InAnswer:
        answers: list[InAnswer] = []

        def ask() -> Handshake:
            answers.append(self.port.in_(self.address, endpoint))
            return answers[-1].handshake

        self._accepted(ask)
        return answers[-1]

    def _out(self, endpoint: int, data: bytes, toggle: int) -> None:
        self._accepted(lambda: self.port.out(self.address, endpoint, data, toggle))

    def _accepted(self, ask: Callable[[], Handshake]) -> None:
        answer = self._repeat(ask, tries_again=Handshake.NAK)
        if answer is Handshake.STALL:
            raise StalledError
        if answer is not Handshake.ACK:
            raise NoAnswerError(answer.name)

    def _repeat(self, ask: Callable[[], Handshake], tries_again: Handshake) -> Handshake:
        """Ask again and again as a host does: for 5 s after NAK, three times after no answer."""
        tries = 3 if tries_again is Handshake.TIMEOUT else _PATIENCE_US // _RETRY_US
        for _ in range(tries):
            answer = ask()
            if answer is not tries_again:
                self.run(_RETRY_US)
                return answer
            self.naks += answer is Handshake.NAK
            self.run(_RETRY_US)
        return tries_again
