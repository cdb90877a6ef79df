"""Compile and run model.c: on this machine, and on Cortex-M cores in emulation."""

import ctypes
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile
from numpy.typing import NDArray

from edgekit.firmware.build.toolchain import (
    BARE_FLAGS,
    COMMON_FLAGS,
    MEMORY_C,
    Compiler,
    compile_model,
    zig,
)
from edgekit.firmware.emulate.alignment import refuse_unaligned
from edgekit.firmware.emulate.machine import Machine

if TYPE_CHECKING:
    from .runtimes import Int8Logits

HOST = "host"
CORES = ("cortex-m0plus", "cortex-m4")  # emulated by instruction; not run on hardware
# Whose kernels read several words at once, which may lie off a word.
_FAULTS_OFF_A_WORD = ("cortex-m4",)
RUN = "edgekit_model_run"

Net = Callable[[NDArray[np.int16]], tuple[bytes, bytes]]  # counts to posture and placement

# An image of the net alone: without start-up code, at addresses of no particular board.
LAYOUT = """\
SECTIONS {
    . = 0x08000000;
    .text : { *(.text .text.*) }
    .rodata : { *(.rodata .rodata.*) }
    . = 0x20000000;
    .data : { *(.data .data.*) }
    .bss : { *(.bss .bss.*) }
}
"""


@dataclass(frozen=True)
class Generated:
    """How many windows a core answered as tflite-micro did, byte for byte."""

    core: str  # "host", or an emulated one
    windows: int
    equal: int

    @property
    def is_exact(self) -> bool:
        return self.equal == self.windows

    def __str__(self) -> str:
        where = "this machine" if self.core == HOST else f"{self.core}, emulated"
        return f"{where}: {self.equal:,} of {self.windows:,}"


def compare_generated(
    bundle_folder: Path, core: str, counts: NDArray[np.int16], reference: "Int8Logits"
) -> Generated:
    """Compare model.c on a core with tflite-micro's answers to `counts` (N, window, 3).

    Raises EdgekitError where there is no compiler, it does not compile, or the core faults.
    """
    sizes = reference.posture.shape[1], reference.placement.shape[1]
    with compiled(bundle_folder, core, sizes) as net:
        equal = sum(
            net(window) == (posture.tobytes(), placement.tobytes())
            for window, posture, placement in zip(
                counts, reference.posture, reference.placement, strict=True
            )
        )
    return Generated(core, len(counts), equal)


@contextmanager
def compiled(bundle_folder: Path, core: str, sizes: tuple[int, int]) -> Iterator[Net]:
    """Compile model.c, and yield it as a function of a window (window, 3) of counts.

    `sizes`: how many postures and placements it answers.
    """
    with tempfile.TemporaryDirectory(prefix="edgekit-c-") as folder:
        if core == HOST:
            yield _on_host(build_net(bundle_folder, core, Path(folder)), sizes)
        else:
            elf = build_net(bundle_folder, core, Path(folder))
            yield _emulated(elf, core, sizes)


def build_net(
    bundle_folder: Path, core: str, folder: Path, compiler: Callable[[str], Compiler] = zig
) -> Path:
    """Compile model.c to a shared library for this machine, or to an ELF file for a core.

    The ELF file holds the net alone, without start-up code.
    """
    return build_function(bundle_folder / "model.c", bundle_folder, core, folder, RUN, compiler)


def build_function(
    source: Path,
    headers: Path,
    core: str,
    folder: Path,
    function: str,
    compiler: Callable[[str], Compiler] = zig,
) -> Path:
    """Compile a model's C and the kernels into `folder`, so that `function` can be called."""
    target = folder / ("net.so" if core == HOST else "net.elf")
    flags: list[str | Path] = [*COMMON_FLAGS]
    if core == HOST:
        flags += ["-shared", "-fPIC"]
    else:
        layout = folder / "net.ld"
        layout.write_text(LAYOUT)
        flags += [*BARE_FLAGS, "-nostdlib", "-Wl,--gc-sections", f"-Wl,-e,{function}", "-T", layout]
    beside = [] if core == HOST else [MEMORY_C]
    compile_model(compiler(core), [source], headers, target, flags, beside)
    return target


@dataclass(frozen=True)
class Sections:
    """Bytes of a program."""

    code: int
    constants: int
    static: int  # of RAM


def sections(elf: Path) -> Sections:
    """Return how many bytes of code, constants and static RAM an ELF file has."""
    code = constants = static = 0
    with elf.open("rb") as file:
        for section in ELFFile(file).iter_sections():
            size, flags = section["sh_size"], section["sh_flags"]
            if flags & SH_FLAGS.SHF_WRITE:
                static += size
            elif section.name == ".text":
                code += size
            elif section.name == ".rodata":
                constants += size
    return Sections(code, constants, static)


def _on_host(library: Path, sizes: tuple[int, int]) -> Net:
    run = ctypes.CDLL(str(library))[RUN]
    posture, placement = (ctypes.create_string_buffer(size) for size in sizes)

    def net(window: NDArray[np.int16]) -> tuple[bytes, bytes]:
        run(_samples(window), posture, placement)
        return posture.raw, placement.raw

    return net


def _emulated(elf: Path, core: str, sizes: tuple[int, int]) -> Net:
    """Return the net on a core; in its first window every access is checked for its alignment."""
    machine = Machine.from_elf(elf, core)
    posture, placement = (machine.place(bytes(size)) for size in sizes)
    entry: int | None = None

    def net(window: NDArray[np.int16]) -> tuple[bytes, bytes]:
        nonlocal entry
        samples = _samples(window)
        if entry is None:
            entry = machine.place(samples)
            if core in _FAULTS_OFF_A_WORD:
                strict = Machine.from_elf(elf, core)
                refuse_unaligned(strict)
                strict.call(RUN, strict.place(samples), *map(strict.place, map(bytes, sizes)))
        machine.write(entry, samples)
        machine.call(RUN, entry, posture, placement)
        return machine.read(posture, sizes[0]), machine.read(placement, sizes[1])

    return net


def _samples(window: NDArray[np.int16]) -> bytes:
    """Return the window as an array of edgekit_sample_t."""
    return window.astype("<i2", casting="equiv").tobytes()
