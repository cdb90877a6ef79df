"""Write research loggers' files with known samples, as their makers' devices do."""

import io
import struct
import zipfile
from datetime import UTC, datetime
from functools import reduce
from operator import xor

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int16]  # (n, 3)

START_S = int(datetime(2024, 2, 29, 23, 59, 50, tzinfo=UTC).timestamp())  # wall clock
PACKED, UNPACKED, SIX_AXES = 0x30, 0x32, 0x62
CAPACITY = {PACKED: 120, UNPACKED: 80, SIX_AXES: 40}


def some_counts(samples: int, most: int = 511, seed: int = 0) -> Counts:
    """Return counts (samples, 3) of noise over the whole range."""
    random = np.random.default_rng(seed)
    return random.integers(-most - 1, most + 1, (samples, 3)).astype(np.int16)


# Axivity


def cwa_header(annotation: str = "_sc=p7&_p=left+wrist", hardware: int = 0x17) -> bytes:
    head = struct.pack("<2sHBHIH", b"MD", 1020, hardware, 1234, 5, 0xFFFF)
    return head.ljust(64, b"\xff") + annotation.encode().ljust(448) + b"\xff" * 512


def cwa_time(wall_s: int) -> int:
    at = datetime.fromtimestamp(wall_s, UTC)
    day = (at.year - 2000) << 26 | at.month << 22 | at.day << 17
    return day | at.hour << 12 | at.minute << 6 | at.second


def cwa_sector(
    counts: Counts,
    sequence: int,
    start_s: float,
    *,
    packing: int = PACKED,
    rate_code: int = 0x4A,
    scale: int = 0,
    session: int = 5,
    fraction: bool = True,
    exponent: NDArray[np.uint32] | None = None,
) -> bytes:
    """Pack samples from `start_s` on at the nominal rate; `counts` are before the exponent."""
    rate_hz = 3200 / (1 << (15 - (rate_code & 15)))
    if packing == PACKED:
        word = np.zeros(len(counts), np.uint32) if exponent is None else exponent << 30
        for axis in range(3):
            word = word | (counts[:, axis].astype(np.int64) & 0x3FF).astype(np.uint32) << 10 * axis
        data = word.astype("<u4").tobytes()
    elif packing == UNPACKED:
        data = counts.astype("<i2").tobytes()
    else:
        data = np.concatenate([np.full_like(counts, 77), counts], axis=1).astype("<i2").tobytes()
    end_s = start_s + len(counts) / rate_hz
    whole_s, fraction_15 = int(end_s), round((end_s - int(end_s)) * 2**15)
    if fraction and fraction_15 < 2**15:
        offset = len(counts) - int(fraction_15 / 2**15 * int(rate_hz))
        fraction_word = 0x8000 | fraction_15
    else:
        offset, fraction_word = round((whole_s - start_s) * rate_hz), 1234
    head = struct.pack(
        "<2sHHIIIHHBBBBhH",
        b"AX", 508, fraction_word, session, sequence % 2**32, cwa_time(whole_s), scale << 13 | 300,
        200, 0, 180, rate_code, packing, offset, len(counts),
    )  # fmt: skip
    return with_sum((head + data).ljust(510, b"\0"))


def with_sum(sector: bytes) -> bytes:
    """Append the checksum: all 16-bit words of a sector add up to 0."""
    return sector + struct.pack("<H", -sum(struct.unpack("<255H", sector)) % 2**16)


def cwa_sectors(
    counts: Counts, packing: int = PACKED, first: int = 0, **fields: int
) -> list[bytes]:
    """Cut samples at 100 Hz into sectors that continue each other."""
    step = CAPACITY[packing]
    return [
        cwa_sector(
            counts[begin : begin + step],
            first + begin // step,
            START_S + begin / 100,
            packing=packing,
            **fields,
        )
        for begin in range(0, len(counts), step)
    ]


def cwa(counts: Counts, packing: int = PACKED, first: int = 0, **fields: int) -> bytes:
    return cwa_header() + b"".join(cwa_sectors(counts, packing, first, **fields))


# GENEActiv

