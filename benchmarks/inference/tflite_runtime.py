"""An interpreter with tflite-runtime, which cannot stand beside numpy 2: an environment of its own.

Its wheels end with Python 3.11.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.files import whole_folder

PACKAGES = ("tflite-runtime==2.14.0", "numpy==1.26.4")
LIMIT_S = 300.0


def tflite_runtime_python(*, may_make: bool, tell: Callable[[str], None]) -> Path:
    """Raises EdgekitError where it is not there and is not to be made, or cannot be."""
    folder = Path(os.environ.get("EDGEKIT_CACHE") or "cache").resolve() / "tflite-runtime"
    python = folder / "bin" / "python"
    if python.is_file():
        return python
    if sys.version_info >= (3, 12):
        raise EdgekitError("its wheels end with Python 3.11")
    if not may_make:
        raise EdgekitError("its environment is not there yet: a run without --quick makes it")
    tell(f"making an environment of {' and '.join(PACKAGES)} in {folder}")
    with whole_folder(folder) as fresh:
        _run([sys.executable, "-m", "venv", "--without-pip", fresh])
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--retries", "1"]
        _run([*pip, "--quiet", "--python", fresh / "bin" / "python", "install", *PACKAGES])
    return python


def _run(command: list[str | Path]) -> None:
    """Raises EdgekitError with the last of what was said."""
    try:
        ended = subprocess.run(
            [*map(str, command)], capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise EdgekitError(f"pip did not install it within {LIMIT_S:.0f} s") from None
    if ended.returncode:
        words = ended.stderr.strip().splitlines()
        raise EdgekitError(f"pip could not install it: {words[-1] if words else 'it says nothing'}")
