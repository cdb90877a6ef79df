"""What a research logger's file holds: recordings between gaps, and the blocks that are damaged."""

from collections import Counter
from dataclasses import dataclass
from typing import TypeAlias

from edgekit.recording import Clock, Recording

BadBlocks: TypeAlias = Counter[str]  # cause -> blocks left out

UNKNOWN = "unknown"  # a subject or a placement that the header does not name
CUT_SHORT = "cut short"
BAD_CHECKSUM = "checksum does not match"


def printable(text: str) -> str:
    """Return a header's field without padding and what no terminal or page should be sent."""
    return "".join(letter for letter in text if letter.isprintable()).strip()


@dataclass(frozen=True)
class Header:
    """What the file says of all its samples."""

    subject: str
    placement: str
    device: str  # the maker's model and the serial number
    source: str
    # Offset of the device's clock from UTC, None where the format does not store it.
    utc_offset_s: float | None

    @property
    def clock(self) -> Clock:
        return "device" if self.utc_offset_s is None else "utc"

    def start_s(self, wall_s: float) -> float:
        """Convert wall-clock seconds of the device, from 1970-01-01 00:00 on it, to `clock`."""
        return wall_s - (self.utc_offset_s or 0.0)


@dataclass(frozen=True)
class Logger:
    """A file of a research logger.

    Where the format stores no time zone, the recordings' clock is "device": seconds from
    1970-01-01 00:00 as the device's own clock shows it.
    """

    recordings: list[Recording]  # in order of the file, one between two gaps
    header: Header
    nominal_hz: float  # as configured; each Recording has the rate that its time stamps give
    block: str  # what the format calls the unit that holds samples: sector, page, record
    blocks: int  # in the file, good and bad
    bad_blocks: BadBlocks
    notes: tuple[str, ...] = ()  # other things that a user should know, a line each

    @property
    def samples(self) -> int:
        return sum(map(len, self.recordings))
