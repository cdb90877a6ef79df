"""Transfer: what a driver asks of the host controller, and how it ended."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from struct import pack, unpack


class Status(IntEnum):
    """How a transfer ended: Linux' numbers, which USB/IP sends (errno.h)."""

    OK = 0
    STALLED = -32  # EPIPE
    FAILED = -71  # EPROTO: no answer three times, or what a device must not do
    OVERFLOW = -75  # EOVERFLOW: more than was asked for, or than a packet holds
    UNLINKED = -104  # ECONNRESET: the driver took it back
    GONE = -108  # ESHUTDOWN: no device is attached


@dataclass(frozen=True)
class Setup:
    """The eight bytes of a SETUP (USB 2.0, table 9-2)."""

    request_type: int
    request: int
    value: int = 0
    index: int = 0
    length: int = 0

    def encode(self) -> bytes:
        return pack("<BBHHH", self.request_type, self.request, self.value, self.index, self.length)

    @classmethod
    def decode(cls, data: bytes) -> "Setup":
        return cls(*unpack("<BBHHH", data))

    @property
    def is_in(self) -> bool:
        return bool(self.request_type & 0x80)


@dataclass(eq=False)
class Transfer:
    """Bytes to or from one endpoint; those of endpoint 0 begin with a SETUP.

    `data` is what an OUT transfer sends, and what an IN transfer has received.
    """

    endpoint: int
    is_in: bool
    length: int
    data: bytes = b""
    setup: Setup | None = None
    ends_empty: bool = False  # OUT: an empty packet follows a last one that is full
    on_done: Callable[["Transfer"], None] | None = None
    status: Status | None = None  # None: under way
    sent: int = 0  # bytes that the device took

    @property
    def is_done(self) -> bool:
        return self.status is not None

    @property
    def actual_length(self) -> int:
        return len(self.data) if self.is_in else self.sent

    def end(self, status: Status) -> None:
        if self.status is None:
            self.status = status
            if self.on_done:
                self.on_done(self)
