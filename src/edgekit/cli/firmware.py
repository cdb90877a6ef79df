"""edgekit firmware: a Bundle in, an image for a microcontroller out, and onto the board."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from edgekit.bundle import Bundle, load_bundle
from edgekit.errors import UsageError

from .emulate import emulate_command
from .firmware_json import size_fields
from .folders import IMAGES, latest_bundle
from .options import BoardOption, BundleArgument, CompilerOption, JsonOption, LowPowerOption
from .output import print_json, print_progress, print_result, print_table

if TYPE_CHECKING:
    from edgekit.firmware.build.build import Built
    from edgekit.firmware.image.flash import Drive

firmware_app = typer.Typer(
    help="Put a bundle onto a microcontroller.", no_args_is_help=True, rich_markup_mode="markdown"
)


@firmware_app.callback()
def _group() -> None:
    """Put a bundle onto a microcontroller."""


@firmware_app.command("boards")
def boards_command() -> None:
    """Show the boards: their core and memory, how they are flashed, and whether they were run.

    - `edgekit firmware boards`
    """
    from edgekit.firmware.build.board import boards

    table = Table()
    for heading in ("board", "core", "flash", "RAM", "flashed by"):
        right = heading in ("flash", "RAM")
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    for board in boards():
        table.add_row(
            board.name,
            "\n".join(board.cores),
            *(
                f"{memory.bytes >> 10:,} KB" if memory else "-"
                for memory in (board.flash, board.ram)
            ),
            board.flashed_by,
        )
    print_table(table)
    for board in boards():
        print_result(
            f"{board.name}: {'; '.join(filter(None, (board.title, board.run, board.notes)))}"
        )


@firmware_app.command("build")
def build_command(
    bundle: BundleArgument = None,
    board: BoardOption = "xiao-nrf52840",
    compiler: CompilerOption = "zig",
    core: Annotated[
        str | None, typer.Option(help="Of a board with several; its first if absent.")
    ] = None,
    low_power: LowPowerOption = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The image's folder; images/BUNDLE-BOARD if absent."),
    ] = None,
) -> None:
    """Compile a bundle's model and the firmware to an image: ELF, UF2, map.

    Takes some seconds. An image that does not fit its board is not written.

    - `edgekit firmware build`
    - `edgekit firmware build bundles/night --board pico --low-power`
    """
    loaded = load_bundle(bundle or latest_bundle())
    folder, built = _build(loaded, board, compiler, core, low_power, out)
    _show(built)
    print_result(f"{folder}: image of {loaded.name} for {board}")


@firmware_app.command("size")
def size_command(
    bundle: BundleArgument = None,
    board: Annotated[
        str | None, typer.Option(help="One board; every microcontroller if absent.")
    ] = None,
    compiler: CompilerOption = "zig",
    json: JsonOption = False,
) -> None:
    """Show how much flash, RAM and stack a bundle needs on each board, part by part.

    - `edgekit firmware size`
    - `edgekit firmware size bundles/night --board pico`
    - `edgekit firmware size --json`
    """
    from edgekit.firmware.build import board as board_files
    from edgekit.firmware.build.build import LinkOptions, sizes

    loaded = load_bundle(bundle or latest_bundle())
    _compiler(compiler)
    wanted = [board_files.board(board)] if board else [b for b in board_files.boards() if b.flash]
    if not all(each.flash for each in wanted):
        raise UsageError(f"{board} is a program of this machine: it has no flash to measure")
    made = list(sizes(loaded, wanted, LinkOptions(compiler), _progress))
    if json:
        sized = [size_fields(each) for each in made if not isinstance(each, str)]
        refused = [each for each in made if isinstance(each, str)]
        print_json("firmware size", bundle=str(loaded.folder), boards=sized, refused=refused)
        return
    _show(*(each for each in made if not isinstance(each, str)))
    for refusal in (each for each in made if isinstance(each, str)):
        print_result(refusal)


@firmware_app.command("flash")
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

    The drive is found by its INFO_UF2.TXT. One that goes away at the end has received the image;
    no boot loader starts half of one.

    - `edgekit firmware flash --board pico --dry-run`
    - `edgekit firmware flash images/night-xiao-nrf52840`
    - `edgekit firmware flash bundles/night --board pico --probe pyocd`
    """
    from edgekit.firmware.build import board as board_files
    from edgekit.firmware.image import flash

    chosen = board_files.board(board)
    if probe not in (None, "pyocd"):
        raise UsageError(f"--probe is pyocd, not {probe!r}")
    if chosen.flash is None:
        raise UsageError(f"{board} is a program of this machine: run its image.elf")
    made = _made(source)
    # Before anything is built, check that there is a board to flash; a dry run needs none.
    drives = [] if probe else _drives(drive)
    if probe:
        flash.the_probes_target(chosen)
    elif drives or not dry_run:
        flash.the_drive(chosen, drives)
    if made is not None:
        image = flash.load_uf2(made, chosen)
    else:
        loaded = load_bundle(source or latest_bundle())
        _, built = _build(loaded, board, compiler, None, low_power, None)
        image = built.image()
    if probe:
        done = flash.by_pyocd(image, chosen, dry_run)
    else:
        done = flash.by_drive(image, chosen, drives, dry_run)
    print_result(done)
    if not dry_run:
        wired = f"wired so: {chosen.notes}. Then: edgekit monitor --serial PORT"
        print_result(wired)