GAIN, OFFSET = (25875, 25734, 25538), (439, -662, -3056)


def geneactiv_header(zone: str = "GMT +01:00", pages: int = 10, subject: str = "p7") -> bytes:
    lines = [
        "Device Identity", "Device Unique Serial Code:012967", "Device Type:GENEActiv", "",
        "Configuration Info", "Measurement Frequency:100.0 Hz", f"Time Zone:{zone}", "",
        "Subject Info", "Device Location Code:left wrist", f"Subject Code:{subject}", "",
        "Calibration Data",
        *(f"{a} gain:{g}\r\n{a} offset:{o}" for a, g, o in zip("xyz", GAIN, OFFSET, strict=True)),
        "", "Memory Status", f"Number of Pages:{pages}", "", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def geneactiv_page(
    counts: Counts, sequence: int, start_s: float, rate: str = "100.0", time: str | None = None
) -> bytes:
    at = datetime.fromtimestamp(start_s, UTC)
    if time is None:
        time = f"{at:%Y-%m-%d %H:%M:%S}:{at.microsecond // 1000:03d}"
    digits = "".join(
        f"{x & 4095:03X}{y & 4095:03X}{z & 4095:03X}0A1" for x, y, z in counts.tolist()
    )
    lines = [
        "Recorded Data", "Device Unique Serial Code:012967", f"Sequence Number:{sequence}",
        f"Page Time:{time}", "Unassigned:", "Temperature:21.5", "Battery voltage:4.1",
        "Device Status:Recording", f"Measurement Frequency:{rate}", digits, "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def geneactiv_pages(counts: Counts, first: int = 0) -> list[bytes]:
    """Cut samples at 100 Hz into pages that continue each other."""
    return [
        geneactiv_page(counts[begin : begin + 300], first + begin // 300, START_S + begin / 100)
        for begin in range(0, len(counts), 300)
    ]


def geneactiv(counts: Counts) -> bytes:
    return geneactiv_header() + b"".join(geneactiv_pages(counts))


def geneactiv_g(counts: Counts) -> NDArray[np.float64]:
    return np.asarray((counts * 100.0 - OFFSET) / GAIN, np.float64)


# ActiGraph

ACTIVITY, EVENT, PARAMETERS, ACTIVITY2 = 0, 3, 21, 26


def gt3x_record(kind: int, time_s: int, payload: bytes) -> bytes:
    body = struct.pack("<BBIH", 0x1E, kind, time_s, len(payload)) + payload
    return body + bytes([~reduce(xor, body) & 0xFF])


def pack_12_bits(counts: Counts) -> bytes:
    digits = "".join(f"{y & 4095:03x}{x & 4095:03x}{z & 4095:03x}" for x, y, z in counts.tolist())
    return bytes.fromhex(digits + "0" * (len(digits) % 2))


def gt3x_second(counts: Counts, time_s: int, kind: int = ACTIVITY2) -> bytes:
    packed = pack_12_bits(counts) if kind == ACTIVITY else counts.astype("<i2").tobytes()
    return gt3x_record(kind, time_s, packed)


def gt3x_seconds(counts: Counts, rate: int = 30, kind: int = ACTIVITY2) -> list[bytes]:
    return [
        gt3x_second(counts[begin : begin + rate], START_S + begin // rate, kind)
        for begin in range(0, len(counts), rate)
    ]


def gt3x_info(rate: int = 30, zone: str | None = "-05:00:00", **more: str) -> str:
    fields = {
        "Serial Number": "TAS1E47150641",
        "Device Type": "Link",
        "Sample Rate": str(rate),
        "Start Date": str(621_355_968_000_000_000 + START_S * 10_000_000),
        "Acceleration Scale": "256.0",
        "Limb": "Wrist",
        "Side": "Left",
        "Subject Name": "p7",
    }
    if zone is not None:
        fields["TimeZone"] = zone
    fields |= {name.replace("_", " "): value for name, value in more.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)


def gt3x(
    content: bytes,
    name: str = "log.bin",
    info: str | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr(name, content)
        archive.writestr("info.txt", gt3x_info() if info is None else info)
    return buffer.getvalue()
