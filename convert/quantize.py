"""Quantise ONNX to int8 TFLite through onnx2tf, in a temporary folder and a process of its own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.distribution import install_line
from edgekit.errors import EdgekitError

from . import onnx2tf_job

LIMIT_S = 900.0
LOG_TAIL_LINES = 12

# No GPU for seconds of work, and only errors in the log.
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "TF_ENABLE_ONEDNN_OPTS": "0"}


def int8_model(
    onnx: bytes,
    representative: NDArray[np.float32],
    run_job: Callable[[Path], None] | None = None,
) -> bytes:
    """Quantise to a TFLite model, int8 in and out; ranges come from windows (K, window, channels).

    `run_job` does onnx2tf_job's work in a folder, in place of a process of its own: who converts
    many nets starts TensorFlow once. Raises EdgekitError with the end of onnx2tf's log when that
    fails.
    """
    with tempfile.TemporaryDirectory(prefix="edgekit-convert-") as name:
        folder = Path(name)
        (folder / onnx2tf_job.NET).write_bytes(onnx)
        windows = representative[:, None, None]  # (K, 1, 1, window, channels)
        np.save(folder / onnx2tf_job.WINDOWS, windows)
        (run_job or _run_job)(folder)
        return (folder / onnx2tf_job.RESULT).read_bytes()


def _run_job(folder: Path) -> None:
    log = folder / "log.txt"
    try:
        with log.open("wb") as sink:
            done = subprocess.run(
                [sys.executable, "-m", onnx2tf_job.__name__, str(folder)],
                cwd=folder,
                env={**os.environ, **QUIET},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                timeout=LIMIT_S,
                check=False,
            )
    except subprocess.TimeoutExpired:
        raise EdgekitError(f"onnx2tf did not end within {LIMIT_S:.0f} s; try again") from None
    if done.returncode != 0 or not (folder / onnx2tf_job.RESULT).is_file():
        tail = log.read_text(errors="replace").strip().splitlines()[-LOG_TAIL_LINES:]
        raise EdgekitError(
            f"onnx2tf failed (exit {done.returncode}). The end of its output:\n"
            + "\n".join(f"  {line}" for line in tail)
            + f"\nCheck that its packages are whole: {install_line('convert')}"
        )
