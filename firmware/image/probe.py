"""Flash over a debug probe, with pyocd."""

import importlib.util
import re
import shlex
import sys
import tempfile
from pathlib import Path

from edgekit.distribution import install_line
from edgekit.errors import EdgekitError, UsageError
from edgekit.programs import run_program

from ..build.board import Board
from .image import Image

LIMIT_S = 300.0
LOCKED = "APPROTECT enabled"  # pyocd 0.46, target_nRF52.py, of a chip that no probe may read


def by_pyocd(image: Image, board: Board, dry_run: bool = False) -> str:
    """Write the image by a probe; return what was done, or would be done.

    pyocd unlocks a locked chip by erasing all of it, unless it is told not to: boot loader,
    SoftDevice and nights would be gone. Raises EdgekitError where it cannot flash the board.
    """
    target = the_probes_target(board)
    command = ["pyocd", "flash", "--no-wait", "--target", target, "-O", "auto_unlock=false"]
    command.append("image.hex")
    if dry_run:
        return f"would run {shlex.join(command)}, {len(image.data):,} bytes as Intel hex"
    with tempfile.TemporaryDirectory(prefix="edgekit-flash-") as temporary:
        (Path(temporary) / "image.hex").write_text(image.as_hex())
        _run([sys.executable, "-m", *command], board, Path(temporary))
    return f"{board.name} was flashed by pyocd"


def the_probes_target(board: Board) -> str:
    """Return pyocd's name of the board; raises EdgekitError where it has none, or is missing."""
    if board.pyocd_target is None:
        raise UsageError(f"pyocd does not know {board.name}: {board.flash_words}")
    if importlib.util.find_spec("pyocd") is None:
        raise EdgekitError(f"pyocd is not installed. {install_line('firmware')}")
    return board.pyocd_target


def _run(command: list[str], board: Board, folder: Path) -> None:
    late = f"pyocd did not end within {LIMIT_S:.0f} s"
    done = run_program(command, LIMIT_S, late, folder)
    if not done.returncode:
        return
    if LOCKED in done.stderr + done.stdout:
        raise EdgekitError(
            f"the {board.title} is locked against probes (APPROTECT), and nothing was written. "
            f"Flash it by its drive: {board.boot_loader}. A probe could unlock it only by erasing "
            "the boot loader, the SoftDevice and every stored night"
        )
    lines = (done.stderr.strip() or done.stdout.strip() or "no word").splitlines()
    error_line = re.sub(r"^\d+ [A-Z] | \[\w+\]$", "", lines[-1].strip())
    raise EdgekitError(
        f"pyocd failed: {error_line}. Is the probe plugged in, and wired to the board?"
    )
