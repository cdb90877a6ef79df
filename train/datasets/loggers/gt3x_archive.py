"""Unpack one file of a .gt3x zip within bounds, however much the archive claims to hold."""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import EdgekitError

LOCAL_HEADER = struct.Struct("<4s22xHH")  # magic, and the lengths of the name and of the extras
LOCAL_MAGIC = b"PK\x03\x04"
# Noise of a sensor does not compress: real archives are at most 20 times smaller than their files.
MOST_RATIO = 100
ALWAYS_ALLOWED = 64 << 20  # bytes unpacked, at any ratio
MOST_BYTES = 2 << 30  # a month of the largest logs


@dataclass(frozen=True)
class Unpacked:
    content: bytes  # all that could be unpacked
    whole: bool  # it is as long as it should be and has the archive's checksum


def open_archive(content: bytes, path: Path) -> zipfile.ZipFile:
    """Open a zip in memory. Raises EdgekitError where its directory is damaged or missing."""
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError) as error:
        raise EdgekitError(
            f"{path} is a damaged or cut .gt3x (zip): {error}. Get the file again."
        ) from None


def unpack(
    content: bytes,
    archive: zipfile.ZipFile,
    name: str,
    path: Path,
    most_bytes: int = MOST_BYTES,
) -> Unpacked:
    """Unpack the file `name` as far as it is readable; `content` is the whole archive.

    Raises EdgekitError where it claims more than `most_bytes` or MOST_RATIO times its packed size,
    is encrypted, or packed in a way other than a .gt3x's (stored, deflate).
    """
    info = archive.getinfo(name)
    packed = _packed(content, info)
    if info.file_size > most_bytes or info.file_size > max(
        ALWAYS_ALLOWED, MOST_RATIO * len(packed)
    ):
        raise EdgekitError(
            f"{path}: {name} claims {info.file_size:,} bytes, unpacked from {len(packed):,}, which "
            "no logger writes. Get the file again."
        )
    if info.flag_bits & 1:
        raise EdgekitError(f"{path}: {name} is encrypted. Export the file without a password.")
    if info.compress_type == zipfile.ZIP_STORED:
        plain = packed[: info.file_size]
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        plain = _inflate(packed, info.file_size)
    else:
        raise EdgekitError(f"{path}: {name} is packed in an unknown way. Get the file again.")
    whole = len(plain) == info.file_size and zlib.crc32(plain) == info.CRC
    return Unpacked(plain, whole)


def _packed(content: bytes, info: zipfile.ZipInfo) -> bytes:
    """Return the packed bytes; none where the local header is damaged.

    Bytes that were lost or added move the header from where the directory has it.
    """
    start = info.header_offset
    name = info.orig_filename.encode("utf-8", "replace")
    named = start + LOCAL_HEADER.size
    if content[named : named + len(name)] != name or not _is_header(content, start):
        named = content.find(name)
        while named >= 0 and not _is_header(content, named - LOCAL_HEADER.size):
            named = content.find(name, named + 1)
        start = named - LOCAL_HEADER.size
    if named < 0:
        return b""
    try:
        _, name_bytes, extra_bytes = LOCAL_HEADER.unpack_from(content, start)
    except struct.error:
        return b""
    begin = start + LOCAL_HEADER.size + name_bytes + extra_bytes
    return content[begin : begin + info.compress_size]


def _is_header(content: bytes, start: int) -> bool:
    return start >= 0 and content.startswith(LOCAL_MAGIC, start)


def _inflate(packed: bytes, most: int) -> bytes:
    """Unpack a raw deflate stream up to `most` bytes or its first damage."""
    step, left = 1 << 16, most
    parts: list[bytes] = []
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for begin in range(0, len(packed), step):
            rest = packed[begin : begin + step]
            while rest and left > 0:  # with no bound left, zlib would unpack without one
                part = unpacker.decompress(rest, left)
                rest = unpacker.unconsumed_tail
                parts.append(part)
                left -= len(part)
    except zlib.error:
        pass
    return b"".join(parts)
