"""Flash an image: copy it as UF2 to a boot loader's drive."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from edgekit.errors import EdgekitError, UsageError

from ..build.board import Board
from .boot_loader import check_starts
from .drive import Drive, drive_at, how_to_mount, the_drive
from .image import Image
from .uf2 import Uf2, read_uf2, write_uf2

FILE = "image.uf2"  # on the drive; the boot loader ignores the name
CHUNK_BYTES = 64 << 10  # between two fsyncs
BINARY = getattr(os, "O_BINARY", 0)  # Windows would write each line feed as two bytes
Progress = Callable[[int, int], None]  # bytes written, of all


def load_uf2(path: Path, board: Board) -> Image:
    """Read the image of a UF2 file; raises EdgekitError when it is for another board."""
    if not path.is_file():
        raise EdgekitError(f"{path} is no file: name an image's folder, or its image.uf2")
    try:
        read = read_uf2(path.read_bytes())
    except EdgekitError as error:
        raise EdgekitError(f"{path} is damaged: {error}") from None
    return checked(read, board, str(path))


def checked(read: Uf2, board: Board, name: str) -> Image:
    """Return the image of the UF2 file `name`; raises EdgekitError when it is for another board."""
    if board.uf2_family_id is None or board.flash is None:
        raise UsageError(f"{board.name} accepts no UF2: {board.flash_words}")
    if read.family_id != board.uf2_family_id:
        family = "no family" if read.family_id is None else f"family {read.family_id:#010x}"
        raise EdgekitError(
            f"{name} is for {family} of chips, {board.name} is {board.uf2_family_id:#010x}: "
            f"it was built for another board. Name that, or build it anew with --board {board.name}"
        )
    if not board.flash.holds(read.image.origin, len(read.image.data)):
        raise EdgekitError(
            f"{name} lies at {read.image.origin:#x} to {read.image.end:#x}, outside of the flash "
            f"that {board.name} has for it, {board.flash.origin:#x} to {board.flash.end:#x}"
        )
    return read.image


def by_drive(
    image: Image,
    board: Board,
    drives: Iterable[Drive],
    dry_run: bool = False,
    progress: Progress = lambda _done, _all: None,
) -> str:
    """Copy the image as UF2 to this board's drive; return what was done, or would be done.

    Raises EdgekitError when there is not just one such drive, or its boot loader would not start
    the image; a dry run needs no drive.
    """
    assert board.uf2_family_id is not None
    mounted = list(drives)
    data = write_uf2(image, board.uf2_family_id)
    what = f"{len(data):,} bytes of UF2, {image.origin:#x} to {image.end:#x} of the flash"
    if dry_run and not mounted and board.uf2_board_id is not None:
        how = how_to_mount(board)
        return f"would copy {what}, to the boot loader's drive; none is mounted now. {how}"
    drive = the_drive(board, mounted)
    check_starts(drive.boot_loader, board, image)
    target = drive.folder / FILE
    if dry_run:
        return f"would copy {what}, to {target} (boot loader {drive.board_id})"
    return copy(data, target, progress)


def copy(data: bytes, target: Path, progress: Progress = lambda _done, _all: None) -> str:
    """Write and flush; return what was done.

    A drive that goes away after the last byte has taken the image: the board restarts.
    """
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise EdgekitError(f"{target} is no ordinary file: is {target.parent} the drive?")
    written = 0
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY, 0o644)
        try:
            while written < len(data):
                count = os.write(handle, data[written : written + CHUNK_BYTES])
                if written + count < len(data):
                    os.fsync(handle)
                written += count
                progress(written, len(data))
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        gone = drive_at(target.parent) is None
        if not written and not gone:
            raise EdgekitError(
                f"{target} cannot be written: {error.strerror}. Is the drive mounted read-only, "
                "or for another user?"
            ) from None
        if written < len(data) or not gone:
            raise EdgekitError(
                f"{target.parent} {'went away' if gone else f'failed ({error.strerror})'} after "
                f"{written:,} of {len(data):,} bytes. The boot loader starts no half image: "
                "start it again and flash once more"
            ) from None
        return f"{len(data):,} bytes copied; the board took them and restarted"
    return f"{len(data):,} bytes copied to {target}"
