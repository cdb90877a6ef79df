"""Flash an image: copy it as UF2 to a boot loader's drive, or write it by a probe with pyocd."""

import getpass
import importlib.util
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from edgekit.distribution import install_line
from edgekit.errors import EdgekitError, UsageError
from edgekit.programs import run_program

from ..build.board import Board
from .image import Image
from .uf2 import Uf2, read_uf2, write_uf2

INFO = "INFO_UF2.TXT"
FILE = "image.uf2"  # on the drive; the boot loader ignores the name
CHUNK_BYTES = 64 << 10  # between two fsyncs
PYOCD_LIMIT_S = 300.0
BINARY = getattr(os, "O_BINARY", 0)  # Windows would write each line feed as two bytes


@dataclass(frozen=True)
class Drive:
    """A mounted boot loader, with the Board-ID of its INFO_UF2.TXT."""

    folder: Path
    board_id: str


def load_uf2(path: Path, board: Board) -> Image:
    """Read the image of a UF2 file; raises EdgekitError when it is for another board."""
    try:
        read = read_uf2(path.read_bytes())
    except EdgekitError as error:
        raise EdgekitError(f"{path} is damaged: {error}") from None
    return checked(read, board, str(path))


def checked(read: Uf2, board: Board, name: str) -> Image:
    """Return the image of the UF2 file `name`; raises EdgekitError when it is for another board."""
    if board.uf2_family_id is None or board.flash is None:
        raise UsageError(f"{board.name} accepts no UF2: {_flashed_by(board)}")
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


def by_drive(image: Image, board: Board, drives: Iterable[Drive], dry_run: bool = False) -> str:
    """Copy the image as UF2 to this board's drive; return what was done, or would be done.

    Raises EdgekitError when there is not just one such drive; a dry run needs none.
    """
    assert board.uf2_family_id is not None
    mounted = list(drives)
    data = write_uf2(image, board.uf2_family_id)
    what = f"{len(data):,} bytes of UF2, {image.origin:#x} to {image.end:#x} of the flash"
    if dry_run and not mounted and board.uf2_board_id is not None:
        how = _none_mounted(board)
        return f"would copy {what}, to the boot loader's drive; none is mounted now. {how}"
    drive = the_drive(board, mounted)
    target = drive.folder / FILE
    if dry_run:
        return f"would copy {what}, to {target} (boot loader {drive.board_id})"
    return copy(data, target)


def by_pyocd(image: Image, board: Board, dry_run: bool = False) -> str:
    """Write the image by a probe; return what was done, or would be done.

    Raises EdgekitError where pyocd cannot flash the board.
    """
    target = the_probes_target(board)
    command = ["pyocd", "flash", "--no-wait", "--target", target, "image.hex"]
    if dry_run:
        return f"would run {shlex.join(command)}, {len(image.data):,} bytes as Intel hex"
    with tempfile.TemporaryDirectory(prefix="edgekit-flash-") as temporary:
        (Path(temporary) / "image.hex").write_text(image.as_hex())
        _run([sys.executable, "-m", *command], Path(temporary))
    return f"{board.name} was flashed by pyocd"


def the_probes_target(board: Board) -> str:
    """Return pyocd's name of the board; raises EdgekitError where it has none, or is missing."""
    if board.pyocd_target is None:
        raise UsageError(f"pyocd does not know {board.name}: {_flashed_by(board)}")
    if importlib.util.find_spec("pyocd") is None:
        raise EdgekitError(f"pyocd is not installed. {install_line('firmware')}")
    return board.pyocd_target


def find_drives(roots: Iterable[Path]) -> list[Drive]:
    """List the boot loaders mounted right under one of `roots`."""
    drives: dict[Path, Drive] = {}
    for root in roots:
        try:
            folders = sorted(root.iterdir())
        except OSError:
            continue
        for folder in folders:
            drive = drive_at(folder)
            if drive is not None:
                drives.setdefault(folder.resolve(), drive)
    return list(drives.values())


def drive_at(folder: Path) -> Drive | None:
    """Return the boot loader mounted here; None when the folder is something else."""
    try:
        info = (folder / INFO).read_text(errors="replace")
    except OSError:
        return None
    board_id = re.search(r"^Board-ID:[ \t]*(\S+)", info, re.MULTILINE)
    return Drive(folder, board_id.group(1) if board_id else "unknown")


def mount_roots() -> list[Path]:
    """List the folders in which Linux and macOS mount a drive that is plugged in."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # in a container, this user may have no name
        return [Path("/media"), Path("/Volumes")]
    return [Path("/media"), Path("/media", user), Path("/run/media", user), Path("/Volumes")]


def the_drive(board: Board, drives: list[Drive]) -> Drive:
    """Return the one drive of this board; raises EdgekitError when there is not just one."""
    if board.uf2_board_id is None:
        raise UsageError(f"{board.name} has no boot-loader drive: {_flashed_by(board)}")
    fitting = [drive for drive in drives if re.fullmatch(board.uf2_board_id, drive.board_id)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise EdgekitError(
            f"{len(fitting)} boot-loader drives of {board.name} are mounted: "
            f"{_listed(fitting)}. Unplug all but one, or name one with --drive"
        )
    if drives:
        raise EdgekitError(
            f"no boot-loader drive of {board.name} is mounted, only {_listed(drives)}. "
            f"Plug in the {board.title}, or give another --board"
        )
    raise EdgekitError(f"no boot-loader drive is mounted. {_none_mounted(board)}")


def _none_mounted(board: Board) -> str:
    start = f": {board.boot_loader}" if board.boot_loader else ""
    return (
        f"Plug in the {board.title} and start its boot loader{start}; then try again, or name the "
        "drive's folder with --drive"
    )


def copy(data: bytes, target: Path) -> str:
    """Write and flush; return what was done.

    A drive that goes away after the last byte has taken the image: the board restarts.
    """
    written = 0
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY, 0o644)
        try:
            while written < len(data):
                count = os.write(handle, data[written : written + CHUNK_BYTES])
                if written + count < len(data):
                    os.fsync(handle)
                written += count
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


def _flashed_by(board: Board) -> str:
    return (
        "it is no board to flash" if board.flashed_by == "-" else f"flash it by {board.flashed_by}"
    )


def _listed(drives: Iterable[Drive]) -> str:
    return ", ".join(f"{drive.folder} ({drive.board_id})" for drive in drives)


def _run(command: list[str], folder: Path) -> None:
    late = f"pyocd did not end within {PYOCD_LIMIT_S:.0f} s"
    done = run_program(command, PYOCD_LIMIT_S, late, folder)
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip() or "no word").splitlines()
        error_line = re.sub(r"^\d+ [A-Z] | \[\w+\]$", "", lines[-1].strip())
        raise EdgekitError(
            f"pyocd failed: {error_line}. Is the probe plugged in, and wired to the board?"
        )
