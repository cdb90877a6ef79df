"""Run another program to its end, and how many cores there are for it."""

import os
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


def cores() -> int:
    """Return how many cores this process may use, or has where the system does not say."""
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
