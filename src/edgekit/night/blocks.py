"""Raw samples as bytes: a minute of them in a third of the room, and not a bit lost."""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.spec import ADXL345_COUNTS_PER_G, AXES

from .night import Samples

BLOCK_S = 60.0  # of samples in a row of a night
COUNTS, FLOATS = "counts", "floats"


def pack(xyz_g: NDArray[np.float32]) -> tuple[str, bytes]:
    """Samples (n, 3) as (coding, bytes).

    'counts': the int16 counts of 1/256 g that an ADXL345 reads, where every sample is one; else
    'floats', float32. Of counts the differences along time are kept; then all low bytes before all
    high ones, deflated.
    """
    xyz_g = np.asarray(xyz_g, "<f4", order="C")
    counts = np.rint(xyz_g * np.float32(ADXL345_COUNTS_PER_G))
    words = np.where(np.abs(counts) < 1 << 15, counts, 0).astype(np.int16)
    if _in_g(words).tobytes() == xyz_g.tobytes():  # to the bit: -0.0 and NaN are no counts
        steps = np.diff(words, axis=0, prepend=np.zeros((1, AXES), np.int16))
        return COUNTS, _deflated(steps.astype("<i2"))
    return FLOATS, _deflated(xyz_g)


def unpack(coding: str, packed: bytes) -> NDArray[np.float32]:
    """Samples (n, 3) in g. Raises EdgekitError for bytes that `pack` did not make."""
    try:
        if coding == COUNTS:
            steps = _inflated(packed, np.dtype("<i2")).reshape(-1, AXES)
            return _in_g(np.cumsum(steps, axis=0, dtype=np.int16))
        if coding == FLOATS:
            return _inflated(packed, np.dtype("<f4")).reshape(-1, AXES)
    except (zlib.error, ValueError) as error:
        raise EdgekitError(f"a block of samples is damaged: {error}") from None
    raise EdgekitError(f"a block of samples is coded as {coding!r}, which this edgekit cannot read")


def continues(block: Sequence[Samples], samples: Samples) -> bool:
    """Whether the samples stand where the block says that its next ones would."""
    first, count = block[0], sum(len(part.xyz_g) for part in block)
    due_s = first.start_s + count / first.rate_hz
    return (
        samples.rate_hz == first.rate_hz
        and abs(samples.start_s - due_s) <= 0.1 / first.rate_hz
        and (count + len(samples.xyz_g)) / first.rate_hz <= BLOCK_S
    )


def end_s(block: Sequence[Samples]) -> float:
    return block[-1].start_s + len(block[-1].xyz_g) / block[-1].rate_hz


def packed(block: Sequence[Samples]) -> tuple[float, float, int, str, bytes]:
    """The block's start, rate, count, coding and bytes: what a night's row holds."""
    xyz_g = np.concatenate([part.xyz_g for part in block]).astype(np.float32, copy=False)
    copied = block[0].packed if len(block) == 1 else None
    return block[0].start_s, block[0].rate_hz, len(xyz_g), *(copied or pack(xyz_g))


def _in_g(counts: NDArray[np.int16]) -> NDArray[np.float32]:
    return np.asarray(counts / np.float32(ADXL345_COUNTS_PER_G), np.float32)


def _deflated(words: NDArray[np.generic]) -> bytes:
    by_byte = words.reshape(-1).view(np.uint8).reshape(-1, words.itemsize).T  # (itemsize, n)
    return zlib.compress(by_byte.tobytes(), 6)


def _inflated(packed: bytes, kind: np.dtype) -> NDArray:  # type: ignore[type-arg]
    by_byte = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(kind.itemsize, -1)
    return np.ascontiguousarray(by_byte.T).view(kind).reshape(-1)
