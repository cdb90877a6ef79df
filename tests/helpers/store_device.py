"""A flash in memory (firmware/tests/store_flash.c) and the store on it."""

import ctypes
import struct
import zlib
from collections.abc import Callable

from hypothesis import strategies as st

from edgekit.firmware.build.toolchain import FOLDER

SOURCES = (FOLDER / "src" / "store.c", FOLDER / "tests" / "store_flash.c")
MARK_WORDS = 15
PAGE_BYTES, HEADER_BYTES, MOST_PAGES = 4096, 20 + 4 * (MARK_WORDS - 1), 8
NEVER = 0xFFFFFFFF
OK, BAD_RECORD, FLASH, FULL = 0, 10, 11, 12  # edgekit_error_t

records = st.binary(min_size=1, max_size=255)


class Flash(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_uint32) for name in ("pages", "steps", "read_bytes", "most_writes")),
        *((name, ctypes.c_uint32) for name in ("bad_page", "bad_word")),
        ("erases", ctypes.c_uint32 * MOST_PAGES),
        ("bytes", ctypes.c_uint8 * (MOST_PAGES * PAGE_BYTES)),
    )


class StoreState(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_uint32) for name in ("first", "next", "newest_first", "damaged")),
        ("damaged_pages", ctypes.c_uint32),
        ("mark", ctypes.c_uint32 * MARK_WORDS),
        *((name, ctypes.c_uint32) for name in ("erased_before", "epoch", "tail")),
        ("fenced", ctypes.c_bool),
        ("to_wipe", ctypes.c_uint32),
        ("tried_epoch", ctypes.c_uint32),
        ("is_blank", ctypes.c_bool),
    )


class Device:
    """A flash and the store on it."""

    def __init__(self, library: ctypes.CDLL, pages: int) -> None:
        self.library = library
        self.flash = Flash.in_dll(library, "flash")
        self.state = StoreState()
        library.flash_blank(pages)
        assert self.open() == OK

    def open(self) -> int:
        error: int = self.library.store_open(ctypes.byref(self.state))
        return error

    def append(self, record: bytes) -> int:
        error: int = self.library.store_append(ctypes.byref(self.state), record, len(record))
        return error

    def fill(self, turns: float, record_bytes: int = 40) -> list[bytes]:
        """Distinct records until so many turns of the ring are full."""
        written: list[bytes] = []
        while self.state.epoch == NEVER or self.state.epoch < turns * self.flash.pages:
            written.append(len(written).to_bytes(4, "little") * (record_bytes // 4))
            assert self.append(written[-1]) == OK
        return written

    def erase(self) -> int:
        error: int = self.library.store_erase(ctypes.byref(self.state))
        return error

    def wants_page(self) -> bool:
        return bool(self.library.store_wants_page(ctypes.byref(self.state)))

    def prepare(self) -> int:
        """Erase the page that comes next."""
        error: int = self.library.store_prepare(ctypes.byref(self.state))
        return error

    def wipe(self) -> int:
        """One step of it."""
        error: int = self.library.store_wipe(ctypes.byref(self.state))
        return error

    def read(self, sequence: int, capacity: int = 255) -> bytes | int:
        """The record, or the error."""
        record, count = ctypes.create_string_buffer(255), ctypes.c_uint32()
        error: int = self.library.store_read(
            ctypes.byref(self.state), sequence, record, capacity, ctypes.byref(count)
        )
        assert (count.value > 0) == (error == OK)
        return record.raw[: count.value] if error == OK else error

    def kept(self) -> list[bytes | int]:
        return [self.read(sequence) for sequence in range(self.state.first, self.state.next)]

    def turn_bit(self, bit: int) -> None:
        self.flash.bytes[bit // 8] ^= 1 << bit % 8

    def started_pages(self) -> list[int]:
        """The pages of the newest turn that begin with something."""
        starts = range(0, self.flash.pages * PAGE_BYTES, PAGE_BYTES)
        return [at // PAGE_BYTES for at in starts if self.flash.bytes[at] != 0xFF]

    def erases(self) -> list[int]:
        return list(self.flash.erases[: self.flash.pages])


Make = Callable[[int], Device]


def extent(record: bytes) -> int:
    return 8 + -(-len(record) // 4) * 4


def header(epoch: int, first_sequence: int) -> bytes:
    """As store_page.h describes it."""
    fields = struct.pack(f"<3I{4 * MARK_WORDS}x", epoch, first_sequence, 0)
    return fields + struct.pack("<I", zlib.crc32(fields))


def in_flash(record: bytes, offset: int, sequence: int) -> bytes:
    """As store_record.h describes it."""
    count = len(record)
    crc = zlib.crc32(struct.pack("<III", offset, sequence, count) + record)
    start = struct.pack("<BBH", count, count ^ 0xFF, sequence & 0xFFFF)
    return start + record + b"\xff" * (-count % 4) + struct.pack("<I", crc)
