"""An image: the bytes that go into flash, read from an ELF file; written as Intel hex."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import Symbol, SymbolTableSection

from edgekit.errors import EdgekitError

ERASED = 0xFF
HEX_BYTES_PER_LINE = 16
MOST_BYTES = 32 << 20  # beyond any flash here: such an image is a mistake


@dataclass(frozen=True)
class Image:
    """Bytes from the address `origin` on; those that no section fills are as erased flash."""

    origin: int
    data: bytes

    @property
    def end(self) -> int:
        return self.origin + len(self.data)

    def as_hex(self) -> str:
        return "".join(f"{line}\n" for line in _hex_lines(self))


def load_elf(path: Path) -> Image:
    """Read what a loader writes into flash: the sections' bytes at their load addresses.

    Raises EdgekitError for a file that is no ELF file.
    """
    try:
        with path.open("rb") as file:
            return place(_sections(ELFFile(file)))
    except ELFError as error:
        raise EdgekitError(f"{path} is no ELF file: {error}") from None


def symbols(elf: ELFFile) -> Iterator[Symbol]:
    """Yield a file's symbols; none where it has no table, as a source may be empty for a core."""
    table = elf.get_section_by_name(".symtab")
    if isinstance(table, SymbolTableSection):
        yield from table.iter_symbols()


def place(pieces: Iterable[tuple[int, bytes]]) -> Image:
    """Join pieces (address, bytes) to one image; raises EdgekitError where they overlap."""
    ordered = sorted((at, data) for at, data in pieces if data)
    if not ordered:
        raise EdgekitError("the image is empty")
    origin, whole = ordered[0][0], bytearray()
    for at, data in ordered:
        gap = at - origin - len(whole)
        if gap < 0:
            raise EdgekitError(f"two sections of the image lie at {at:#x}")
        if gap > MOST_BYTES:
            raise EdgekitError(f"sections of the image lie far apart, at {origin:#x} and {at:#x}")
        whole += bytes([ERASED]) * gap + data
    return Image(origin, bytes(whole))


def with_boot2_checksum(image: Image, boot2_bytes: int) -> Image:
    """Set the last word of the RP2040's second stage to its CRC-32, without which the boot ROM does
    not start it (data sheet, 2.8.1.3.1: polynomial 0x04C11DB7 from all ones, not reflected).
    """
    body = image.data[: boot2_bytes - 4]
    checksum = boot2_crc32(body).to_bytes(4, "little")
    return Image(image.origin, body + checksum + image.data[boot2_bytes:])


def boot2_crc32(data: bytes) -> int:
    """Return that CRC-32, by zlib's, which reads bytes and returns sums with reversed bits."""
    return _reversed(~zlib.crc32(data.translate(_REVERSED_BYTES)) & 0xFFFFFFFF, 32)


def _reversed(value: int, bits: int) -> int:
    return int(f"{value:0{bits}b}"[::-1], 2)


_REVERSED_BYTES = bytes(_reversed(byte, 8) for byte in range(256))


def _sections(elf: ELFFile) -> Iterable[tuple[int, bytes]]:
    segments = [s for s in elf.iter_segments() if s["p_type"] == "PT_LOAD"]
    for section in elf.iter_sections():
        if section["sh_flags"] & SH_FLAGS.SHF_ALLOC and section["sh_type"] != "SHT_NOBITS":
            at = section["sh_addr"]
            for segment in segments:
                if segment.section_in_segment(section):
                    at += segment["p_paddr"] - segment["p_vaddr"]
                    break
            yield at, section.data()


def _hex_lines(image: Image) -> Iterable[str]:
    high = None
    at = image.origin
    while at < image.end:
        if at >> 16 != high:
            high = at >> 16
            yield _hex_record(0, 4, high.to_bytes(2, "big"))
        until = min(at + HEX_BYTES_PER_LINE - at % HEX_BYTES_PER_LINE, image.end)
        yield _hex_record(at & 0xFFFF, 0, image.data[at - image.origin : until - image.origin])
        at = until
    yield _hex_record(0, 1, b"")


def _hex_record(at: int, kind: int, data: bytes) -> str:
    body = bytes([len(data)]) + at.to_bytes(2, "big") + bytes([kind]) + data
    return ":" + (body + bytes([-sum(body) & 0xFF])).hex().upper()
