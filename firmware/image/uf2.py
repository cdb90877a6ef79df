"""UF2: an image in blocks of 512 bytes, each with its address, as boot loaders' drives read it.

The format: github.com/microsoft/uf2. Each block stands alone, so that a drive may be written in
any order; a boot loader starts the image only after it has every block.
"""

import struct
from dataclasses import dataclass

from edgekit.errors import EdgekitError

from .image import Image, place

BLOCK_BYTES = 512
PAYLOAD_BYTES = 256
MAGIC_START = (0x0A324655, 0x9E5D5157)  # "UF2\n", and a number picked at random
MAGIC_END = 0x0AB16F30
NOT_MAIN_FLASH = 0x00000001
FAMILY_ID_PRESENT = 0x00002000

_HEAD = struct.Struct("<8I")
_TAIL = struct.Struct("<I")
_DATA_BYTES = BLOCK_BYTES - _HEAD.size - _TAIL.size  # 476, of which a block uses 256


@dataclass(frozen=True)
class Uf2:
    image: Image
    family_id: int | None


def write_uf2(image: Image, family_id: int) -> bytes:
    """Return blocks of 256 bytes at multiples of 256, both ends filled with zeros."""
    before = image.origin % PAYLOAD_BYTES
    data = bytes(before) + image.data
    data += bytes(-len(data) % PAYLOAD_BYTES)
    count = len(data) // PAYLOAD_BYTES
    return b"".join(
        _HEAD.pack(
            *MAGIC_START,
            FAMILY_ID_PRESENT,
            image.origin - before + number * PAYLOAD_BYTES,
            PAYLOAD_BYTES,
            number,
            count,
            family_id,
        )
        + data[number * PAYLOAD_BYTES : (number + 1) * PAYLOAD_BYTES].ljust(_DATA_BYTES, b"\0")
        + _TAIL.pack(MAGIC_END)
        for number in range(count)
    )


def read_uf2(data: bytes) -> Uf2:
    """Read blocks; raises EdgekitError for no UF2 file, a cut or damaged one, a missing block."""
    if not data or len(data) % BLOCK_BYTES:
        raise EdgekitError(
            f"a UF2 file is a whole number of blocks of {BLOCK_BYTES} bytes, not {len(data):,} "
            "bytes: it was cut, or is of another kind"
        )
    pieces: dict[int, tuple[int, bytes]] = {}
    families: set[int | None] = set()
    counts: set[int] = set()
    for start in range(0, len(data), BLOCK_BYTES):
        block = data[start : start + BLOCK_BYTES]
        magic0, magic1, flags, at, size, number, count, family = _HEAD.unpack_from(block)
        (end,) = _TAIL.unpack_from(block, BLOCK_BYTES - _TAIL.size)
        if (magic0, magic1, end) != (*MAGIC_START, MAGIC_END) or size > _DATA_BYTES:
            raise EdgekitError(f"block {start // BLOCK_BYTES} is damaged, or this is no UF2 file")
        if flags & NOT_MAIN_FLASH:
            continue
        if number >= count or number in pieces:
            raise EdgekitError(f"block {number} of {count} comes twice, or is beyond the last")
        pieces[number] = (at, block[_HEAD.size : _HEAD.size + size])
        families.add(family if flags & FAMILY_ID_PRESENT else None)
        counts.add(count)
    if counts != {len(pieces)}:
        wanted = max(counts, default=0)
        raise EdgekitError(f"it holds {len(pieces)} of {wanted} blocks: the file was cut")
    if len(families) != 1:
        raise EdgekitError("its blocks are for different families of chips")
    return Uf2(place(pieces.values()), families.pop())
