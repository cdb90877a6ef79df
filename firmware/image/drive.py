"""Drive: where a UF2 boot loader is mounted, or plugged in and not mounted."""

import getpass
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import EdgekitError, UsageError

from ..build.board import Board
from .boot_loader import BootLoader, read_info

INFO = "INFO_UF2.TXT"
INFO_BYTES = 4096  # boot loaders have one sector of 512 for it
BY_LABEL = Path("/dev/disk/by-label")
MOUNTS = Path("/proc/self/mounts")


@dataclass(frozen=True)
class Drive:
    """A mounted boot loader."""

    folder: Path
    boot_loader: BootLoader

    @property
    def board_id(self) -> str:
        return self.boot_loader.board_id


def drive_at(folder: Path) -> Drive | None:
    """Return the boot loader mounted here; None when the folder is something else."""
    path = folder / INFO
    try:
        if not path.is_file():  # opening a FIFO would wait for ever
            return None
        with path.open("rb") as file:
            info = file.read(INFO_BYTES)
    except OSError:
        return None
    return Drive(folder, read_info(info.decode(errors="replace")))


def find_drives(folders: Iterable[Path]) -> list[Drive]:
    """List the boot loaders among these folders; a folder that is named twice counts once."""
    drives: dict[Path, Drive] = {}
    for folder in folders:
        drive = drive_at(folder)
        if drive is not None:
            drives.setdefault(folder.resolve(), drive)
    return list(drives.values())


def mounted_folders() -> list[Path]:
    """List every folder where a drive may be mounted: Linux, macOS and Windows."""
    if sys.platform == "win32":
        return [Path(f"{letter}:\\") for letter in "DEFGHIJKLMNOPQRSTUVWXYZ"]
    return [*folders_under(mount_roots()), *(folder for _, folder in mounts())]


def folders_under(roots: Iterable[Path]) -> list[Path]:
    folders: list[Path] = []
    for root in roots:
        try:
            folders += sorted(root.iterdir())
        except OSError:
            continue
    return folders


def mount_roots() -> list[Path]:
    """List the folders in which Linux and macOS mount a drive that is plugged in."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # in a container, this user may have no name
        return [Path("/media"), Path("/Volumes")]
    return [Path("/media"), Path("/media", user), Path("/run/media", user), Path("/Volumes")]


def mounts(table: Path = MOUNTS) -> list[tuple[Path, Path]]:
    """List (device, folder) of the disks that Linux has mounted; none on another system."""
    try:
        lines = table.read_text(errors="replace").splitlines()
    except OSError:
        return []
    return [
        (Path(fields[0]), Path(re.sub(r"\\(\d{3})", _octal, fields[1])))
        for line in lines
        if len(fields := line.split()) > 1 and fields[0].startswith("/")
    ]


def unmounted(board: Board, by_label: Path = BY_LABEL, table: Path = MOUNTS) -> list[Path]:
    """List this board's boot loaders that are plugged in, and that nothing has mounted."""
    mounted = {os.path.realpath(device) for device, _ in mounts(table)}
    return [
        by_label / label
        for label in board.uf2_labels
        if (by_label / label).exists() and os.path.realpath(by_label / label) not in mounted
    ]


def the_drive(board: Board, drives: list[Drive], plugged_in: Iterable[Path] = ()) -> Drive:
    """Return the one drive of this board; raises EdgekitError when there is not just one.

    `plugged_in` are drives of it that are not mounted.
    """
    if board.uf2_board_id is None:
        raise UsageError(f"{board.name} has no boot-loader drive: {board.flash_words}")
    fitting = drives_of(board, drives)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise EdgekitError(
            f"{len(fitting)} boot-loader drives of {board.name} are mounted: "
            f"{_listed(fitting)}. Unplug all but one, or name one with --drive"
        )
    for device in plugged_in:
        raise EdgekitError(
            f"the {board.title}'s boot loader is plugged in as {device}, but not mounted. "
            f"Mount it: udisksctl mount -b {device}, then try again (without udisksctl: sudo mount "
            f"-o uid=$(id -u) {device} /mnt, then --drive /mnt)"
        )
    if drives:
        raise EdgekitError(
            f"no boot-loader drive of {board.name} is mounted, only {_listed(drives)}. "
            f"Plug in the {board.title}, or give another --board"
        )
    raise EdgekitError(f"no boot-loader drive is mounted. {how_to_mount(board)}")


def drives_of(board: Board, drives: Iterable[Drive]) -> list[Drive]:
    """List the drives that are this board's."""
    wanted = board.uf2_board_id or ""
    return [drive for drive in drives if re.fullmatch(wanted, drive.board_id)]


def how_to_mount(board: Board) -> str:
    start = f": {board.boot_loader}" if board.boot_loader else ""
    return (
        f"Plug in the {board.title} and start its boot loader{start}; then try again, or name the "
        "drive's folder with --drive"
    )


def _listed(drives: Iterable[Drive]) -> str:
    return ", ".join(f"{drive.folder} ({drive.board_id})" for drive in drives)


def _octal(escape: re.Match[str]) -> str:
    return chr(int(escape.group(1), 8) & 0xFF)
