"""Install tflite-runtime into an environment of its own, because it needs numpy before 2.

Its wheels end with Python 3.11.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.files import cache_folder, whole_folder
from edgekit.programs import run_program

PACKAGES = ("tflite-runtime==2.14.0", "numpy==1.26.4")
LIMIT_S = 300.0


def tflite_runtime_python(*, may_install: bool, progress: Callable[[str], None]) -> Path:
    """Return the environment's interpreter; install it where it is missing and `may_install`.

    Raises EdgekitError where it is missing and may not, or cannot, be installed.
    """
    folder = cache_folder("tflite-runtime").resolve()
    python = folder / "bin" / "python"
    if python.is_file():
        return python
    if sys.version_info >= (3, 12):
        raise EdgekitError("its wheels end with Python 3.11")
    if not may_install:
        raise EdgekitError("its environment is not there yet: a run without --quick makes it")
    progress(f"making an environment of {' and '.join(PACKAGES)} in {folder}")
    with whole_folder(folder) as fresh:
        _run([sys.executable, "-m", "venv", "--without-pip", fresh])
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--retries", "1"]
        _run([*pip, "--quiet", "--python", fresh / "bin" / "python", "install", *PACKAGES])
    return python


def _run(command: list[str | Path]) -> None:
    """Run the command. Raises EdgekitError with the last line of its stderr."""
    ended = run_program(command, LIMIT_S, f"pip did not install it within {LIMIT_S:.0f} s")
    if ended.returncode:
        lines = ended.stderr.strip().splitlines()
        raise EdgekitError(f"pip could not install it: {lines[-1] if lines else 'it says nothing'}")
