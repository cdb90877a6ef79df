"""Flashing: the right drive or none, whole or not at all, and said before it is done."""

import errno
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.errors import EdgekitError
from edgekit.firmware.build.board import Board, Memory, board
from edgekit.firmware.image import flash
from edgekit.firmware.image.drive import (
    Drive,
    drive_at,
    find_drives,
    folders_under,
    mount_roots,
    the_drive,
)
from edgekit.firmware.image.image import Image
from edgekit.firmware.image.uf2 import read_uf2, write_uf2

INFO = "UF2 Bootloader v2.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: {}\r\n"
RP2 = "RPI-RP2"


@pytest.fixture
def pico() -> Board:
    """A board with a drive and a probe."""
    return replace(
        board("emulated"),
        name="pico",
        title="Raspberry Pi Pico",
        flash=Memory(0x10000000, 1 << 20),
        uf2_family_id=0xE48BFF56,
        uf2_board_id="RPI-RP2",
        pyocd_target="rp2040",
    )


@pytest.fixture
def image(pico: Board) -> Image:
    assert pico.flash is not None
    return Image(pico.flash.origin, os.urandom(300_000))


def mounted(folder: Path, board_id: str) -> Drive:
    folder.mkdir(parents=True)
    (folder / "INFO_UF2.TXT").write_text(INFO.format(board_id))
    drive = drive_at(folder)
    assert drive is not None
    return drive


def test_a_drive_is_found_by_what_it_says_of_itself(tmp_path: Path, pico: Board) -> None:
    mounted(tmp_path / "anna" / "RPI-RP2", RP2)
    mounted(tmp_path / "anna" / "XIAO", "nRF52840-SeeedXiao-v1")
    (tmp_path / "anna" / "STICK").mkdir()
    drives = find_drives(folders_under([tmp_path / "anna", tmp_path / "anna", tmp_path / "nobody"]))
    assert [drive.board_id for drive in drives] == [RP2, "nRF52840-SeeedXiao-v1"]
    assert the_drive(pico, drives).folder.name == "RPI-RP2"


def test_a_user_without_a_name_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert Path("/media") in mount_roots()


def test_no_drive_tells_how_to_get_one(pico: Board) -> None:
    with pytest.raises(EdgekitError, match=r"no boot-loader drive is mounted.*--drive"):
        the_drive(pico, [])


def test_a_dry_run_needs_no_drive_and_says_what_it_would_do(pico: Board, image: Image) -> None:
    plan = flash.by_drive(image, pico, [], dry_run=True)
    assert plan.startswith("would copy ") and "none is mounted now. Plug in" in plan


def test_two_drives_are_not_chosen_between(tmp_path: Path, pico: Board) -> None:
    drives = [mounted(tmp_path / name, RP2) for name in ("one", "two")]
    with pytest.raises(EdgekitError, match=r"2 boot-loader drives.*one.*two.*--drive"):
        the_drive(pico, drives)


def test_another_boards_drive_is_left_alone(tmp_path: Path, pico: Board) -> None:
    drive = mounted(tmp_path / "XIAO", "nRF52840-SeeedXiao-v1")
    with pytest.raises(EdgekitError, match=r"of pico is mounted, only .*XIAO.*--board"):
        the_drive(pico, [drive])


def test_the_plan_says_what_it_would_do_and_does_nothing(
    tmp_path: Path, pico: Board, image: Image
) -> None:
    drive = mounted(tmp_path / "RPI", RP2)
    plan = flash.by_drive(image, pico, [drive], dry_run=True)
    assert f"to {tmp_path}/RPI/image.uf2" in plan and "0x10000000" in plan
    assert sorted(path.name for path in drive.folder.iterdir()) == ["INFO_UF2.TXT"]


def test_what_lies_on_the_drive_is_the_image(tmp_path: Path, pico: Board, image: Image) -> None:
    drive = mounted(tmp_path / "RPI", RP2)
    done = flash.by_drive(image, pico, [drive])
    assert "copied" in done
    read = read_uf2((drive.folder / "image.uf2").read_bytes())
    assert read.family_id == pico.uf2_family_id
    assert read.image.data[: len(image.data)] == image.data


