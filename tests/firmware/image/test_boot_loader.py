"""A boot loader that would not start an image is refused by its INFO_UF2.TXT."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists, sampled_from, text, tuples

from edgekit.errors import EdgekitError
from edgekit.firmware.build.board import board, boards
from edgekit.firmware.image.boot_loader import BootLoader, check_starts, read_info
from edgekit.firmware.image.drive import Drive, drives_of
from edgekit.firmware.image.image import Image

XIAO, PICO = board("xiao-nrf52840"), board("pico")
INFO = (
    "UF2 Bootloader {version} lib/nrfx (v2.0.0) lib/tinyusb (0.12.0-145-g9775e7691) "
    "lib/uf2 (remotes/origin/configupdate-9-gadbb8c7)\r\nModel: Seeed XIAO nRF52840\r\n"
    "Board-ID: nRF52840-SeeedXiao-v1\r\nDate: Nov 12 2021\r\nSoftDevice: {soft_device}\r\n"
)
SMALL, LARGE = Image(0x27000, bytes(100)), Image(0x27000, bytes(0xAD001 - 0x27000))
versions = lists(integers(0, 99), min_size=1, max_size=3).map(tuple)


def starts(info: str, image: Image = SMALL) -> bool:
    try:
        check_starts(read_info(info), XIAO, image)
    except EdgekitError as error:
        assert "docs/boards.md" in str(error)  # the cure
        return False
    return True


# As owners of factory-fresh boards report it (forum.seeedstudio.com/t/290812, among others).
SOLD = (
    "UF2 Bootloader 0.6.1 lib/nrfx (v2.0.0) lib/tinyusb (0.10.1-293-gaf8e5a90) "
    "lib/uf2 (remotes/origin/configupdate-9-gadbb8c7)\r\nModel: Seeed XIAO nRF52840\r\n"
    "Board-ID: Seeed_XIAO_nRF52840_Sense\r\nSoftDevice: S140 version 7.3.0\r\nDate: Nov 12 2021\r\n"
)


def test_the_boot_loader_that_the_board_is_sold_with_starts_every_image() -> None:
    assert read_info(SOLD) == BootLoader("Seeed_XIAO_nRF52840_Sense", "S140 7.3.0", (0, 6, 1))
    assert starts(SOLD, SMALL) and starts(SOLD, LARGE)
    assert drives_of(XIAO, [Drive(Path("XIAO-SENSE"), read_info(SOLD))])


def test_a_newer_one_writes_it_in_another_way() -> None:
    info = INFO.format(version="0.6.1", soft_device="S140 7.3.0")
    assert read_info(info) == BootLoader("nRF52840-SeeedXiao-v1", "S140 7.3.0", (0, 6, 1))
    assert starts(info, SMALL) and starts(info, LARGE)


@pytest.mark.parametrize("soft_device", ["not found", "S140 6.1.1", "S132 7.3.0", "S140 70.0.0"])
def test_an_image_behind_another_soft_device_would_never_run(soft_device: str) -> None:
    info = INFO.format(version="0.9.2", soft_device=soft_device)
    assert not starts(info)
    with pytest.raises(
        EdgekitError, match=f"reports SoftDevice {re.escape(soft_device)}: it would"
    ):
        check_starts(read_info(info), XIAO, SMALL)


@given(
    soft_device=tuples(sampled_from(["S140", "S132", "S113"]), integers(0, 12), integers(0, 9)),
    version=versions,
    end=sampled_from(["\r\n", "\n"]),
    between=sampled_from([" ", " version ", "  "]),
)
def test_what_starts_is_s140_7_and_where_the_image_is_long_0_6_1(
    soft_device: tuple[str, int, int], version: tuple[int, ...], end: str, between: str
) -> None:
    name, major, minor = soft_device
    info = INFO.format(
        version=".".join(map(str, version)), soft_device=f"{name}{between}{major}.{minor}.0"
    ).replace("\r\n", end)
    is_right = (name, major) == ("S140", 7)
    assert starts(info, SMALL) == is_right
    assert starts(info, LARGE) == (is_right and (*version, 0, 0) >= (0, 6, 1))


@given(text())
def test_no_text_of_a_drive_is_an_error_to_read(info: str) -> None:
    read = read_info(info)
    if read.soft_device is None:
        assert not starts(info)


@given(cut=integers(0, len(INFO)))
def test_a_text_that_is_cut_off_never_promises_a_start_that_the_whole_denies(cut: int) -> None:
    for soft_device in ("S140 6.1.1", "not found"):
        assert not starts(INFO.format(version="0.9.2", soft_device=soft_device)[:cut])


def test_a_boot_loader_in_rom_needs_no_soft_device() -> None:
    info = "UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n"
    check_starts(read_info(info), PICO, Image(0x1000_0000, bytes(1 << 20)))


def test_only_a_board_with_a_drive_has_needs_of_it() -> None:
    for each in boards():
        if each.uf2_board_id is None:
            needs = each.uf2_labels, each.uf2_soft_device, each.uf2_old_boot_loader
            assert needs == ((), None, None)
        else:
            assert each.uf2_labels
