"""GENEActiv `.bin`: pages of text, each ten lines about 300 samples and a line with their bits.

Source: ActivInsights, "GENEActiv Instruction Manual", the chapter on the .bin file format. A sample
is 48 bits in hexadecimal: x, y, z of 12 bits each, signed, then light (10), button (1), reserved
(1). An axis in g is (100 raw - offset) / gain, by the header's calibration.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.recording import Recording
from edgekit.recording_checks import HIGHEST_HZ, LOWEST_HZ
from edgekit.stretches import stretches

from .logger import CUT_SHORT, UNKNOWN, BadBlocks, Header, Logger, printable

SHAPE = "GENEActiv: .bin"
MAGIC = b"Device Identity"
PAGE = b"Recorded Data"
SAMPLES = 300  # of a page
DIGITS = 12  # of a sample
TIME = re.compile(r"(\d{4})-(\d\d?)-(\d\d?) (\d\d?):(\d\d):(\d\d):(\d{3})")
ZONE = re.compile(r"GMT\s*([+-])(\d\d):(\d\d)")
TOLERANCE = 0.1  # of a page's duration: a time stamp that is further off is a gap
LONGEST_PAGE = 5000  # bytes: with more between two titles of pages, one in between is damaged
NO_SEQUENCE, NO_TIME, NO_RATE = "no sequence number", "impossible time", "impossible rate"
WRONG_LENGTH = "wrong number of samples"
ENDS_EARLY = (NO_SEQUENCE, NO_TIME, NO_RATE, WRONG_LENGTH)  # how a cut shows in the last page
CHUNK = 1000  # pages decoded at once, to bound the memory

NIBBLE = np.full(256, 255, np.uint8)
NIBBLE[list(b"0123456789ABCDEF")] = range(16)
NIBBLE[list(b"abcdef")] = range(10, 16)


@dataclass(frozen=True)
class Page:
    sequence: int
    start_s: float  # wall-clock seconds from 1970-01-01
    nominal_hz: float
    digits: bytes


def recognises(content: bytes) -> bool:
    """Tell whether a file with this content is in the format."""
    return content.startswith(MAGIC)


def parse(content: bytes, path: Path) -> Logger:
    """Read a GENEActiv .bin file; a page that is damaged or missing is a gap.

    A recording's rate comes from its first and last page's time; a page alone has the rate that it
    states. UTC where the header has the time zone. Raises EdgekitError where the header lacks its
    calibration or no page is good.
    """
    head, *texts = content.split(PAGE)
    fields = _fields(head.decode("latin-1").splitlines())
    gain, offset = _calibration(fields, path)
    header = _header(fields, path)
    pages: list[Page] = []
    bad: BadBlocks = Counter()
    for text in texts:
        page = _page(text)
        if isinstance(page, Page):
            pages.append(page)
        else:
            bad[CUT_SHORT if text is texts[-1] and page in ENDS_EARLY else page] += 1
    if not pages:
        causes = ", ".join(bad) or "it ends in its header"
        raise EdgekitError(f"{path} holds no good page ({causes}). Get the file again.")
    recordings = [
        _recording(pages[begin:end], gain, offset, header)
        for begin, end in stretches(_page_breaks(pages))
    ]
    promised = fields.get("Number of Pages", "")
    differs = promised.isdecimal() and len(promised) < 10 and int(promised) != len(texts)
    notes = (f"the header promises {int(promised):,} pages",) if differs else ()
    nominal_hz = Counter(page.nominal_hz for page in pages).most_common(1)[0][0]
    return Logger(recordings, header, nominal_hz, "page", len(texts), bad, notes)


def _fields(lines: list[str]) -> dict[str, str]:
    pairs = (line.partition(":") for line in lines)
    return {name.strip(): printable(value) for name, colon, value in pairs if colon}


def _calibration(
    fields: dict[str, str], path: Path
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return gain (3,) and offset (3,). Raises EdgekitError where one is missing or impossible."""
    try:
        gain = np.array([float(fields[f"{axis} gain"]) for axis in "xyz"])
        offset = np.array([float(fields[f"{axis} offset"]) for axis in "xyz"])
    except (KeyError, ValueError):
        gain, offset = np.zeros(3), np.zeros(3)
    # Counts of 1/256 g, times 100: a gain lies near 25,600 and an offset within 1 g.
    if not (np.all(gain > 1000) and np.all(gain < 1e6) and np.all(np.abs(offset) < 1e6)):
        raise EdgekitError(
            f"{path}: the header's calibration (x gain to z offset) is missing or damaged, and "
            "without it no sample can be converted to g. Get the file again."
        )
    return gain, offset


