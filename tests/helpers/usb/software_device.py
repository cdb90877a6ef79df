"""SoftwareDevice: a serial port in Python, to try the host's side on, rightly and wrongly.

It echoes what it receives. A chip's model, with its firmware, is the device that counts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from .port import Handshake, InAnswer
from .transfer import Setup

PACKET = 64
DEVICE_BYTES = bytes.fromhex("12010002ef020140091201000001010203") + b"\1"
CONFIGURATION_BYTES = bytes.fromhex(
    "09024b0002010080fa"  # 75 bytes, two interfaces
    "080b000202020000"  # that belong together
    "090400000102020100"
    "0524001001"
    "0524010001"
    "04240202"
    "0524060001"
    "0705810308000a"
    "0904010002 0a0000 00"
    "07058202400000"
    "07050202400000"
)
STRINGS = ("edgekit", "edgekit wearable", "0123456789abcdef")


class SteadyBoard:
    """A board whose time passes a quarter of a millisecond at a time."""

    def __init__(self) -> None:
        self.now_us = 0

    def run_until(self, is_met: Callable[[], bool], limit_us: int) -> bool:
        end_us = self.now_us + limit_us
        while self.now_us < end_us:
            self.now_us += min(250, end_us - self.now_us)
            if is_met():
                return True
        return False


@dataclass
class SoftwareDevice:
    """Its fields are what a test makes wrong."""

    device: bytes = DEVICE_BYTES
    configuration: bytes = CONFIGURATION_BYTES
    strings: tuple[str, ...] = STRINGS
    is_busy: Callable[[], bool] = lambda: False  # asked at each packet: then it says NAK
    never_ends: bool = False  # it sends no empty packet after a full one
    keeps_toggle: bool = False  # it never alternates DATA0 and DATA1
    refuses_setup: bool = False
    outgoing: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)
    requests: list[Setup] = field(default_factory=list)
    line: bytes = bytes(7)
    has_dtr: bool = False
    echoes: bool = True
    is_attached: bool = False

    def __post_init__(self) -> None:
        self.bus_reset()

    def set_vbus(self, on: bool) -> None:
        self.is_attached = on
        self.bus_reset()

    def bus_reset(self) -> None:
        self._address, self._configured, self.has_dtr, self._is_suspended = 0, 0, False, False
        self._toggles: dict[tuple[int, bool], int] = {}
        self._setup: Setup | None = None
        self._answer: bytes | None = None
        self._is_stalled = False
        self._packet: InAnswer | None = None  # bulk, until the host has it
        self._owes_end = False

    def suspend(self) -> None:
        self._is_suspended = True

    def resume(self) -> None:
        self._is_suspended = False

    def setup(self, address: int, endpoint: int, data: bytes) -> Handshake:
        if not self._hears(address) or endpoint:
            return Handshake.TIMEOUT
        if self.refuses_setup:
            return Handshake.NAK
        self._setup = Setup.decode(data)
        self.requests.append(self._setup)
        self._toggles[0, True] = self._toggles[0, False] = 1
        self._received = b""
        answer = self._answered(self._setup)
        self._is_stalled = answer is None
        self._answer = (answer or b"")[: self._setup.length]
        return Handshake.ACK

    def out(self, address: int, endpoint: int, data: bytes, toggle: int) -> Handshake:
        if not self._hears(address):
            return Handshake.TIMEOUT
        if not endpoint and self._is_stalled:
            return Handshake.STALL
        if endpoint and (endpoint != 2 or not self._configured):
            return Handshake.TIMEOUT
        if self.is_busy():
            return Handshake.NAK
        if toggle != self._toggles.get((endpoint, False), 0):
            return Handshake.ACK  # it has this packet already
        self._toggles[endpoint, False] = toggle ^ 1
        if endpoint:
            self.received += data
            self.outgoing += data if self.echoes else b""
        else:
            self._received += data
        return Handshake.ACK

    def in_(self, address: int, endpoint: int, is_acknowledged: bool = True) -> InAnswer:
        if not self._hears(address):
            return InAnswer(Handshake.TIMEOUT)
        if not endpoint and self._is_stalled:
            return InAnswer(Handshake.STALL)
        if endpoint == 0:
            return self._control_in(is_acknowledged)
        if endpoint != 2 or not self._configured or self.is_busy():
            is_there = self._configured and endpoint in (1, 2)
            return InAnswer(Handshake.NAK if is_there else Handshake.TIMEOUT)
        if self._packet is None:
            data, self.outgoing = bytes(self.outgoing[:PACKET]), self.outgoing[PACKET:]
            if not data and not self._owes_end:
                return InAnswer(Handshake.NAK)
            self._owes_end = len(data) == PACKET and not self.never_ends
            self._packet = InAnswer(Handshake.ACK, data, self._toggles.get((2, True), 0))
        packet = self._packet
        if is_acknowledged:
            self._alternate(2)
            self._packet = None
        return packet

    def _control_in(self, is_acknowledged: bool) -> InAnswer:
        setup, answer = self._setup, self._answer
        if setup is None or answer is None or self.is_busy():
            return InAnswer(Handshake.NAK)
        toggle = self._toggles[0, True]
        if not setup.is_in:
            if len(self._received) < setup.length:
                return InAnswer(Handshake.NAK)
            if is_acknowledged:
                self._take(setup)
            return InAnswer(Handshake.ACK, b"", toggle)
        packet = answer[:PACKET]
        if is_acknowledged:
            self._answer = answer[PACKET:]
            self._alternate(0)
        return InAnswer(Handshake.ACK, packet, toggle)

    def _take(self, setup: Setup) -> None:
        """Do what a request without an answer asks, once its status stage is over."""
        match setup.request_type, setup.request:
            case 0, 5:
                self._address = setup.value
            case 0, 9:
                self._configured = setup.value
            case 0x21, 0x20:
                self.line = self._received
            case 0x21, 0x22:
                self.has_dtr = bool(setup.value & 1)

    def _answered(self, setup: Setup) -> bytes | None:
        """Return the data stage; None for a request that is refused."""
        kind, index = setup.value >> 8, setup.value & 0xFF
        match setup.request_type, setup.request, kind:
            case 0x80, 6, 1:
                return self.device
            case 0x80, 6, 2:
                return self.configuration
            case 0x80, 6, 3 if index == 0:
                return b"\x04\x03\x09\x04"
            case 0x80, 6, 3 if index <= len(self.strings):
                text = self.strings[index - 1].encode("utf-16-le")
                return bytes((len(text) + 2, 3)) + text
            case 0xA1, 0x21, _:
                return self.line
            case (0, 5, _) | (0, 9, _) | (0x21, 0x20, _) | (0x21, 0x22, _):
                return b""
        return None

    def _alternate(self, endpoint: int) -> None:
        if not self.keeps_toggle:
            self._toggles[endpoint, True] = self._toggles.get((endpoint, True), 0) ^ 1

    def _hears(self, address: int) -> bool:
        return self.is_attached and not self._is_suspended and address == self._address