@firmware_app.command("export")
def export_command(
    bundle: BundleArgument = None,
    arduino: Annotated[
        bool, typer.Option("--arduino", hidden=True, help="Accepted, as it was: the only form.")
    ] = True,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The zip file; BUNDLE-arduino.zip if absent."),
    ] = None,
) -> None:
    """Make an Arduino library of a bundle: its model in C, a header, and a sketch.

    - `edgekit firmware export`
    - `edgekit firmware export bundles/night --out SleepPosture.zip`
    """
    from edgekit.firmware.build.arduino import export_arduino

    loaded = load_bundle(bundle or latest_bundle())
    path = out or Path(f"{loaded.name}-arduino.zip")
    export_arduino(loaded, path)
    print_result(f"{path}: in the Arduino IDE: Sketch > Include Library > Add .ZIP Library")


firmware_app.command("emulate")(emulate_command)


def _build(
    bundle: Bundle,
    board: str,
    compiler: str,
    core: str | None,
    low_power: bool,
    out: Path | None,
) -> tuple[Path, "Built"]:
    from edgekit.firmware.build import board as board_files
    from edgekit.firmware.build.build import LinkOptions, build

    chosen = board_files.board(board)
    _compiler(compiler)
    folder = out or IMAGES / f"{bundle.name}-{board}"
    options = LinkOptions(compiler, core, low_power)
    built = build(bundle, chosen, folder, options, _progress)
    return folder, built


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


def _compiler(name: str) -> None:
    if name not in ("zig", "gcc"):
        raise UsageError(f"--compiler is zig or gcc, not {name!r}")


def _progress(step: str) -> None:
    print_progress(f"firmware  {step}")


def _drives(drive: Path | None) -> "list[Drive]":
    from edgekit.firmware.image.flash import drive_at, find_drives, mount_roots

    if drive is None:
        return find_drives(mount_roots())
    found = drive_at(drive)
    if found is None:
        raise UsageError(f"{drive} is no boot loader's drive: it holds no INFO_UF2.TXT")
    return [found]


def _show(*all_built: "Built") -> None:
    """Bytes by part, a column for each board, against what the board has."""
    from edgekit.firmware.image.size import PARTS

    shown = [built for built in all_built if built.stack is not None]
    if not shown:
        return
    table = Table(title="bytes, counted in the image; the stack is the worst case of its code")
    table.add_column("", no_wrap=True)
    for built in shown:
        heading = f"{built.board.name}\n{built.core}\n{built.compiler}"
        table.add_column(heading, justify="right", no_wrap=True)

    def row(heading: str, cells: list[int]) -> None:
        if any(cells):
            table.add_row(heading, *(f"{cell:,}" if cell else "-" for cell in cells))

    row("flash", [built.size.flash_bytes for built in shown])
    row(" of", [built.flash_limit for built in shown])
    for part in PARTS:
        row(f" {part}", [built.size.flash[part] for built in shown])
    table.add_section()
    row("RAM", [built.size.ram_bytes + built.stack_bytes for built in shown])
    row(" of", [built.ram_limit for built in shown])
    for part in PARTS:
        row(f" {part}", [built.size.ram[part] for built in shown])
    row(" stack", [built.stack_bytes for built in shown])
    row("  of its", [built.size.stack_room for built in shown])
    print_table(table)
    for built in shown:
        print_result(f"{built.board.name}: {built.deepest}")
