"""Find the records of a .gt3x's `log.bin`, past damaged ones.

Source: ActiGraph, github.com/actigraph/GT3X-File-Format. A record: 1E, type, seconds (4 bytes),
payload size (2 bytes), payload, and the inverted exclusive-or of all bytes before. Zeros may stand
between records. Little-endian. The seconds are Unix time of the device's local clock.
"""

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .logger import BAD_CHECKSUM, CUT_SHORT, BadBlocks

SEPARATOR = 0x1E
HEAD = struct.Struct("<BBIH")
MOST_KNOWN_TYPE = 0x1F
MOST_SIZES = 16  # of records with samples: a second each, so one or two sizes in a good log

ACTIVITY = 0  # 12-bit samples, y x z
EVENT = 3
PARAMETERS = 21
ACTIVITY2 = 26  # 16-bit samples, x y z


@dataclass(frozen=True)
class Records:
    """The good records, in order of the file."""

    data: NDArray[np.uint8]  # all of log.bin
    type: NDArray[np.int64]  # (n,)
    time_s: NDArray[np.int64]  # (n,)
    begin: NDArray[np.int64]  # (n,) where the payload starts in `data`
    size: NDArray[np.int64]  # (n,) of the payload

    def __len__(self) -> int:
        return len(self.type)

    def payload(self, record: int) -> bytes:
        """Return the payload of one record."""
        begin = self.begin[record]
        return self.data[begin : begin + self.size[record]].tobytes()


def find_records(log: bytes) -> tuple[Records, BadBlocks]:
    """Return the records whose checksum is right, and the damaged places counted by cause.

    After damage the next record is one of a known type with a right checksum, and with another
    record, zeros or the end behind it or a size that such a record had before.
    """
    data = np.frombuffer(log, np.uint8)
    # parity[k] is the exclusive-or of the first k bytes: any checksum costs two look-ups.
    parity = np.zeros(len(log) + 1, np.uint8)
    np.bitwise_xor.accumulate(data, out=parity[1:])
    rows: list[tuple[int, int, int, int]] = []
    bad: BadBlocks = Counter()
    sums, at = parity.data, 0
    known: set[int] = set()  # kinds and sizes of good records with samples
    while at < len(log):
        if log[at] == 0:
            at = _after_zeros(data, at)
            continue
        end = _end(log, at)
        right = end is not None and end <= len(log) and sums[end] ^ sums[at] == 0xFF
        if end is not None and right and not _lies_about_its_size(data, parity, at, end, known):
            _, kind, time_s, size = HEAD.unpack_from(log, at)
            rows.append((kind, time_s, at + HEAD.size, size))
            if kind in (ACTIVITY, ACTIVITY2) and len(known) < MOST_SIZES:
                known.add(kind << 16 | size)
            at = end
            continue
        after = _next_record(data, parity, at + 1, len(log), known)
        if end is None and log[at] != SEPARATOR:
            bad["no record where one was due"] += 1
        else:
            cut = after == len(log) and (end is None or end > len(log))
            bad[CUT_SHORT if cut else BAD_CHECKSUM] += 1
        at = after
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    return Records(data, *columns), bad


def read_parameters(payload: bytes) -> dict[tuple[int, int], int]:
    """Return the values of a parameters record by address space and identifier."""
    whole = payload[: len(payload) // 8 * 8]
    return {(space, name): value for space, name, value in struct.iter_unpack("<HHI", whole)}


def decode_float(value: int) -> float:
    """Decode a parameter's 24-bit fraction and 8-bit exponent, both two's complement."""
    fraction, exponent = value & 0xFFFFFF, value >> 24
    fraction -= (fraction & 0x800000) << 1
    exponent -= (exponent & 0x80) << 1
    return fraction / 2**23 * 2.0**exponent


def _end(log: bytes, at: int) -> int | None:
    """Return where the record at `at` ends by its size; None where no record's head is there."""
    if log[at] != SEPARATOR or at + HEAD.size > len(log):
        return None
    return at + HEAD.size + (log[at + 6] | log[at + 7] << 8) + 1


def _windows(at: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield windows that double, so that a search costs no more than the distance it goes."""
    width = 256
    while at < end:
        yield at, min(at + width, end)
        at, width = at + width, min(2 * width, 1 << 20)


def _after_zeros(data: NDArray[np.uint8], at: int) -> int:
    for begin, end in _windows(at, len(data)):
        other = np.flatnonzero(data[begin:end])
        if len(other):
            return begin + int(other[0])
    return len(data)


def _lies_about_its_size(
    data: NDArray[np.uint8], parity: NDArray[np.uint8], at: int, end: int, known: set[int]
) -> bool:
    """Tell whether a record with a right checksum only seems to end at `end`.

    One in 256 damaged sizes leads to a right checksum by chance: then no record follows, and
    another begins inside.
    """
    if end == len(data) or data[end] in (SEPARATOR, 0):
        return False
    return _next_record(data, parity, at + 1, end, known) < end


def _next_record(
    data: NDArray[np.uint8], parity: NDArray[np.uint8], at: int, stop: int, known: set[int]
) -> int:
    """Return where in [at, stop) the next convincing record starts, else `stop`."""
    length, usual = len(data), np.array(sorted(known), np.int64)
    for begin, until in _windows(at, stop):
        place = begin + np.flatnonzero(data[begin:until] == SEPARATOR)
        place = place[place + HEAD.size < length]
        place = place[data[place + 1] <= MOST_KNOWN_TYPE]
        size = data[place + 6].astype(np.int64) | data[place + 7].astype(np.int64) << 8
        end = place + HEAD.size + size + 1
        place, end = place[end <= length], end[end <= length]
        right = (parity[end] ^ parity[place]) == 0xFF
        behind = data[np.minimum(end, length - 1)]
        code = data[place + 1].astype(np.int64) << 16 | end - place - HEAD.size - 1
        right &= (end == length) | (behind == SEPARATOR) | (behind == 0) | np.isin(code, usual)
        if right.any():
            return int(place[np.argmax(right)])
    return stop
