"""UF2 files: as the specification has them, and the image again when read."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.errors import EdgekitError
from edgekit.firmware.build.board import PAGE_BYTES, board
from edgekit.firmware.image.flash import checked
from edgekit.firmware.image.image import Image, boot2_crc32, place, with_boot2_checksum
from edgekit.firmware.image.uf2 import BLOCK_BYTES, read_uf2, write_uf2

NRF52840 = 0xADA52840
# The boot loader (its settings lie behind it), or the flash's end.
NOT_OURS = {"xiao-nrf52840": 0xF4000, "pico": 0x10200000, "pico2": 0x103FF000}
images = st.builds(
    Image,
    origin=st.integers(0, 0x2FFFFFFF),
    data=st.binary(min_size=1, max_size=3000),
)


def test_a_block_is_as_the_specification_has_it() -> None:
    block = write_uf2(Image(0x27000, bytes(range(200))), NRF52840)
    assert len(block) == 512
    assert block[:4] == b"UF2\n"
    words = struct.unpack("<8I", block[:32])
    assert words == (0x0A324655, 0x9E5D5157, 0x2000, 0x27000, 256, 0, 1, NRF52840)
    assert block[32:232] == bytes(range(200))
    assert not any(block[232:508])
    assert struct.unpack("<I", block[508:]) == (0x0AB16F30,)


@given(image=images, family=st.integers(0, 0xFFFFFFFF))
def test_what_is_written_is_read_again(image: Image, family: int) -> None:
    read = read_uf2(write_uf2(image, family))
    before = image.origin - read.image.origin
    assert read.family_id == family
    assert read.image.origin % 256 == 0 and len(read.image.data) % 256 == 0
    assert 0 <= before < 256
    assert read.image.data[before:][: len(image.data)] == image.data
    assert not any(read.image.data[:before])
    assert not any(read.image.data[before + len(image.data) :])


@given(image=images, data=st.data())
def test_blocks_may_come_in_any_order(image: Image, data: st.DataObject) -> None:
    file = write_uf2(image, NRF52840)
    blocks = [file[at : at + BLOCK_BYTES] for at in range(0, len(file), BLOCK_BYTES)]
    shuffled = data.draw(st.permutations(blocks))
    assert read_uf2(b"".join(shuffled)) == read_uf2(file)


@given(image=images, data=st.data())
def test_a_cut_file_is_refused(image: Image, data: st.DataObject) -> None:
    file = write_uf2(image, NRF52840)
    length = data.draw(st.integers(0, len(file) - 1))
    with pytest.raises(EdgekitError, match="cut"):
        read_uf2(file[:length])


@pytest.mark.parametrize("at", [0, 4, 508])
def test_a_damaged_block_is_refused(at: int) -> None:
    file = bytearray(write_uf2(Image(0, bytes(600)), NRF52840))
    file[512 + at] ^= 1
    with pytest.raises(EdgekitError, match="block 1 is damaged"):
        read_uf2(bytes(file))


def test_a_block_that_comes_twice_is_refused() -> None:
    file = write_uf2(Image(0, bytes(600)), NRF52840)
    with pytest.raises(EdgekitError, match="twice"):
        read_uf2(file + file[:512])


def test_blocks_for_two_families_are_refused() -> None:
    file = bytearray(write_uf2(Image(0, bytes(600)), NRF52840))
    file[28] ^= 1
    with pytest.raises(EdgekitError, match="families"):
        read_uf2(bytes(file))


def test_overlapping_and_far_pieces_are_no_image() -> None:
    assert place([(8, b"cd"), (4, b"ab")]) == Image(4, b"ab\xff\xffcd")
    with pytest.raises(EdgekitError, match="two sections"):
        place([(4, b"abcd"), (6, b"x")])
    with pytest.raises(EdgekitError, match="far apart"):
        place([(0, b"a"), (1 << 31, b"b")])


def test_intel_hex_is_as_its_specification_has_it() -> None:
    lines = Image(0x2FFF8, bytes(range(16))).as_hex().splitlines()
    assert lines == [
        ":020000040002F8",
        ":08FFF8000001020304050607E5",
        ":020000040003F7",
        ":0800000008090A0B0C0D0E0F9C",
        ":00000001FF",
    ]


def test_the_second_stage_ends_with_its_checksum() -> None:
    assert boot2_crc32(b"123456789") == 0x0376E6E7  # CRC-32/MPEG-2's check value
    image = with_boot2_checksum(Image(0x10000000, bytes(range(256)) + b"rest"), 256)
    assert image.data[:252] == bytes(range(252))
    assert int.from_bytes(image.data[252:256], "little") == boot2_crc32(bytes(range(252)))
    assert image.data[256:] == b"rest"


@pytest.mark.parametrize("name", ["xiao-nrf52840", "pico", "pico2"])
def test_the_largest_image_leaves_the_records_and_what_is_not_ours_alone(name: str) -> None:
    described = board(name)
    assert described.flash and described.records and described.uf2_family_id
    file = write_uf2(
        Image(described.flash.origin, bytes(described.flash.bytes)), described.uf2_family_id
    )
    starts = [struct.unpack_from("<I", file, at + 12)[0] for at in range(0, len(file), BLOCK_BYTES)]
    erased = {start // PAGE_BYTES for start in starts}  # each page that a block lies in
    first, end = described.records.origin // PAGE_BYTES, described.records.end // PAGE_BYTES
    assert not erased & set(range(first, end))
    assert min(starts) == described.flash.origin
    assert described.records.end <= NOT_OURS[name]


def test_the_pico2s_records_end_before_the_page_that_others_files_write() -> None:
    """picotool's first block, against RP2350-E10, is for 0x10ffff00: the last page of 4 MiB."""
    records = board("pico2").records
    assert records is not None
    last_page = 0x10000000 + 0x00FFFF00 % (4 << 20)
    assert not records.holds(last_page, 256)


@pytest.mark.parametrize("name", ["xiao-nrf52840", "pico", "pico2"])
def test_an_image_a_byte_too_large_is_refused(name: str) -> None:
    described = board(name)
    assert described.flash and described.uf2_family_id
    largest = Image(described.flash.origin, bytes(described.flash.bytes))
    family = described.uf2_family_id
    assert checked(read_uf2(write_uf2(largest, family)), described, "it") == largest
    larger = Image(largest.origin, largest.data + b"\0")
    with pytest.raises(EdgekitError, match="outside of the flash"):
        checked(read_uf2(write_uf2(larger, family)), described, "it")
