"""Flash a running wearable: ask it to start its boot loader, copy, and wait until it speaks."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from edgekit.errors import EdgekitError, UsageError

from .output import STDERR, print_progress

if TYPE_CHECKING:
    from edgekit.device.sources.wearable.greeting import Greeting
    from edgekit.firmware.build.board import Board
    from edgekit.firmware.image.drive import Drive
    from edgekit.firmware.image.image import Image

GREETS = 2  # before it is flashed: what runs there may be another's program
TOUCH_S = 3.0  # without a drive: then the port is opened at 1200 baud
MOUNT_S = 8.0  # that a desktop may take to mount a drive
DRIVE_S, SPEAKS_S = 25.0, 30.0
LOOK_S = 0.25


def flash_by_serial(image: "Image", board: "Board", port: str, dry_run: bool = False) -> str:
    """Flash the wearable at `port`; return what was done, or would be done.

    Raises EdgekitError, also where it was flashed and does not speak afterwards.
    """
    from edgekit.device.sources.wearable.usb_ports import identity_of
    from edgekit.firmware.image.flash import by_drive

    if board.uf2_board_id is None:
        raise UsageError(f"{board.name} has no boot-loader drive: {board.flash_words}")
    _check_no_other(board)
    identity = identity_of(port)
    before = _greeted(port)
    if before and before.hello.board != board.name:
        raise UsageError(
            f"the wearable on {port} is a {before.hello.board}, not a {board.name}: give "
            f"--board {before.hello.board}, and an image that was built for it"
        )
    runs = f"runs {before.model.name}" if before else "does not greet: no edgekit, or an older one"
    if dry_run:
        return (
            f"would start the boot loader of the {board.title} on {port} ({runs}), and copy the "
            f"image, {image.origin:#x} to {image.end:#x} of the flash, to its drive"
        )
    speaker = f"the {board.title}" if before else "what is"
    print_progress(f"{speaker} on {port} {runs}: asking it to start its boot loader")
    drive = _drive_after_request(board, port)
    with copy_progress() as progress:
        done = by_drive(image, board, [drive], progress=progress)
    print_progress(f"{done}; waiting until it speaks")
    port, after = _spoken(board, port, identity)
    if not _holds(image, after.hello.bundle_digest):
        raise EdgekitError(
            f"the wearable on {port} speaks, but runs {after.model.name} "
            f"({after.model.digest[:12]}), which is not in this image: the old program still runs. "
            "Flash once more, by its drive"
        )
    return f"{done}. The wearable on {port} speaks: {after.model.name} runs, as flashed"


@contextmanager
def copy_progress() -> Iterator[Callable[[int, int], None]]:
    """Show a bar while an image is copied."""
    columns = TextColumn("copying"), BarColumn(), DownloadColumn()
    with Progress(*columns, console=STDERR, transient=True) as shown:
        task = shown.add_task("copying", total=None)
        yield lambda done, whole: shown.update(task, completed=done, total=whole)


def _check_no_other(board: "Board") -> None:
    """Raise EdgekitError where such a drive is there already: it is another board's."""
    from edgekit.firmware.image.drive import drives_of, find_drives, mounted_folders, unmounted

    there = [drive.folder for drive in drives_of(board, find_drives(mounted_folders()))]
    for place in (*there, *unmounted(board)):
        raise EdgekitError(
            f"a {board.title} is in its boot loader already, at {place}: the image would go to "
            "that one. Unplug it, or flash it without --serial; then try again"
        )


def _greeted(port: str) -> "Greeting | None":
    """Greet the wearable; None for another program, whose port may still be touched."""
    from edgekit.device.sources.wearable.greeting import greet
    from edgekit.device.sources.wearable.link import Link
    from edgekit.device.sources.wearable.serial_line import SerialLine

    line = SerialLine(port)
    try:
        return greet(Link(line), GREETS)
    except UsageError:
        raise
    except EdgekitError:
        return None
    finally:
        line.close()


def _drive_after_request(board: "Board", port: str) -> "Drive":
    """Ask for the boot loader, and return its drive when it is mounted."""
    from edgekit.device.sources.wearable.boot_loader import request_boot_loader, touch
    from edgekit.firmware.image.drive import find_drives, mounted_folders, the_drive, unmounted

    request_boot_loader(port)
    began = time.monotonic()
    is_touched, plugged_at = False, None
    while (since_s := time.monotonic() - began) < DRIVE_S:
        time.sleep(LOOK_S)
        with suppress(EdgekitError):
            return the_drive(board, find_drives(mounted_folders()))
        if devices := unmounted(board):
            plugged_at = plugged_at or time.monotonic()
            if time.monotonic() - plugged_at > MOUNT_S:
                return the_drive(board, [], devices)
        elif since_s > TOUCH_S and not is_touched:
            is_touched = True
            touch(port)
    try:
        return the_drive(board, find_drives(mounted_folders()), unmounted(board))
    except EdgekitError as error:
        raise EdgekitError(
            f"what is on {port} was asked to start its boot loader, but {error}"
        ) from None


def _spoken(board: "Board", port: str, identity: object) -> "tuple[str, Greeting]":
    """Wait until the wearable greets, under whatever name its port has now."""
    from edgekit.device.sources.wearable.usb_ports import port_of

    until = time.monotonic() + SPEAKS_S
    while time.monotonic() < until:
        time.sleep(LOOK_S)
        name = port if identity is None else port_of(identity)
        if name is None:
            continue
        with suppress(EdgekitError):
            if greeting := _greeted(name):
                return name, greeting
    raise EdgekitError(
        f"the image was copied, but nothing spoke within {SPEAKS_S:.0f} s. Does the LED blink? "
        f"Press reset once, then: edgekit monitor --serial auto. If nothing helps, {board.name} "
        f"can always be flashed by its drive: {board.boot_loader}"
    )


def _holds(image: "Image", digest: bytes) -> bool:
    """Whether the image names this bundle, in digits or in bytes."""
    return digest.hex().encode() in image.data or digest in image.data
