"""edgekit firmware: a Bundle in, an image for a microcontroller out, and onto the board."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from edgekit.bundle import load_bundle
from edgekit.errors import UsageError

from .built_settings import BuiltAlarmOption, BuiltCalibrationOption, built_settings
from .emulate import emulate_command
from .firmware_flash import flash_command
from .firmware_image import built_image, check_compiler, print_step
from .firmware_json import size_fields
from .firmware_selftest import selftest_command
from .folders import latest_bundle
from .options import BoardOption, BundleArgument, CompilerOption, JsonOption, LowPowerOption
from .output import print_json, print_result, print_table

if TYPE_CHECKING:
    from edgekit.firmware.build.build import Built

firmware_app = typer.Typer(
    help="Put a bundle onto a microcontroller.", no_args_is_help=True, rich_markup_mode="markdown"
)


@firmware_app.callback()
def _group() -> None:
    """Put a bundle onto a microcontroller."""


@firmware_app.command("boards")
def boards_command() -> None:
    """Show the boards: core, clock and memory, how they are flashed, and whether they were run.

    - `edgekit firmware boards`
    """
    from edgekit.firmware.build.board import boards

    table = Table()
    for heading in ("board", "core", "clock", "flash", "RAM", "flashed by"):
        right = heading in ("clock", "flash", "RAM")
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    for board in boards():
        table.add_row(
            board.name,
            "\n".join(board.cores),
            f"{board.clock_hz / 1e6:.0f} MHz" if board.clock_hz else "-",
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
    calibration: BuiltCalibrationOption = None,
    alarm: BuiltAlarmOption = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The image's folder; images/BUNDLE-BOARD if absent."),
    ] = None,
) -> None:
    """Compile a bundle's model and the firmware to an image: ELF, UF2, map.

    Takes some seconds. An image that does not fit its board is not written.

    - `edgekit firmware build`
    - `edgekit firmware build bundles/night --board pico --low-power`
    - `edgekit firmware build --calibration calibration.json --alarm baseline`
    """
    loaded = load_bundle(bundle or latest_bundle())
    settings = built_settings(calibration, alarm)
    folder, built = built_image(loaded, board, compiler, core, low_power, out, settings)
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
    check_compiler(compiler)
    wanted = [board_files.board(board)] if board else [b for b in board_files.boards() if b.flash]
    if not all(each.flash for each in wanted):
        raise UsageError(f"{board} is a program of this machine: it has no flash to measure")
    made = list(sizes(loaded, wanted, LinkOptions(compiler), print_step))
    if json:
        sized = [size_fields(each) for each in made if not isinstance(each, str)]
        refused = [each for each in made if isinstance(each, str)]
        print_json("firmware size", bundle=str(loaded.folder), boards=sized, refused=refused)
        return
    _show(*(each for each in made if not isinstance(each, str)))
    for refusal in (each for each in made if isinstance(each, str)):
        print_result(refusal)


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


firmware_app.command("flash")(flash_command)
firmware_app.command("emulate")(emulate_command)
firmware_app.command("selftest")(selftest_command)


def _ms(ms: float) -> str:
    return f"{ms:,.0f}" if ms >= 10 else f"{ms:.1f}"


def _show(*all_built: "Built") -> None:
    """Bytes by part, a column for each board, against what the board has."""
    from edgekit.firmware.image.size import PARTS

    shown = [built for built in all_built if built.stack is not None]
    if not shown:
        return
    table = Table(
        title="bytes, counted in the image; ms, modelled; the stack is the worst case of its code"
    )
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
    if any(built.window for built in shown):
        table.add_section()
        windows = [_ms(built.window.ms) if built.window else "-" for built in shown]
        table.add_row("ms a window", *windows)
        table.add_row(" of", *(f"{built.window_limit_ms:,.0f}" for built in shown))
    print_table(table)
    for built in shown:
        print_result(f"{built.board.name}: {built.deepest}")
        if built.window is not None:
            print_result(
                f"{built.board.name}: {_ms(built.window.ms)} ms a window on this board (modelled, "
                f"with the flash's waits), of at most {built.window_limit_ms:,.0f}"
            )
        if built.erase_loss:
            print_result(
                f"{built.board.name}: erasing a page of flash, some times a night, may take up to "
                f"{built.board.longest_erase_ms:g} ms (data sheet), longer than the sensor's FIFO "
                f"waits: up to {built.erase_loss} samples are then lost, and recorded as a gap"
            )
