"""USBD's control endpoint: which task is allowed when, and what the host's packets meet.

Product specification, 6.35.9 (control transfers), and USB 2.0, 8.5.3. An illegal task is a
complaint. One for a SETUP that another, or a bus reset, replaced a moment ago is lost: no software
can avoid that.
"""

from collections.abc import Callable

from tests.helpers.usb.port import Handshake, InAnswer

from .nrf_usb_dma import PACKET_BYTES

_SET_ADDRESS, _TO_HOST = 5, 0x80
_UNSEEN_NS = 3_000  # between the software's last look for a SETUP and its task


class ControlEndpoint:
    def __init__(self, complain: Callable[[str], None], now_ns: Callable[[], int]) -> None:
        self._complain, self._now_ns = complain, now_ns
        self.address = 0
        self.reset()

    def reset(self) -> None:
        """Bus reset, or power-on."""
        self.address = 0
        self.is_seen = True  # the software has cleared the event of the last SETUP
        self._setup = b""  # none, or one whose status stage has ended
        self._is_wiped = True  # there was no SETUP since
        self._begin()

    def _begin(self) -> None:
        self._to_send: bytes | None = None
        self._sent_bytes = self._received_bytes = 0
        self._ended_short = False
        self.received: bytes | None = None  # waits for its DMA
        self._accepts = self._status = self._stalls = False
        self._toggle = 1

    @property
    def _asked_bytes(self) -> int:
        return int.from_bytes(self._setup[6:8], "little")

    @property
    def _is_to_host(self) -> bool:
        return bool(self._setup[0] & _TO_HOST) and self._asked_bytes > 0

    @property
    def _is_hardware_s(self) -> bool:
        return self._setup[:2] == bytes([0, _SET_ADDRESS])

    # The software's tasks.

    def _is_allowed(self, task: str, condition: bool, why: str) -> bool:
        if not self.is_seen:
            if self._now_ns() - self._setup_ns > _UNSEEN_NS:
                self._complain(f"{task} for a SETUP that another has replaced")
            return False
        if not self._setup and self._is_wiped:
            return False
        if not self._setup:
            self._complain(f"{task} without a SETUP")
        elif self._is_hardware_s:
            self._complain(f"{task} after SET_ADDRESS, which is the hardware's")
        elif not condition:
            self._complain(f"{task} {why}")
        else:
            return True
        return False

    def load(self, data: bytes) -> None:
        """STARTEPIN[0] has copied this from RAM."""
        is_open = bool(self._setup) and self._is_to_host and not self._status and not self._stalls
        is_free = self._to_send is None and not self._is_sent_whole()
        why = "where the host expects no data"
        if self._is_allowed("STARTEPIN[0]", is_open and is_free, why):
            if self._sent_bytes + len(data) > self._asked_bytes or len(data) > PACKET_BYTES:
                self._complain("more data on endpoint 0 than the host asked for")
            self._to_send = data

    def allow_data(self) -> None:
        """EP0RCVOUT."""
        wants = bool(self._setup) and not self._is_to_host and not self._status
        left = self._asked_bytes > self._received_bytes
        if self._is_allowed("EP0RCVOUT", wants and left, "where the host sends no data"):
            self._accepts = True

    def unload(self) -> bytes:
        """Return what STARTEPOUT[0] copies to RAM."""
        data, self.received = self.received, None
        if data is None:
            if self.is_seen and not self._is_wiped:
                self._complain("STARTEPOUT[0] without a packet")
            return b""
        self._received_bytes += len(data)
        return data

    def allow_status(self) -> None:
        """EP0STATUS."""
        if not self._setup:
            is_due = False
        elif self._is_to_host:
            is_due = self._is_sent_whole()
        else:
            is_due = self._received_bytes >= self._asked_bytes and self.received is None
        if self._is_allowed(
            "EP0STATUS", is_due and not self._stalls, "before the data stage ended"
        ):
            self._status = True

    def stall(self) -> None:
        """EP0STALL."""
        if self._is_allowed("EP0STALL", not self._status, "after EP0STATUS"):
            self._stalls = True
            self._to_send = None

    def _is_sent_whole(self) -> bool:
        return self._ended_short or self._sent_bytes >= self._asked_bytes

    # The host's transactions; the third member of what they return: EP0DATADONE.

    def setup(self, data: bytes) -> None:
        self._begin()
        self._is_wiped = False
        self._setup, self._setup_ns, self.is_seen = data, self._now_ns(), False

    def out(self, data: bytes, toggle: int) -> tuple[Handshake, bool]:
        if not self._setup:  # perhaps a status stage whose ACK was lost
            return Handshake.NAK if data else Handshake.ACK, False
        if self._stalls:
            return Handshake.STALL, False
        if self._is_to_host:  # its status stage
            if not self._status or data:
                return Handshake.NAK, False
            self._setup = b""
            return Handshake.ACK, False
        if toggle != self._toggle:
            return Handshake.ACK, False  # a repetition, dropped
        if not self._accepts or self.received is not None:
            return Handshake.NAK, False
        self.received, self._accepts = data, False
        self._toggle ^= 1
        return Handshake.ACK, True

    def in_(self, is_acknowledged: bool) -> tuple[InAnswer, bool]:
        if not self._setup:
            return InAnswer(Handshake.NAK), False
        if self._stalls:
            return InAnswer(Handshake.STALL), False
        if self._is_to_host:
            if self._to_send is None:
                return InAnswer(Handshake.NAK), False
            answer = InAnswer(Handshake.ACK, self._to_send, self._toggle)
            if is_acknowledged:
                self._sent_bytes += len(self._to_send)
                self._ended_short = len(self._to_send) < PACKET_BYTES
                self._to_send = None
                self._toggle ^= 1
            return answer, is_acknowledged
        if not self._status and not self._is_hardware_s:
            return InAnswer(Handshake.NAK), False
        if is_acknowledged:
            if self._is_hardware_s:
                self.address = self._setup[2] & 0x7F
            self._setup = b""
        return InAnswer(Handshake.ACK, b"", 1), False
