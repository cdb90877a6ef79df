"""USBD's bulk and interrupt endpoints: a buffer of one packet each way, toggles and halts.

Product specification, 6.35.10. An OUT endpoint takes the next packet as soon as the one before was
copied out of its buffer, or its SIZE.EPOUT is written.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.helpers.usb.port import Handshake, InAnswer

ENDPOINTS = 8
TO_HOST = 1 << 7  # of an endpoint's address
_BUFFER_IN = 0x7B4  # how nrfx_usbd names a buffer that it empties; it has no way for OUT


@dataclass
class _In:
    to_send: bytes | None = None
    toggle: int = 0
    is_halted: bool = False


@dataclass
class _Out:
    received: bytes | None = None
    accepts: bool = False
    toggle: int = 0
    is_halted: bool = False


@dataclass
class Endpoints:
    """Endpoints 1 to 7; endpoint 0 is ControlEndpoint's."""

    complain: Callable[[str], None]
    _ins: list[_In] = field(default_factory=lambda: [_In() for _ in range(ENDPOINTS)])
    _outs: list[_Out] = field(default_factory=lambda: [_Out() for _ in range(ENDPOINTS)])

    # The software's side.

    def load(self, number: int, data: bytes) -> None:
        if self._ins[number].to_send is not None:
            self.complain(f"IN {number} is given a packet before the host had the last")
        self._ins[number].to_send = data

    def unload(self, number: int) -> bytes:
        """Return the host's packet; the buffer is then open for the next."""
        received = self._outs[number].received
        if received is None:
            self.complain(f"STARTEPOUT[{number}] without a packet")
        self.open_buffer(number)
        return received or b""

    def open_buffer(self, number: int) -> None:
        self._outs[number].received, self._outs[number].accepts = None, True

    def size(self, number: int) -> int:
        return len(self._outs[number].received or b"")

    def set_toggle(self, address: int, toggle: int) -> None:
        self._at(address).toggle = toggle

    def halt(self, address: int, is_halted: bool) -> None:
        self._at(address).is_halted = is_halted

    def empty(self, select: int) -> None:
        number, odd = divmod(select - _BUFFER_IN, 2)
        if odd or not 0 < number < ENDPOINTS:
            self.complain(f"no buffer {select:#x}")
            return
        self._ins[number].to_send = None

    def _at(self, address: int) -> _In | _Out:
        return self._ins[address & 7] if address & TO_HOST else self._outs[address & 7]

    # The host's side: with its answer, whether EPDATA follows.

    def out(self, number: int, data: bytes, toggle: int) -> tuple[Handshake, bool]:
        out = self._outs[number]
        if out.is_halted:
            return Handshake.STALL, False
        if toggle != out.toggle:
            return Handshake.ACK, False  # a repetition, dropped
        if not out.accepts:
            return Handshake.NAK, False
        out.received, out.accepts, out.toggle = data, False, toggle ^ 1
        return Handshake.ACK, True

    def in_(self, number: int, is_acknowledged: bool) -> tuple[InAnswer, bool]:
        source = self._ins[number]
        if source.is_halted:
            return InAnswer(Handshake.STALL), False
        if source.to_send is None:
            return InAnswer(Handshake.NAK), False
        answer = InAnswer(Handshake.ACK, source.to_send, source.toggle)
        if is_acknowledged:
            source.to_send, source.toggle = None, source.toggle ^ 1
        return answer, is_acknowledged
