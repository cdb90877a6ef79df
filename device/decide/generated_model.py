"""Run a bundle's model.c as a shared library, where no TensorFlow Lite runtime is installed.

Its logits equal tflite-micro's to the byte. A C compiler on this machine makes the library at the
first use; without a compiler it is made elsewhere, beside the model:
python -m edgekit.device.decide.generated_model BUNDLE --machine aarch64
"""

import argparse
import ctypes
import os
import platform
import re
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import C_HEADER, C_SOURCE, GOLDEN, Bundle, load_bundle
from edgekit.distribution import NAME
from edgekit.errors import EdgekitError
from edgekit.files import sha256
from edgekit.firmware.build.toolchain import (
    LINUX_TARGETS,
    Compiler,
    CompilerError,
    compile_model,
    host_compiler,
)
from edgekit.spec import AXES

RUN = "edgekit_model_run"
# On a 32-bit Pi the kernels are plain C: their assembly is for cores that know Thumb alone.
PLAIN = ("-U__ARM_FEATURE_DSP", "-U__ARM_ARCH_ISA_THUMB")
FLAGS = ("-std=c11", "-O2", "-fomit-frame-pointer", "-shared", "-fPIC", "-Wl,-s", *PLAIN)


class GeneratedModel:
    """A runtime that calls model.c."""

    name = "model.c"

    def __init__(self, bundle: Bundle) -> None:
        """Raises EdgekitError where model.c is missing, cannot be compiled, or is outdated."""
        _check_sizes(bundle)
        library = _library(bundle)
        try:
            self._run = ctypes.CDLL(str(library.resolve()))[RUN]
        except (OSError, AttributeError) as error:
            raise EdgekitError(
                f"{library} does not load: {error}. Delete it, and it is made anew."
            ) from None
        self._run.restype = None
        self._window = bundle.spec.window
        self._head_sizes = len(bundle.spec.postures), len(bundle.spec.placements)
        self._check_golden(bundle)

    def logits(self, counts: NDArray[np.int16]) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        """Return the logits (k, classes) of both heads of windows (k, window, 3) of counts."""
        counts = np.ascontiguousarray(counts, np.int16)
        assert counts.shape[1:] == (self._window, AXES)
        posture, placement = (np.empty((len(counts), size), np.int8) for size in self._head_sizes)
        addresses = zip(
            _row_addresses(counts), _row_addresses(posture), _row_addresses(placement), strict=True
        )
        for window_at, posture_at, placement_at in addresses:
            self._run(window_at, posture_at, placement_at)
        return posture, placement

    def _check_golden(self, bundle: Bundle) -> None:
        """Compare with the bundle's golden windows: a model.c older than the kernels would differ.

        docs/bundle.md draws the layout of golden.bin.
        """
        if GOLDEN not in bundle.fields["files"]:
            return
        data = (bundle.folder / GOLDEN).read_bytes()
        count = int.from_bytes(data[12:16], "little")
        sizes = [count * size for size in (2 * self._window * AXES, *self._head_sizes)]
        blocks = np.split(np.frombuffer(data, np.int8, sum(sizes), 64), np.cumsum(sizes)[:-1])
        logits = self.logits(blocks[0].view("<i2").reshape(count, self._window, AXES))
        if any(not np.array_equal(a.ravel(), b) for a, b in zip(logits, blocks[1:], strict=True)):
            raise EdgekitError(
                f"{C_SOURCE} does not answer as {GOLDEN} says: it was made by another edgekit than "
                "this one. Convert the run again."
            )


def library_path(bundle: Bundle, machine: str, folder: Path) -> Path:
    """Return the library's path, whose name holds the digest of its model.c."""
    return folder / f"model-{sha256(bundle.folder / C_SOURCE)[:16]}-{machine}.so"


def compile_library(bundle: Bundle, machine: str, folder: Path) -> Path:
    """Make the library in `folder`, whole or not at all. Raises EdgekitError without a compiler."""
    library = library_path(bundle, machine, folder)
    compiler = _compiler(machine)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        unfinished = Path(place) / library.name
        try:
            compile_model(compiler, [bundle.folder / C_SOURCE], bundle.folder, unfinished, FLAGS)
        except CompilerError as error:
            raise EdgekitError(f"model.c does not compile for {machine}: {error}") from None
        unfinished.replace(library)
    return library


def _library(bundle: Bundle) -> Path:
    """Return the library beside the model, else from the cache, else compile it there."""
    machine = platform.machine()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "edgekit"
    for folder in (bundle.folder, cache):
        library = library_path(bundle, machine, folder)
        if library.is_file():
            return library
    return compile_library(bundle, machine, cache)


def _compiler(machine: str) -> Compiler:
    try:
        return host_compiler(machine)
    except EdgekitError as error:
        raise EdgekitError(
            f"no C compiler for {machine}. On the Pi: sudo apt install gcc; or elsewhere, with "
            f"{NAME}[firmware], once for each bundle: "
            f"python -m edgekit.device.decide.generated_model BUNDLE --machine {machine} ({error})"
        ) from None


def _check_sizes(bundle: Bundle) -> None:
    """Raise EdgekitError where the C's sizes, which it cannot check, differ from the spec."""
    if not {C_SOURCE, C_HEADER} <= bundle.fields["files"].keys():
        raise EdgekitError(f"{bundle.folder} holds no {C_SOURCE}. Convert the run again.")
    spec = bundle.spec
    needed = {
        "WINDOW": spec.window, "POSTURES": len(spec.postures), "PLACEMENTS": len(spec.placements)
    }  # fmt: skip
    text = (bundle.folder / C_HEADER).read_text()
    for name, size in needed.items():
        defined = re.search(rf"^#define EDGEKIT_MODEL_{name} (\d+)\b", text, re.MULTILINE)
        if defined is None or int(defined[1]) != size:
            number = defined[1] if defined else "no"
            raise EdgekitError(
                f"{bundle.folder / C_HEADER} has {number} {name.lower()}; its bundle.json needs "
                f"{size}. Convert the run again."
            )


def _row_addresses(rows: NDArray[np.int8] | NDArray[np.int16]) -> list[ctypes.c_void_p]:
    first, step = rows.ctypes.data, rows.strides[0]
    return [ctypes.c_void_p(first + index * step) for index in range(len(rows))]


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m edgekit.device.decide.generated_model")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--machine", default=platform.machine(), help=", ".join(LINUX_TARGETS))
    chosen = parser.parse_args()
    try:
        bundle = load_bundle(chosen.bundle)
        _check_sizes(bundle)
        print(compile_library(bundle, chosen.machine, chosen.bundle))
    except EdgekitError as error:
        sys.exit(f"edgekit: {error}")


if __name__ == "__main__":
    _main()