def _header(fields: dict[str, str], path: Path) -> Header:
    zone = ZONE.fullmatch(fields.get("Time Zone", ""))
    offset_s = None
    if zone:
        seconds = int(zone[2]) * 3600 + int(zone[3]) * 60
        offset_s = float(-seconds if zone[1] == "-" else seconds)
    return Header(
        subject=fields.get("Subject Code") or UNKNOWN,
        placement=fields.get("Device Location Code") or UNKNOWN,
        device=f"GENEActiv {fields.get('Device Unique Serial Code', '')}".strip(),
        source=path.name,
        utc_offset_s=offset_s,
    )


def _page(text: bytes) -> Page | str:
    """Read what follows a page's title; return the cause where it is damaged."""
    if len(text) > LONGEST_PAGE:
        return "damaged text"
    *lines, digits = text.strip().splitlines() or [b""]
    fields = _fields([line.decode("latin-1") for line in lines])
    sequence, rate = fields.get("Sequence Number", ""), fields.get("Measurement Frequency", "")
    time = TIME.fullmatch(fields.get("Page Time", ""))
    if not (sequence.isascii() and sequence.isdecimal() and len(sequence) < 10):
        return NO_SEQUENCE
    try:
        if time is None:
            raise ValueError
        year, month, day, hour, minute, second, millisecond = map(int, time.groups())
        at = datetime(year, month, day, hour, minute, second, millisecond * 1000, UTC)
    except ValueError:
        return NO_TIME
    try:
        nominal_hz = float(rate)
    except ValueError:
        return NO_RATE
    if not LOWEST_HZ <= nominal_hz <= HIGHEST_HZ:
        return NO_RATE
    if len(digits) != SAMPLES * DIGITS:
        return WRONG_LENGTH
    if (NIBBLE[np.frombuffer(digits, np.uint8)] > 15).any():
        return "damaged samples"
    return Page(int(sequence), at.timestamp(), nominal_hz, digits)


def _page_breaks(pages: list[Page]) -> NDArray[np.bool_]:
    """Mark each page (n,) that does not continue the one before."""
    sequence = np.array([page.sequence for page in pages])
    start_s = np.array([page.start_s for page in pages])
    rate_hz = np.array([page.nominal_hz for page in pages])
    page_s = SAMPLES / rate_hz[:-1]
    breaks = np.zeros(len(pages), np.bool_)
    breaks[1:] = (np.diff(sequence) != 1) | (np.diff(rate_hz) != 0)
    breaks[1:] |= np.abs(np.diff(start_s) - page_s) > TOLERANCE * page_s
    return breaks


def _recording(
    pages: list[Page], gain: NDArray[np.float64], offset: NDArray[np.float64], header: Header
) -> Recording:
    """Decode pages that continue each other."""
    rate_hz = pages[0].nominal_hz
    if len(pages) > 1:
        rate_hz = SAMPLES * (len(pages) - 1) / (pages[-1].start_s - pages[0].start_s)
    xyz_g = np.empty((SAMPLES * len(pages), 3), np.float32)
    filled = 0
    for raw in _raw(pages):
        xyz_g[filled : filled + len(raw)] = (100.0 * raw - offset) / gain
        filled += len(raw)
    return Recording(
        xyz_g=xyz_g,
        rate_hz=rate_hz,
        subject=header.subject,
        placement=header.placement,
        start_s=header.start_s(pages[0].start_s),
        clock=header.clock,
        source=header.source,
    )


def _raw(pages: list[Page]) -> Iterator[NDArray[np.int16]]:
    """Yield the pages' samples as counts (n, 3)."""
    for begin in range(0, len(pages), CHUNK):
        text = b"".join(page.digits for page in pages[begin : begin + CHUNK])
        nibble = NIBBLE[np.frombuffer(text, np.uint8)].reshape(-1, DIGITS)[:, :9]
        nibble = nibble.reshape(-1, 3, 3).astype(np.int16)
        value = nibble[:, :, 0] << 12 | nibble[:, :, 1] << 8 | nibble[:, :, 2] << 4
        yield value >> 4  # arithmetic: the sign goes along
