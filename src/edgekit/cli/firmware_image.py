"""Build an image: what the commands build, flash and size share."""

from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.bundle import Bundle
from edgekit.errors import UsageError

from .folders import IMAGES
from .output import print_progress

if TYPE_CHECKING:
    from edgekit.firmware.build.build import Built
    from edgekit.firmware.build.bundle_header import BuiltSettings


def built_image(
    bundle: Bundle,
    board: str,
    compiler: str,
    core: str | None = None,
    low_power: bool = False,
    out: Path | None = None,
    settings: "BuiltSettings | None" = None,
) -> "tuple[Path, Built]":
    """Compile a bundle for a board; return the image's folder and the image."""
    from edgekit.firmware.build import board as board_files
    from edgekit.firmware.build.build import LinkOptions, build
    from edgekit.firmware.build.bundle_header import NO_SETTINGS

    chosen = board_files.board(board)
    check_compiler(compiler)
    folder = out or IMAGES / f"{bundle.name}-{board}"
    options = LinkOptions(compiler, core, low_power, settings or NO_SETTINGS)
    return folder, build(bundle, chosen, folder, options, print_step)


def check_compiler(name: str) -> None:
    """Raise UsageError for a compiler that there is not."""
    if name not in ("zig", "gcc"):
        raise UsageError(f"--compiler is zig or gcc, not {name!r}")


def print_step(step: str) -> None:
    print_progress(f"firmware  {step}")
