"""What a chip's USB model offers to a host: the cable, and one transaction at a time.

A full-speed device (USB 2.0, chapters 7 and 8). A transaction takes no time of the board: the host
lets the board run between two of them, so that a model answers from the state that its registers
are in at that moment.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol


class Handshake(Enum):
    """How a transaction ended, as the host sees it (USB 2.0, 8.4.5)."""

    ACK = auto()
    NAK = auto()  # no buffer now: the host repeats the transaction
    STALL = auto()  # the request is not supported, or the endpoint is halted
    TIMEOUT = auto()  # no answer: no such address, no such endpoint, a suspended bus, no device


@dataclass(frozen=True)
class InAnswer:
    """The answer to an IN token; with ACK the data packet and its toggle (0 DATA0, 1 DATA1)."""

    handshake: Handshake
    data: bytes = b""
    toggle: int = 0


class UsbPort(Protocol):
    """A chip's USB block as the host's port sees it. Endpoints are 0 to 15, without direction.

    Nothing here raises for what a host does, rightly or wrongly: a device that cannot answer
    returns TIMEOUT. What the *image* does wrongly is a complaint of the chip's model.
    """

    def set_vbus(self, on: bool) -> None:
        """Plug the cable in, or pull it: then the device has no power from it, and no bus."""

    @property
    def is_attached(self) -> bool:
        """Whether the device pulls D+ up: the host sees that a full-speed device is there."""

    def bus_reset(self) -> None:
        """Drive SE0 for 10 ms or more: the device goes to address 0, unconfigured, toggles 0."""

    def suspend(self) -> None:
        """Stop all traffic for more than 3 ms, start-of-frame packets included."""

    def resume(self) -> None:
        """Drive resume, then start-of-frame packets again."""

    def setup(self, address: int, endpoint: int, data: bytes) -> Handshake:
        """Send a SETUP of eight bytes (always DATA0): ACK, or TIMEOUT where nobody listens.

        A device must accept it whatever it is doing; it ends the control transfer before it, and
        a STALL of that endpoint.
        """

    def out(self, address: int, endpoint: int, data: bytes, toggle: int) -> Handshake:
        """Send a data packet of at most 64 bytes.

        A packet with the toggle of the packet before it is a repetition: a device with a buffer
        answers ACK and drops it.
        """

    def in_(self, address: int, endpoint: int, is_acknowledged: bool = True) -> InAnswer:
        """Ask for a data packet.

        Where `is_acknowledged` is False the host's ACK does not reach the device, which must send
        the same packet, with the same toggle, at the next IN.
        """
