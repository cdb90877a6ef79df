"""The record store against a list, on a flash in memory (firmware/tests/store_flash.c)."""

import ctypes
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.firmware.toolchain import FOLDER

SOURCES = (FOLDER / "src" / "store.c", FOLDER / "tests" / "store_flash.c")
PAGE_BYTES, HEADER_BYTES, MOST_PAGES = 4096, 16, 8
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
        *((name, ctypes.c_uint32) for name in ("first", "next", "damaged")),
        *((name, ctypes.c_uint32) for name in ("erased_before", "epoch", "tail")),
        ("fenced", ctypes.c_bool),
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

    def erases(self) -> list[int]:
        return list(self.flash.erases[: self.flash.pages])


Make = Callable[[int], Device]


@pytest.fixture(scope="module")
def device(c_library: Callable[..., ctypes.CDLL]) -> Make:
    library = c_library(*SOURCES)
    return lambda pages: Device(library, pages)


def extent(record: bytes) -> int:
    return 8 + -(-len(record) // 4) * 4


def header(epoch: int, first_sequence: int) -> bytes:
    """As store_page.h describes it."""
    fields = struct.pack("<III", epoch, first_sequence, 0)
    return fields + struct.pack("<I", zlib.crc32(fields))


def in_flash(record: bytes, offset: int, sequence: int) -> bytes:
    """As store_record.h describes it."""
    count = len(record)
    crc = zlib.crc32(struct.pack("<III", offset, sequence, count) + record)
    start = struct.pack("<BBH", count, count ^ 0xFF, sequence & 0xFFFF)
    return start + record + b"\xff" * (-count % 4) + struct.pack("<I", crc)


@given(
    pages=st.integers(2, 4),
    operations=st.lists(
        st.one_of(
            st.lists(records, min_size=1, max_size=40), st.sampled_from(["erase", "open anew"])
        ),
        max_size=12,
    ),
)
def test_a_store_is_a_list_that_forgets_its_oldest(
    device: Make, pages: int, operations: list[list[bytes] | str]
) -> None:
    store = device(pages)
    written: list[bytes] = []
    erased = 0
    for operation in operations:
        if operation == "erase":
            assert store.erase() == OK
            erased = len(written)
        elif operation == "open anew":
            assert store.open() == OK
        else:
            for record in operation:
                assert store.append(record) == OK
                written.append(record)
        first = store.state.first
        assert store.state.next == len(written)
        assert erased <= first
        assert store.kept() == written[first:]
        assert store.state.damaged == 0
    assert store.flash.most_writes <= 1


def test_all_but_one_page_of_records_are_kept(device: Make) -> None:
    store = device(4)
    store.fill(turns=2.5)
    kept_bytes = sum(extent(record) for record in store.kept() if isinstance(record, bytes))
    assert kept_bytes > 3 * (PAGE_BYTES - HEADER_BYTES - extent(bytes(40)))


@given(sizes=st.lists(st.integers(1, 255), min_size=1, max_size=9))
def test_every_page_is_erased_as_often_as_another(device: Make, sizes: list[int]) -> None:
    store = device(5)
    for turn in range(300):
        assert store.append(bytes(sizes[turn % len(sizes)])) == OK
        if turn % 50 == 49:
            assert store.erase() == OK
    assert max(store.erases()) - min(store.erases()) <= 1


def test_opening_reads_the_headers_and_one_page(device: Make) -> None:
    store = device(MOST_PAGES)
    store.fill(turns=1.4)
    store.flash.read_bytes = 0
    assert store.open() == OK
    assert store.flash.read_bytes < PAGE_BYTES + 2 * MOST_PAGES * HEADER_BYTES


@given(bits=st.lists(st.integers(0, 3 * PAGE_BYTES * 8 - 1), max_size=60), filled=st.floats(0, 2))
def test_turned_bits_never_alter_a_record(device: Make, bits: list[int], filled: float) -> None:
    store = device(3)
    written = store.fill(turns=filled)
    for bit in bits:
        store.turn_bit(bit)
    assert store.open() == OK
    for sequence in range(store.state.first, store.state.next):
        assert store.read(sequence) in (written[sequence], BAD_RECORD)
    next_one = store.state.next
    assert store.append(b"one more") == OK
    assert store.read(next_one) == b"one more"


@given(bit=st.integers(HEADER_BYTES * 8, PAGE_BYTES * 8 - 1))
def test_a_turned_bit_costs_one_record_at_most(device: Make, bit: int) -> None:
    store = device(3)
    written = store.fill(turns=0.6)
    store.turn_bit(bit)
    assert store.open() == OK
    kept = store.kept()
    assert kept.count(BAD_RECORD) <= 1
    assert all(one in (BAD_RECORD, record) for one, record in zip(kept, written, strict=True))


def test_damaged_records_of_the_newest_page_are_counted(device: Make) -> None:
    store = device(2)
    for _ in range(10):
        assert store.append(b"a record") == OK
    for record in (2, 3, 7):
        store.turn_bit((HEADER_BYTES + record * extent(b"a record") + 5) * 8)
    assert store.open() == OK
    assert store.state.damaged == 3
    assert store.kept() == [BAD_RECORD if i in (2, 3, 7) else b"a record" for i in range(10)]


def test_a_record_inside_a_record_is_not_taken_for_one(device: Make) -> None:
    store = device(2)
    assert store.append(b"inner") == OK
    image = bytes(store.flash.bytes[HEADER_BYTES : HEADER_BYTES + extent(b"inner")])
    store = device(2)
    assert store.append(image) == OK
    assert store.append(b"next") == OK
    store.turn_bit(HEADER_BYTES * 8)
    assert store.open() == OK
    assert store.kept() == [BAD_RECORD, b"next"]


@given(contents=st.binary(max_size=2 * PAGE_BYTES))
def test_any_flash_can_be_appended_to(device: Make, contents: bytes) -> None:
    store = device(2)
    store.flash.bytes[: len(contents)] = contents
    assert store.open() == OK
    for record in (b"one", b"two", bytes(255)):
        assert store.append(record) == OK
    assert store.kept()[-3:] == [b"one", b"two", bytes(255)]


def test_erasing_forgets_all_and_numbers_go_on(device: Make) -> None:
    store = device(4)
    written = store.fill(turns=1.2)
    erases = sum(store.erases())
    assert store.erase() == OK
    assert store.append(b"after") == OK
    assert store.open() == OK
    assert (store.state.first, store.state.next) == (len(written), len(written) + 1)
    assert store.read(len(written) - 1) == BAD_RECORD
    assert store.kept() == [b"after"]
    assert sum(store.erases()) == erases + 1


def test_a_page_that_cannot_be_erased_is_passed_over(device: Make) -> None:
    store = device(4)
    store.flash.bad_page = 2
    written = store.fill(turns=2)
    assert store.kept() == written[store.state.first :]
    assert store.open() == OK
    assert store.kept() == written[store.state.first :]
    assert store.erases()[2] == 0


@pytest.mark.parametrize("word", [4, 32, 500])
def test_a_word_that_cannot_be_written_is_passed_over(device: Make, word: int) -> None:
    store = device(3)
    store.flash.bad_word = PAGE_BYTES + word * 4
    written = store.fill(turns=1.5)
    assert store.kept() == written[store.state.first :]
    assert store.open() == OK
    assert store.kept() == written[store.state.first :]


def test_a_flash_that_fails_is_told_and_keeps_what_it_can(device: Make) -> None:
    store = device(MOST_PAGES)
    written = store.fill(turns=1.3)
    store.library.flash_power_on(0, 1)
    for _ in range(200):
        assert store.append(b"lost") == FLASH
    store.library.flash_power_on(NEVER, 1)
    assert store.kept() == written[store.state.first :]
    assert store.state.next - store.state.first > 4 * (PAGE_BYTES // 48)
    assert store.append(b"kept") == OK


def test_what_is_no_record_is_refused(device: Make) -> None:
    store = device(2)
    assert store.append(b"") == BAD_RECORD
    assert store.append(bytes(256)) == BAD_RECORD
    assert store.append(bytes(255)) == OK
    assert store.read(0, capacity=254) == FULL
    assert store.read(1) == BAD_RECORD


@given(st.lists(records, min_size=1, max_size=15))
def test_a_page_holds_what_is_described(device: Make, written: list[bytes]) -> None:
    store = device(2)
    page = header(epoch=0, first_sequence=0)
    for sequence, record in enumerate(written):
        assert store.append(record) == OK
        page += in_flash(record, len(page), sequence)
    assert bytes(store.flash.bytes[: len(page)]) == page


def test_numbers_are_not_used_again_after_the_last(device: Make) -> None:
    store = device(2)
    page = header(epoch=0, first_sequence=NEVER - 1)
    page += in_flash(b"the last", len(page), NEVER - 1)
    page += in_flash(b"no more", len(page), 0)
    store.flash.bytes[: len(page)] = page
    assert store.open() == OK
    assert store.kept() == [b"the last"]
    assert store.append(b"no more") == FULL


def test_one_page_is_no_ring(device: Make) -> None:
    store = device(2)
    store.flash.pages = 1
    assert store.open() == FULL


def test_a_power_cut_at_any_step_leaves_the_records_before_it(
    c_program: Callable[..., Path],
) -> None:
    program = c_program(FOLDER / "tests" / "store_power_cut.c", *SOURCES)
    done = subprocess.run([program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) > 10_000  # cuts


def test_the_store_survives_fuzzing(device: Make, fuzz: Callable[..., str], tmp_path: Path) -> None:
    full = device(2)
    full.fill(turns=1.7)
    seeds = [tmp_path / "operations", tmp_path / "image"]
    seeds[0].write_bytes(b"\1" + b"\4\x50\5\x90\0\0\6\xfe\2\7" * 12)
    image = bytes(full.flash.bytes[: 2 * PAGE_BYTES])
    seeds[1].write_bytes(b"\0" + b"\0\0\4\x40\3\x21\2\x11\0\0\xff" + image)
    told = fuzz(FOLDER / "tests" / "fuzz_store.c", *SOURCES, iterations=2500, seeds=seeds)
    assert int(told.split()[0]) >= 2500
