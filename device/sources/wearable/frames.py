"""Frames: COBS, a counter and a CRC around each record; reading resumes after any damage.

The same as firmware/src/protocol.c, which defines the frame.
"""

from binascii import crc_hqx
from collections.abc import Iterator

from .records import MOST_BYTES, Boot

_TRAILER = 3  # counter and CRC
_CRC_START = 0xFFFF  # CRC-16/CCITT-FALSE
_LONGEST = MOST_BYTES + _TRAILER + (MOST_BYTES + _TRAILER) // 254 + 1  # between two delimiters


def frame(record: bytes, counter: int) -> bytes:
    """Return the frame of a record, between its two delimiters."""
    body = record + bytes([counter & 0xFF])
    return b"\0" + _cobs(body + crc_hqx(body, _CRC_START).to_bytes(2, "little")) + b"\0"


class Receiver:
    """Bytes in, as they come; whole records out. Holds at most one frame."""

    def __init__(self) -> None:
        self.lost = 0  # frames missing between the counters of their neighbours
        self.refused = 0  # frames that came cut, too long or damaged, and other bytes
        self.restart()

    def restart(self) -> None:
        """Forget counter and partial frame, because the line was interrupted."""
        self._held = b""
        self._counter: int | None = None

    def push(self, data: bytes) -> list[bytes]:
        """Return the records whose frames `data` completes."""
        return list(self.records(data))

    def records(self, data: bytes) -> Iterator[bytes]:
        """Yield those records; `lost` and `refused` then count up to the record yielded."""
        *ended, self._held = (self._held + data).split(b"\0")
        self._held = self._held[: _LONGEST + 1]  # too long already: the rest is not needed
        for coded in ended:
            if coded and (record := self._open(coded)):
                yield record

    def _open(self, coded: bytes) -> bytes | None:
        body = _uncobs(coded) if len(coded) <= _LONGEST else None
        # The CRC of a message and its own CRC, the high byte first, is nought.
        if (
            body is None
            or not _TRAILER < len(body) <= MOST_BYTES + _TRAILER
            or crc_hqx(body[:-2] + body[:-3:-1], _CRC_START)
        ):
            self.refused += 1
            return None
        counter = body[-_TRAILER]
        has_restarted = counter == 0 and body[0] == Boot.type  # its first frame, by the protocol
        if self._counter is not None and not has_restarted:
            self.lost += (counter - self._counter - 1) & 0xFF
        self._counter = counter
        return body[:-_TRAILER]


def _cobs(data: bytes) -> bytes:
    out = bytearray()
    parts = data.split(b"\0")
    for place, part in enumerate(parts):
        while len(part) > 254 or (len(part) == 254 and place < len(parts) - 1):
            out += b"\xff" + part[:254]
            part = part[254:]
        if len(part) == 254:
            out += b"\xff" + part
        else:
            out += bytes([len(part) + 1]) + part
    return bytes(out)


def _uncobs(coded: bytes) -> bytes | None:
    """Return the decoded bytes, None when the frame was cut."""
    out = bytearray()
    at = 0
    while at < len(coded):
        code = coded[at]
        block = coded[at + 1 : at + code]
        if len(block) != code - 1:
            return None
        out += block
        at += code
        if code != 255 and at < len(coded):
            out.append(0)
    return bytes(out)
