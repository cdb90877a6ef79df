"""Where a boot loader's drive is: mounted, plugged in and not mounted, or on Windows."""

import os
import sys
from pathlib import Path

import pytest

from edgekit.errors import EdgekitError
from edgekit.firmware.build.board import board
from edgekit.firmware.image import drive
from edgekit.firmware.image.drive import find_drives, mounts, the_drive, unmounted

PICO, XIAO = board("pico"), board("xiao-nrf52840")
INFO = "UF2 Bootloader v3.0\nBoard-ID: RPI-RP2\n"


@pytest.fixture
def disks(tmp_path: Path) -> tuple[Path, Path]:
    """/dev/disk/by-label with a Pico's drive, and the table of what is mounted."""
    by_label = tmp_path / "by-label"
    by_label.mkdir()
    (tmp_path / "sda1").touch()
    (by_label / "RPI-RP2").symlink_to("../sda1")
    table = tmp_path / "mounts"
    table.write_text("proc /proc proc rw 0 0\n")
    return by_label, table


@pytest.mark.parametrize("kind", ["fifo", "endless", "folder", "loop"])
def test_an_info_that_is_no_file_is_never_waited_for(tmp_path: Path, kind: str) -> None:
    info = tmp_path / drive.INFO
    if kind == "fifo":
        os.mkfifo(info)
    elif kind == "folder":
        info.mkdir()
    else:
        info.symlink_to("/dev/zero" if kind == "endless" else drive.INFO)
    assert find_drives([tmp_path]) == []


def test_of_a_large_info_only_the_beginning_is_read(tmp_path: Path) -> None:
    with (tmp_path / drive.INFO).open("w") as file:
        file.write(INFO)
        file.truncate(1 << 40)
    assert [each.board_id for each in find_drives([tmp_path])] == ["RPI-RP2"]


def test_a_drive_that_nothing_mounts_is_found_by_its_label(disks: tuple[Path, Path]) -> None:
    by_label, _ = disks
    assert unmounted(PICO, *disks) == [by_label / "RPI-RP2"]
    assert unmounted(XIAO, *disks) == []
    with pytest.raises(
        EdgekitError, match=rf"not mounted\. Mount it: udisksctl mount -b {by_label}/RPI-RP2"
    ):
        the_drive(PICO, [], unmounted(PICO, *disks))


def test_a_drive_that_is_mounted_anywhere_is_no_unmounted_one(
    disks: tuple[Path, Path], tmp_path: Path
) -> None:
    by_label, table = disks
    device = (tmp_path / "sda1").resolve()
    table.write_text(f"{device} /mnt vfat rw 0 0\n")
    assert unmounted(PICO, by_label, table) == []


def test_a_drive_mounted_by_hand_is_found_with_spaces_in_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "my boards"
    folder.mkdir()
    (folder / "INFO_UF2.TXT").write_text(INFO)
    table = tmp_path / "mounts"
    table.write_text(f"/dev/sda1 {str(folder).replace(' ', chr(92) + '040')} vfat rw 0 0\n")
    ((device, found),) = mounts(table)
    assert (str(device), found) == ("/dev/sda1", folder)
    assert [each.folder for each in find_drives([found])] == [folder]


def test_a_system_without_a_table_of_mounts_has_none(tmp_path: Path) -> None:
    assert mounts(tmp_path / "absent") == []
    assert unmounted(PICO, tmp_path / "absent", tmp_path / "absent") == []


def test_a_mounted_drive_wins_over_one_that_is_only_plugged_in(
    disks: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "INFO_UF2.TXT").write_text(INFO)
    assert the_drive(PICO, find_drives([tmp_path]), unmounted(PICO, *disks)).folder == tmp_path


def test_windows_drives_are_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    folders = drive.mounted_folders()
    assert str(folders[0]) == "D:\\" and str(folders[-1]) == "Z:\\"