@pytest.fixture
def vanishing(monkeypatch: pytest.MonkeyPatch):
    """vanishing(drive, flushes): the drive is unplugged during that flush."""

    def arrange(drive: Drive, flushes: int) -> None:
        left = [flushes]

        def fsync(handle: int) -> None:
            left[0] -= 1
            if left[0] == 0:
                shutil.rmtree(drive.folder)
                raise OSError(errno.EIO, "Input/output error")

        monkeypatch.setattr(flash.os, "fsync", fsync)

    return arrange


def flushes_of(image: Image) -> int:
    return -(-len(write_uf2(image, 0)) // flash.CHUNK_BYTES)


def test_a_drive_that_goes_away_at_the_end_has_taken_the_image(
    tmp_path: Path, pico: Board, image: Image, vanishing
) -> None:
    drive = mounted(tmp_path / "RPI", RP2)
    vanishing(drive, flushes_of(image))
    assert "restarted" in flash.by_drive(image, pico, [drive])


@pytest.mark.parametrize("flush", [1, 3])
def test_a_drive_that_goes_away_in_the_middle_is_an_error(
    flush: int, tmp_path: Path, pico: Board, image: Image, vanishing
) -> None:
    drive = mounted(tmp_path / "RPI", RP2)
    vanishing(drive, flush)
    with pytest.raises(EdgekitError, match=r"went away after .* starts no half image"):
        flash.by_drive(image, pico, [drive])


def test_a_drive_that_fills_up_is_an_error(
    tmp_path: Path, pico: Board, image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = mounted(tmp_path / "RPI", RP2)
    left = [100_000]

    def write(handle: int, data: bytes) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = min(len(data), left[0])
        left[0] -= taken
        return taken

    monkeypatch.setattr(flash.os, "write", write)
    with pytest.raises(EdgekitError, match=r"No space left on device\) after 100,000 of"):
        flash.by_drive(image, pico, [drive])


def test_a_drive_that_takes_nothing_may_be_mounted_read_only(
    tmp_path: Path, pico: Board, image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    drive = mounted(tmp_path / "RPI", RP2)

    def refuse(*_: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(flash.os, "open", refuse)
    with pytest.raises(EdgekitError, match=r"cannot be written: Read-only file system\. Is the"):
        flash.by_drive(image, pico, [drive])


def test_a_file_for_another_chip_is_refused(tmp_path: Path, pico: Board, image: Image) -> None:
    path = tmp_path / "other.uf2"
    path.write_bytes(write_uf2(image, 0xADA52840))
    with pytest.raises(EdgekitError, match=r"0xada52840.*--board pico"):
        flash.load_uf2(path, pico)


def test_a_file_that_lies_elsewhere_is_refused(tmp_path: Path, pico: Board) -> None:
    assert pico.uf2_family_id is not None
    path = tmp_path / "elsewhere.uf2"
    path.write_bytes(write_uf2(Image(0x20000000, bytes(300)), pico.uf2_family_id))
    with pytest.raises(EdgekitError, match="outside of the flash"):
        flash.load_uf2(path, pico)


def test_a_board_without_a_drive_is_refused() -> None:
    bare = board("emulated")
    with pytest.raises(EdgekitError, match="no boot-loader drive: it is no board to flash"):
        the_drive(bare, [])


def test_a_damaged_file_is_named(tmp_path: Path, pico: Board) -> None:
    path = tmp_path / "cut.uf2"
    path.write_bytes(bytes(700))
    with pytest.raises(EdgekitError, match=r"cut\.uf2 is damaged"):
        flash.load_uf2(path, pico)


@pytest.mark.parametrize("kind", ["fifo", "link", "folder"])
def test_only_an_ordinary_file_is_written(tmp_path: Path, kind: str) -> None:
    kept, target = tmp_path / "kept", tmp_path / "image.uf2"
    kept.write_text("mine")
    if kind == "fifo":
        os.mkfifo(target)
    elif kind == "link":
        target.symlink_to(kept)
    else:
        target.mkdir()
    with pytest.raises(EdgekitError, match="is no ordinary file"):
        flash.copy(b"image", target)
    assert kept.read_text() == "mine"


@pytest.mark.parametrize("kind", ["fifo", "endless", "folder", "absent"])
def test_only_a_file_is_read_as_uf2(tmp_path: Path, pico: Board, kind: str) -> None:
    path = tmp_path / "image.uf2"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "endless":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(EdgekitError, match="is no file: name"):
        flash.load_uf2(path, pico)
