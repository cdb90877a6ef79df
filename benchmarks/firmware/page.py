"""Fill in page.md: docs/firmware-numbers.md, how the figures are counted and on which machine."""

import platform
import subprocess
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.firmware.build.toolchain import gcc

from ..machine import processor
from . import tables
from .tables import MeasuredNet

PAGE = Path(__file__).with_name("page.md")


def page(nets: Sequence[MeasuredNet], emulators: str) -> str:
    """Fill in the page. `emulators`: a sentence on how the counts of two of them compare."""
    return PAGE.read_text(encoding="utf-8").format(
        made_on=made_on(),
        emulators=emulators,
        windows=tables.WINDOWS_TRIED,
        targets=tables.targets(nets),
        costs=tables.costs(nets),
        parts=tables.parts(nets),
        floors=tables.floors(nets),
        peers=tables.peers(nets),
        host=tables.host(nets),
    )


def made_on() -> str:
    """Return the day, the versions of the tools and the machine."""
    names = [f"zig {zig_version()}", gcc_version(), f"unicorn {version('unicorn')}"]
    return (
        f"{date.today():%-d %B %Y}; {', '.join(name for name in names if name)}; "
        f"{platform.system()} on {processor()}, Python {platform.python_version()}, "
        f"tflite-micro {version('tflite-micro')}."
    )


def zig_version() -> str:
    return version("ziglang")


def gcc_version() -> str:
    """Return the version, empty where gcc is not installed."""
    try:
        command = gcc("cortex-m4").command[0]
    except EdgekitError:
        return ""
    run = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    return f"arm-none-eabi-gcc {run.stdout.splitlines()[0].split()[-2]}"
