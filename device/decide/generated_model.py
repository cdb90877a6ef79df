"""Run a bundle's model.c as a shared library, where no TensorFlow Lite runtime is installed.

Its logits equal tflite-micro's to the byte. A C compiler on this machine makes the library at the
first use; without a compiler it is made elsewhere, beside the model:
python -m edgekit.device.decide.generated_model BUNDLE --machine aarch64
"""

import argparse
import ctypes
import hashlib
import platform
import re
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import C_HEADER, C_SOURCE, GOLDEN, Bundle, load_bundle
from edgekit.distribution import NAME
from edgekit.errors import EdgekitError
from edgekit.files import sha256, user_cache
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
# gcc's -O2 leaves the kernels' loops as they are written: a window of the small net took 720 us,
# 490 us by -O3 and 250 us by both (measured on an AMD EPYC; zig, which vectorises by itself: 130).
FLAGS = ("-std=c11", "-O3", "-fomit-frame-pointer", "-shared", "-fPIC", "-Wl,-s", *PLAIN)
OF_THIS_PROCESSOR = "-march=native"
_OF_A_PROCESSOR = ("flags", "Features", "CPU part", "model name")  # lines of /proc/cpuinfo


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
    """Return the library's path, whose name holds the digest of its model.c and the machine."""
    return folder / f"model-{sha256(bundle.folder / C_SOURCE)[:16]}-{machine}.so"


def compile_library(bundle: Bundle, machine: str, folder: Path, processor: str = "") -> Path:
    """Make the library in `folder`, whole or not at all. Raises EdgekitError without a compiler.

    It runs on every processor of `machine`, or on this computer's own where `processor` names it.
    """
    library = library_path(bundle, machine + processor, folder)
    compiler = _compiler(machine)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        unfinished = Path(place) / library.name
        sources, model_h = [bundle.folder / C_SOURCE], bundle.folder
        try:
            if processor:
                with suppress(CompilerError):  # one that does not know the flag
                    own = (*FLAGS, OF_THIS_PROCESSOR)
                    compile_model(compiler, sources, model_h, unfinished, own)
            if not unfinished.exists():
                compile_model(compiler, sources, model_h, unfinished, FLAGS)
        except CompilerError as error:
            raise EdgekitError(f"model.c does not compile for {machine}: {error}") from None
        unfinished.replace(library)
    return library


def _library(bundle: Bundle) -> Path:
    """Return the library beside the model, else from the cache, else compile it there."""
    machine = platform.machine()
    cache, processor = user_cache(), _processor()
    for library in (
        library_path(bundle, machine, bundle.folder),
        library_path(bundle, machine + processor, cache),
    ):
        if library.is_file():
            return library
    return compile_library(bundle, machine, cache, processor)


def _processor() -> str:
    """Return a name for what this processor can do: a home folder may serve several computers."""
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:  # not Linux
        return ""
    features = sorted({line for line in lines if line.startswith(_OF_A_PROCESSOR)})
    return f"-{hashlib.sha256(chr(10).join(features).encode()).hexdigest()[:8]}" if features else ""


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
