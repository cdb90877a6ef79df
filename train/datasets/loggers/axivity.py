"""Axivity AX3 and AX6 `.cwa`: a header of 1,024 bytes, then sectors of 512 bytes with samples.

Source: the Open Movement project's description of the format, `Docs/ax3/cwa.h` in
github.com/openmovementproject/openmovement. All values are little-endian. The device stores no time
zone: its clock shows the local time of the computer that configured it.
"""

from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.recording import Recording
from edgekit.stretches import stretches

from .logger import BAD_CHECKSUM, CUT_SHORT, UNKNOWN, BadBlocks, Header, Logger, printable

SHAPE = "Axivity AX3 or AX6: .cwa"
MAGIC = b"MD\xfc\x03"  # and the header's length, 1,020 bytes after these
HEADER_BYTES = 1024
SECTOR_BYTES = 512
ANNOTATION = slice(64, 512)  # of the header: url-encoded names and values
AX6 = 0x64  # hardware type

SECTOR = np.dtype(
    {
        "names": [
            "magic", "length", "fraction", "session", "sequence", "time", "scale", "rate",
            "packing", "offset", "count", "data",
        ],
        "formats": [
            "<u2", "<u2", "<u2", "<u4", "<u4", "<u4", "<u2", "u1", "u1", "<i2", "<u2", "480u1",
        ],
        "offsets": [0, 2, 4, 6, 10, 14, 18, 24, 25, 26, 28, 30],
        "itemsize": SECTOR_BYTES,
    }
)  # fmt: skip
SECTOR_MAGIC = 0x5841  # "AX"
SECTOR_START = b"AX\xfc\x01"  # and its length, 508 bytes after these
PACKED = 0x30  # three axes of 10 bits and an exponent of 2 bits in 32 bits
# Packing code -> axes in a sample of 16-bit values, and the first of the accelerometer's.
UNPACKED = {0x32: (3, 0), 0x62: (6, 3), 0x92: (9, 3)}
CAPACITY = {PACKED: 120, **{code: 240 // axes for code, (axes, _) in UNPACKED.items()}}
COUNTS_PER_G = 256  # of packed samples; unpacked ones have 2^n times as many
SLOWEST_CODE, FASTEST_CODE = 6, 15  # 6.25 to 3,200 Hz
TOLERANCE = 0.1  # of a sector's duration: a time stamp that is further off is a gap
TOLERANCE_S = 0.05
CHUNK = 4096  # sectors decoded at once, to bound the memory

Sectors = NDArray[np.void]  # (n,) of SECTOR


def recognises(content: bytes) -> bool:
    """Tell whether a file with this content is in the format."""
    return content.startswith(MAGIC)


def parse(content: bytes, path: Path) -> Logger:
    """Read a .cwa file; a sector that is damaged or missing is a gap.

    A recording's rate comes from the first and last time stamp of its sectors; the start is that of
    its first sample by this rate. Raises EdgekitError where no sector holds samples.
    """
    header = _header(content, path)
    body, bad = _aligned(content[HEADER_BYTES:])
    sectors = np.frombuffer(body, SECTOR)
    good, causes_of_bad = _good(sectors, _sums(body))
    blocks = len(sectors) + bad.total()
    bad += causes_of_bad
    if not good.any():
        causes = ", ".join(bad) or "it ends after its header"
        raise EdgekitError(f"{path} holds no good sector ({causes}). Get the file again.")
    kept = sectors[good]
    recordings = [
        _recording(kept[begin:end], header) for begin, end in stretches(_sector_breaks(kept))
    ]
    rates, times = np.unique(_rate_hz(kept["rate"]), return_counts=True)
    nominal_hz = float(rates[np.argmax(times)])
    return Logger(recordings, header, nominal_hz, "sector", blocks, bad)


def _header(content: bytes, path: Path) -> Header:
    """Read device and annotation. Raises EdgekitError where the header is cut short."""
    if len(content) < HEADER_BYTES:
        raise EdgekitError(
            f"{path} ends in the header, after {len(content)} of {HEADER_BYTES} bytes. "
            "Get the file again."
        )
    text = content[ANNOTATION].rstrip(b" \x00\xff").decode("ascii", errors="replace")
    fields = {name: printable(values[0]) for name, values in parse_qs(text).items()}
    low, high = int.from_bytes(content[5:7], "little"), int.from_bytes(content[11:13], "little")
    serial = low | (0 if high == 0xFFFF else high) << 16
    return Header(
        subject=fields.get("_sc") or UNKNOWN,
        placement=fields.get("_p") or UNKNOWN,
        device=f"Axivity {'AX6' if content[4] == AX6 else 'AX3'} {serial}",
        source=path.name,
        utc_offset_s=None,
    )


def _aligned(body: bytes) -> tuple[bytes, BadBlocks]:
    """Return whole sectors back to back, and count what lies between them.

    They lie so in any file of a device; bytes that were lost or added later move what follows.
    """
    whole = body[: len(body) // SECTOR_BYTES * SECTOR_BYTES]
    bad: BadBlocks = Counter()
    heads = np.frombuffer(whole, SECTOR)[["magic", "length"]]
    if not (heads == np.array((SECTOR_MAGIC, SECTOR_BYTES - 4), heads.dtype)).all():
        starts: list[int] = []
        at = body.find(SECTOR_START)
        while 0 <= at <= len(body) - SECTOR_BYTES:
            inside = body.find(SECTOR_START, at + 1, at + SECTOR_BYTES + len(SECTOR_START) - 1)
            # A start inside belongs to the next sector, if this one is damaged.
            if inside < 0 or not _sums(body[at : at + SECTOR_BYTES]).any():
                starts.append(at)
                inside = at + SECTOR_BYTES
            at = (
                inside if body.startswith(SECTOR_START, inside) else body.find(SECTOR_START, inside)
            )
        ends = [0, *(start + SECTOR_BYTES for start in starts)]
        holes = [start - end for start, end in zip([*starts, len(body)], ends, strict=True)]
        rest = holes.pop()
        bad["not a data sector"] += sum(-(-hole // SECTOR_BYTES) for hole in holes)
        bad["not a data sector"] += rest // SECTOR_BYTES
        whole = b"".join(body[start : start + SECTOR_BYTES] for start in starts)
        body = body[len(body) - rest :]
    if len(body) % SECTOR_BYTES:
        bad[CUT_SHORT] += 1
    return whole, +bad


def _sums(body: bytes) -> NDArray[np.uint16]:
    """Return the sum of each whole sector's 16-bit words (n,), 0 in a good one."""
    words = np.frombuffer(body, "<u2").reshape(-1, SECTOR_BYTES // 2)
    return np.asarray(words.sum(axis=1, dtype=np.uint16))


def _good(sectors: Sectors, sums: NDArray[np.uint16]) -> tuple[NDArray[np.bool_], BadBlocks]:
    """Mark the good sectors (n,), and count the others by cause.

    `sums` (n,): the sums of each sector's 16-bit words, 0 in a good one.
    """
    capacity = np.zeros(256, np.uint16)
    capacity[list(CAPACITY)] = list(CAPACITY.values())
    code = sectors["rate"] & 15
    causes = {
        BAD_CHECKSUM: sums != 0,
        "unknown packing": capacity[sectors["packing"]] == 0,
        "unknown rate": code < SLOWEST_CODE,
        "no samples, or too many": (sectors["count"] == 0)
        | (sectors["count"] > capacity[sectors["packing"]]),
        "impossible time": np.isnan(_whole_s(sectors["time"])),
    }
    good = np.ones(len(sectors), np.bool_)
    bad: BadBlocks = Counter()
    for cause, holds in causes.items():
        if count := int((good & holds).sum()):
            bad[cause] = count
        good &= ~holds
    return good, bad


def _rate_hz(code: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the nominal rates (n,) of rate codes (n,)."""
    return np.asarray(3200.0 / (1 << (15 - (code & 15)).astype(np.int64)), np.float64)


def _whole_s(packed: NDArray[np.uint32]) -> NDArray[np.float64]:
    """Unpack time stamps (n,) to wall-clock seconds from 1970; NaN where there is no such time."""
    packed = packed.astype(np.int64)
    year, month, day = packed >> 26 & 63, packed >> 22 & 15, packed >> 17 & 31
    hour, minute, second = packed >> 12 & 31, packed >> 6 & 63, packed & 63
    months = (year + 30) * 12 + np.clip(month, 1, 12) - 1
    first = months.astype("M8[M]").astype("M8[D]")
    length = ((months + 1).astype("M8[M]").astype("M8[D]") - first).astype(np.int64)
    possible = (month >= 1) & (month <= 12) & (day >= 1) & (day <= length)
    possible &= (hour < 24) & (minute < 60) & (second < 60)
    days = first.astype(np.int64) + day - 1
    seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
    return np.where(possible, seconds, np.nan)


def _anchors(sectors: Sectors) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the wall-clock seconds (n,) of each sector's time stamp, and its sample (n,).

    The sample counts from the sector's first and may lie outside of it. Where the top bit of
    `fraction` is set, the rest is a fraction of a second, and `offset` was moved by as much for
    readers that do not know of it.
    """
    has_fraction = sectors["fraction"] >> 15 == 1
    fraction_s = np.where(has_fraction, (sectors["fraction"] & 0x7FFF) / 2**15, 0.0)
    moved = np.floor(fraction_s * np.floor(_rate_hz(sectors["rate"])))
    return _whole_s(sectors["time"]) + fraction_s, sectors["offset"] + moved


def _sector_breaks(sectors: Sectors) -> NDArray[np.bool_]:
    """Mark each sector (n,) that does not continue the one before."""
    time_s, sample = _anchors(sectors)
    count = sectors["count"].astype(np.float64)
    nominal_s = 1 / _rate_hz(sectors["rate"])
    due_s = (count[:-1] - sample[:-1] + sample[1:]) * nominal_s[:-1]
    late_s = np.abs(np.diff(time_s) - due_s)
    breaks = np.zeros(len(sectors), np.bool_)
    # Unsigned: the sequence goes on after its largest number.
    breaks[1:] = sectors["sequence"][1:] - sectors["sequence"][:-1] != 1
    breaks[1:] |= late_s > TOLERANCE * count[:-1] * nominal_s[:-1] + TOLERANCE_S
    for field in (sectors["session"], sectors["rate"], sectors["packing"], sectors["scale"] >> 13):
        breaks[1:] |= field[1:] != field[:-1]
    return breaks


def _recording(sectors: Sectors, header: Header) -> Recording:
    """Decode sectors (n,) that continue each other."""
    time_s, sample = _anchors(sectors)
    count = sectors["count"].astype(np.int64)
    sample += np.cumsum(count) - count
    rate_hz = float(_rate_hz(sectors["rate"][:1])[0])
    if time_s[-1] > time_s[0]:
        measured_hz = float((sample[-1] - sample[0]) / (time_s[-1] - time_s[0]))
        # A few short sectors have too short a span to measure it.
        rate_hz = measured_hz if abs(measured_hz / rate_hz - 1) <= TOLERANCE else rate_hz
    xyz_g = np.empty((int(count.sum()), 3), np.float32)
    filled = 0
    for begin in range(0, len(sectors), CHUNK):
        part = _decode(sectors[begin : begin + CHUNK])
        xyz_g[filled : filled + len(part)] = part
        filled += len(part)
    return Recording(
        xyz_g=xyz_g,
        rate_hz=rate_hz,
        subject=header.subject,
        placement=header.placement,
        start_s=header.start_s(float(time_s[0] - sample[0] / rate_hz)),
        clock=header.clock,
        source=header.source,
    )


def _decode(sectors: Sectors) -> NDArray[np.float32]:
    """Decode sectors of one packing to samples (N, 3) in g."""
    code = int(sectors["packing"][0])
    data = np.ascontiguousarray(sectors["data"])
    if code == PACKED:
        word = data.view("<u4")
        exponent = np.left_shift(1, word >> 30).astype(np.int32)
        axes = [((word << shift).view("<i4") >> 22) * exponent for shift in (22, 12, 2)]
        counts = np.stack(axes, axis=-1)
        counts_per_g = COUNTS_PER_G
    else:
        width, first = UNPACKED[code]
        values = data.view("<i2")[:, : CAPACITY[code] * width]
        counts = values.reshape(len(sectors), -1, width)[:, :, first : first + 3].astype(np.int32)
        counts_per_g = COUNTS_PER_G << int(sectors["scale"][0] >> 13)
    filled = np.arange(CAPACITY[code]) < sectors["count"][:, None]
    xyz = counts.reshape(-1, 3) if filled.all() else counts[filled]
    return (xyz / np.float32(counts_per_g)).astype(np.float32)
