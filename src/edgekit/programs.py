"""Run another program to its end."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from edgekit.errors import EdgekitError


def run_program(
    command: Sequence[str | Path], limit_s: float, late: str, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `command` in `folder` and return its output and exit code, whatever that is.

    Raises EdgekitError with the text `late` where it does not end within `limit_s` seconds.
    """
    try:
        return subprocess.run(
            list(map(str, command)),
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EdgekitError(late) from None
