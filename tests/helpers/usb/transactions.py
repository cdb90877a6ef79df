"""Transactions of a transfer: toggles, repetitions and errors, as a host controller does them.

Each function is a generator that yields where the host must wait: for a device that says NAK, or
for room in the frame. (USB 2.0, 8.4.6, 8.5, 8.6)
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from .port import Handshake, UsbPort
from .transfer import Setup, Status

MOST_MISSES = 3  # in a row (USB 2.0, 10.2.6)
Waits = Generator[None, None, None]


class TransferEndedError(Exception):
    """A transfer cannot go on."""

    def __init__(self, status: Status) -> None:
        self.status = status
        super().__init__(status.name)


@dataclass
class Bus:
    """The port, the toggles of the device that has `address`, and the room in the frame.

    `is_damaged` is asked for each packet on the cable: True, and its receiver drops it.
    """

    port: UsbPort
    is_damaged: Callable[[], bool]
    address: int = 0
    room: float = 0.0  # packets
    packets: int = 0  # that carried data, both ways
    complaints: list[str] = field(default_factory=list)
    toggles: dict[tuple[int, bool], int] = field(default_factory=dict)

    def send_setup(self, setup: Setup) -> Waits:
        for _ in range(MOST_MISSES):
            yield from self._room()
            answer = Handshake.TIMEOUT
            if not self.is_damaged():
                answer = self.port.setup(self.address, 0, setup.encode())
            if answer not in (Handshake.ACK, Handshake.TIMEOUT):
                self._refuse(f"a SETUP was answered by {answer.name}")
            if answer is Handshake.ACK and not self.is_damaged():
                self.toggles[0, True] = self.toggles[0, False] = 1
                return
        raise TransferEndedError(Status.FAILED)

    def send_packet(self, endpoint: int, data: bytes) -> Waits:
        """Send one packet, again until the device has it."""
        toggle = self.toggles.get((endpoint, False), 0)
        misses = 0
        while misses < MOST_MISSES:
            yield from self._room()
            answer = Handshake.TIMEOUT
            if not self.is_damaged():
                answer = self.port.out(self.address, endpoint, data, toggle)
            if answer is Handshake.STALL:
                raise TransferEndedError(Status.STALLED)
            if answer is Handshake.NAK:
                misses = 0
                yield
            elif answer is Handshake.ACK and not self.is_damaged():
                self.toggles[endpoint, False] = toggle ^ 1
                self.packets += 1
                return
            else:  # the device repeats its ACK when the packet comes again
                misses += 1
        raise TransferEndedError(Status.FAILED)

    def receive_packet(self, endpoint: int, most: int) -> Generator[None, None, bytes]:
        """Return the next packet; one that the device repeats is dropped."""
        toggle = self.toggles.get((endpoint, True), 0)
        misses = repetitions = 0
        while misses < MOST_MISSES and repetitions < MOST_MISSES:
            yield from self._room()
            token_lost, data_lost, ack_lost = (self.is_damaged() for _ in range(3))
            if token_lost:
                misses += 1
                continue
            answer = self.port.in_(self.address, endpoint, not (data_lost or ack_lost))
            if answer.handshake is Handshake.STALL:
                raise TransferEndedError(Status.STALLED)
            if answer.handshake is Handshake.NAK:
                misses = 0
                yield
            elif answer.handshake is Handshake.TIMEOUT or data_lost:
                misses += 1
            elif len(answer.data) > most:
                self._refuse(f"a packet of {len(answer.data)} bytes, more than {most}")
            elif answer.toggle == toggle:
                self.toggles[endpoint, True] = toggle ^ 1
                self.packets += 1
                return answer.data
            else:  # the device has not seen the ACK of the packet before; now it may have
                misses = 0
                repetitions += 1
        self.complaints.append(f"endpoint {endpoint} IN: {MOST_MISSES} errors in a row")
        raise TransferEndedError(Status.FAILED)

    def _room(self) -> Waits:
        while self.room < 1:
            yield
        self.room -= 1

    def _refuse(self, what: str) -> None:
        self.complaints.append(what)
        raise TransferEndedError(Status.FAILED)
