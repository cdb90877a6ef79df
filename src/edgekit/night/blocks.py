"""Raw samples as the rows of a night: packed without loss, a minute of them at most in a row."""

import math
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.spec import AXES

from .events import EventKind
from .night import Event, Packed, Samples

BLOCK_S = 60.0  # of samples in a row of a night
MOST_BYTES = 32 << 20  # of an unpacked row: a minute at 10 kHz has 7 MB
COUNTS, FLOATS = "counts", "floats"

Row = tuple[Any, ...]  # as the table has its columns


def pack(xyz_g: NDArray[np.float32], counts_per_g: int) -> Packed:
    """Code samples (n, 3) in g, in a third of their room.

    'counts': int16, where every sample is a whole number of the sensor's counts; else 'floats',
    float32. Of counts the differences along time are kept; then all low bytes before all high ones,
    deflated.
    """
    xyz_g = np.asarray(xyz_g, "<f4", order="C")
    counts = np.rint(xyz_g * np.float32(counts_per_g))
    words = np.where(np.abs(counts) < 1 << 15, counts, 0).astype(np.int16)
    if _in_g(words, counts_per_g).tobytes() == xyz_g.tobytes():  # to the bit: -0.0 is no count
        steps = np.diff(words, axis=0, prepend=np.zeros((1, AXES), np.int16))
        return Packed(COUNTS, counts_per_g, _deflated(steps.astype("<i2")))
    return Packed(FLOATS, counts_per_g, _deflated(xyz_g))


def unpack(packed: Packed) -> NDArray[np.float32]:
    """Return the samples (n, 3) in g. Raises EdgekitError for bytes that `pack` did not make."""
    try:
        if packed.coding == COUNTS:
            steps = _inflated(packed.data, np.dtype("<i2")).reshape(-1, AXES)
            return _in_g(np.cumsum(steps, axis=0, dtype=np.int16), packed.counts_per_g)
        if packed.coding == FLOATS:
            return _inflated(packed.data, np.dtype("<f4")).reshape(-1, AXES)
    except (zlib.error, ValueError) as error:
        raise EdgekitError(f"a block of samples is damaged: {error}") from None
    raise EdgekitError(
        f"a block of samples is coded as {packed.coding!r}, which this edgekit cannot read"
    )


class HeldSamples:
    """The samples of one run that wait to be written, and what a full disk cost of them."""

    def __init__(self, counts_per_g: int, run: int = 1, last_id: int = 0) -> None:
        """`last_id`: of the last row in the file."""
        self._counts_per_g, self._run, self._last_id = counts_per_g, run, last_id
        self.waiting_s = 0.0  # not written yet
        self._open: list[Samples] = []  # the open block; every flush rewrites its row
        self._whole: list[Row] = []
        self._written_to_s = -math.inf  # the end of the samples that were written
        self._lost_from_s: float | None = None
        self._lost_to_s = 0.0

    def __bool__(self) -> bool:
        return bool(self._open)

    def add(self, samples: Samples) -> None:
        """Take samples that follow those before in time; they may leave a gap."""
        if self._open and not _continues(self._open, samples):
            if self._open[-1].end_s > self._written_to_s:
                self._whole.append(self._row())
            self._last_id += 1
            self._open = []
        self._open.append(samples)
        self.waiting_s += len(samples.xyz_g) / samples.rate_hz

    def rows(self) -> list[Row]:
        """Return the rows to write, each in place of the row with its id."""
        return [*self._whole, self._row()] if self._open else []

    def mark_written(self) -> None:
        """All of `rows` is in the file, and with them the event of `loss`."""
        if self._open:
            self._written_to_s = self._open[-1].end_s
            self._lost_from_s = None
        self._whole.clear()
        self.waiting_s = 0.0

    def drop(self) -> Event | None:
        """Give up the samples that wait; returns an event for the first of a loss."""
        if not self._open:
            return None
        event = None
        if self._lost_from_s is None:
            first_s = self._whole[0][2] if self._whole else self._open[0].start_s
            self._lost_from_s = max(first_s, self._written_to_s)
            event = Event(self._lost_from_s, EventKind.DISK_FULL, EventKind.DISK_FULL.words)
        self._lost_to_s = self._open[-1].end_s
        self._whole.clear()
        self._open = []
        self._last_id += 1  # the row of the block that was open stays as it is
        self.waiting_s = 0.0
        return event

    def loss(self) -> Event | None:
        """Return the gap of all that was dropped, until samples are written again."""
        if self._lost_from_s is None:
            return None
        lost_s = self._lost_to_s - self._lost_from_s
        detail = f"{lost_s:.3f} s of samples not kept: the disk was full"
        return Event(self._lost_from_s, EventKind.GAP, detail)

    def _row(self) -> Row:
        """The open block as the table has its columns."""
        first = self._open[0]
        xyz_g = np.concatenate([part.xyz_g for part in self._open]).astype(np.float32, copy=False)
        packed = first.packed if len(self._open) == 1 else None
        if packed is None or packed.counts_per_g != self._counts_per_g:
            packed = pack(xyz_g, self._counts_per_g)
        times = first.start_s, first.rate_hz, len(xyz_g)
        return self._last_id + 1, self._run, *times, packed.coding, packed.data


def _continues(block: Sequence[Samples], samples: Samples) -> bool:
    """Whether the samples stand where the block's next ones are due, and still fit into it."""
    first, count = block[0], sum(len(part.xyz_g) for part in block)
    due_s = first.start_s + count / first.rate_hz
    return (
        samples.rate_hz == first.rate_hz
        and abs(samples.start_s - due_s) <= 0.1 / first.rate_hz
        and (count + len(samples.xyz_g)) / first.rate_hz <= BLOCK_S
    )


def _in_g(counts: NDArray[np.int16], counts_per_g: int) -> NDArray[np.float32]:
    return np.asarray(counts / np.float32(counts_per_g), np.float32)


def _deflated(words: NDArray[np.generic]) -> bytes:
    by_byte = words.reshape(-1).view(np.uint8).reshape(-1, words.itemsize).T  # (itemsize, n)
    return zlib.compress(by_byte.tobytes(), 6)


def _inflated(data: bytes, kind: np.dtype) -> NDArray:  # type: ignore[type-arg]
    unpacker = zlib.decompressobj()
    words = unpacker.decompress(data, MOST_BYTES)
    if not unpacker.eof:
        raise ValueError("its bytes end too early, or unpack to more than a minute of samples")
    by_byte = np.frombuffer(words, np.uint8).reshape(kind.itemsize, -1)
    return np.ascontiguousarray(by_byte.T).view(kind).reshape(-1)
