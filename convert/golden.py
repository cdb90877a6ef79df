"""golden.bin: windows of counts and tflite-micro's exact int8 answers, for firmware to reproduce.

Little-endian, no padding; docs/bundle.md draws the layout. The header binds it to one model.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.spec import AXES

from .runtimes import Int8Logits

MAGIC = b"EDGEGOLD"
VERSION = 2  # 1: int8 windows
HEADER = struct.Struct("<8s5I32s4x")  # 64 bytes


@dataclass(frozen=True)
class Golden:
    """N windows and their answers."""

    counts: NDArray[np.int16]  # (N, window, 3), of 1/256 g
    answers: Int8Logits
    model_sha256: bytes  # of the model.tflite that answered


def golden_bytes(golden: Golden) -> bytes:
    """Return the content of golden.bin."""
    count, window, axes = golden.counts.shape
    header = HEADER.pack(
        MAGIC,
        VERSION,
        count,
        window * axes,
        golden.answers.posture.shape[1],
        golden.answers.placement.shape[1],
        golden.model_sha256,
    )
    blocks = (golden.counts.astype("<i2"), golden.answers.posture, golden.answers.placement)
    return header + b"".join(np.ascontiguousarray(block).tobytes() for block in blocks)


def read_golden(path: Path) -> Golden:
    """Read golden.bin; raises EdgekitError when it is missing, cut short, or of another format."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EdgekitError(
            f"{path} cannot be read: {error.strerror}. Convert the run again."
        ) from None
    try:
        magic, version, count, values, postures, placements, digest = HEADER.unpack_from(data)
        if (magic, version) != (MAGIC, VERSION):
            raise ValueError(f"it begins with {magic!r}, version {version}")
        sizes = (2 * count * values, count * postures, count * placements)
        if len(data) != HEADER.size + sum(sizes):
            raise ValueError(f"{len(data)} bytes instead of {HEADER.size + sum(sizes)}")
        blocks = np.split(np.frombuffer(data, np.int8, offset=HEADER.size), np.cumsum(sizes)[:-1])
        return Golden(
            counts=blocks[0].view("<i2").reshape(count, values // AXES, AXES),
            answers=Int8Logits(
                blocks[1].reshape(count, postures), blocks[2].reshape(count, placements)
            ),
            model_sha256=digest,
        )
    except (struct.error, ValueError) as error:
        raise EdgekitError(
            f"{path} is no golden file of version {VERSION}: {error}. Convert the run again."
        ) from None
