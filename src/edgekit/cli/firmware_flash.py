"""edgekit firmware flash: an image onto a board, by its drive, its serial line, or a probe."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edgekit.bundle import load_bundle
from edgekit.errors import UsageError

from .firmware_by_serial import copy_progress, flash_by_serial
from .firmware_image import built_image
from .folders import latest_bundle
from .options import BoardOption, CompilerOption, LowPowerOption
from .output import print_result
from .serial_port import chosen_port

if TYPE_CHECKING:
    from edgekit.firmware.image.drive import Drive


def flash_command(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="BUNDLE", help="A bundle, which is built, or an image."),
    ] = None,
    board: BoardOption = "xiao-nrf52840",
    drive: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The boot loader's drive; looked for if absent."),
    ] = None,
    serial: Annotated[
        str | None,
        typer.Option(
            metavar="PORT",
            help="A running wearable's serial port, or auto: no button to press.",
        ),
    ] = None,
    probe: Annotated[
        str | None, typer.Option(help="pyocd: over a debug probe instead of a drive.")
    ] = None,
    compiler: CompilerOption = "zig",
    low_power: LowPowerOption = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Print what would be done, and do nothing to the board."),
    ] = False,
) -> None:
    """Copy an image to a board's boot-loader drive, or flash it over a debug probe.

    The drive is found by its INFO_UF2.TXT, which must promise to start the image. One that goes
    away at the end has received it; no boot loader starts half of one. With --serial the wearable
    is asked to start its boot loader, and awaited until it speaks again.

    - `edgekit firmware flash --board pico --dry-run`
    - `edgekit firmware flash images/night-xiao-nrf52840`
    - `edgekit firmware flash --serial auto`
    - `edgekit firmware flash bundles/night --board pico --probe pyocd`
    """
    from edgekit.firmware.build import board as board_files
    from edgekit.firmware.image import probe as probes
    from edgekit.firmware.image.drive import the_drive, unmounted
    from edgekit.firmware.image.flash import by_drive, load_uf2

    chosen = board_files.board(board)
    if probe not in (None, "pyocd"):
        raise UsageError(f"--probe is pyocd, not {probe!r}")
    if sum(option is not None for option in (probe, serial, drive)) > 1:
        raise UsageError("--drive, --serial and --probe are three ways: give one")
    if chosen.flash is None:
        raise UsageError(f"{board} is a program of this machine: run its image.elf")
    made = _made(source)
    # Before anything is built, check that there is a board to flash; a dry run needs none.
    drives = [] if probe or serial else _drives(drive)
    if probe:
        probes.the_probes_target(chosen)
    elif serial is None and (drives or not dry_run):
        the_drive(chosen, drives, unmounted(chosen))
    port = None if serial is None else chosen_port(serial)
    if made is not None:
        image = load_uf2(made, chosen)
    else:
        loaded = load_bundle(source or latest_bundle())
        image = built_image(loaded, board, compiler, low_power=low_power)[1].image()
    if probe:
        done = probes.by_pyocd(image, chosen, dry_run)
    elif port is not None:
        done = flash_by_serial(image, chosen, port, dry_run)
    else:
        with copy_progress() as progress:
            done = by_drive(image, chosen, drives, dry_run, progress)
    print_result(done)
    if not dry_run:
        print_result(f"wired so: {chosen.notes}. Then: edgekit monitor --serial {port or 'auto'}")


def _made(source: Path | None) -> Path | None:
    """Return the UF2 file, named itself or by its image's folder; None for a bundle or nothing."""
    if source is None:
        return None
    if not source.exists():
        raise UsageError(f"nothing at {source}: name a bundle's folder, an image's, or a UF2 file")
    if source.suffix.lower() == ".uf2":
        return source
    if source.is_file():
        raise UsageError(f"{source} is no bundle and no UF2 file: give a folder, or an image.uf2")
    return source / "image.uf2" if (source / "image.json").is_file() else None


def _drives(drive: Path | None) -> "list[Drive]":
    from edgekit.firmware.image.drive import drive_at, find_drives, mounted_folders

    if drive is None:
        return find_drives(mounted_folders())
    found = drive_at(drive)
    if found is None:
        raise UsageError(f"{drive} is no boot loader's drive: it holds no INFO_UF2.TXT")
    return [found]
