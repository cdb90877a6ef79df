"""Graphs compiled many at a time, and run beside tflite-micro."""

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.convert.codegen import generate
from edgekit.convert.generated import LAYOUT
from edgekit.convert.model import parse
from edgekit.convert.runtimes import tflm_interpreter
from edgekit.firmware.build.toolchain import (
    BARE_FLAGS,
    COMMON_FLAGS,
    KERNELS,
    MEMORY_C,
    Compiler,
    zig,
)
from edgekit.firmware.emulate.alignment import refuse_unaligned
from edgekit.firmware.emulate.machine import Machine

WINDOWS = 3  # of white noise, for each graph of many
MOST_BYTES = 8192  # of a window, or of an output

Run = Callable[[int, bytes, tuple[int, int]], list[bytes]]  # of graph i, a window


@dataclass(frozen=True)
class Kernels:
    """firmware/nn compiled once for a core."""

    core: str
    compiler: Compiler
    flags: tuple[str, ...]
    folder: Path
    objects: tuple[Path, ...]


def compile_kernels(
    core: str,
    folder: Path,
    flags: Sequence[str] = ("-O1",),
    compiler: Callable[[str], Compiler] = zig,
) -> Kernels:
    """Compile firmware/nn, and for a core without a C library what compilers call of one."""
    kernels = Kernels(core, compiler(core), (*_flags(core), *flags), folder, ())
    sources = sorted(KERNELS.glob("*.[cS]")) + ([] if core == "host" else [MEMORY_C])
    objects = [folder / f"{source.stem}{source.suffix[1]}.o" for source in sources]
    for source, object_file in zip(sources, objects, strict=True):
        kernels.compiler.run([*kernels.flags, "-c", source, "-o", object_file])
    return replace(kernels, objects=tuple(objects))


def different(
    kernels: Kernels, models: Sequence[bytes], windows: int = WINDOWS, strict_each: int = 1
) -> list[int]:
    """The graphs whose generated C does not answer as tflite-micro does, byte for byte.

    In emulation every `strict_each`-th graph also runs on a core that faults off a word, once.
    """
    run = _build(kernels, models, strict_each)
    random = np.random.default_rng(0)
    wrong = []
    for index, model in enumerate(models):
        parsed = parse(model)
        sizes = parsed.outputs[0].size, parsed.outputs[1].size
        for _ in range(windows):
            window = random.integers(-128, 128, parsed.inputs[0].shape).astype(np.int8)
            if run(index, window.tobytes(), sizes) != reference(model, window):
                wrong.append(index)
                break
    return wrong


def reference(model: bytes, window: NDArray[np.int8]) -> list[bytes]:
    interpreter = tflm_interpreter(model)
    interpreter.set_input(window, 0)
    interpreter.invoke()
    return [interpreter.get_output(place).tobytes() for place in (0, 1)]


def _build(kernels: Kernels, models: Sequence[bytes], strict_each: int) -> Run:
    sources = []
    for index, model in enumerate(models):
        source = kernels.folder / f"graph{index}.c"
        generated = generate(parse(model), f"graph{index}", ("first", "second"))
        source.write_text(f'#include "nn.h"\n\n{generated.source}')
        sources.append(source)
    if kernels.core == "host":
        library = kernels.folder / f"graphs{next(_NUMBERS)}.so"
        kernels.compiler.run([*kernels.flags, "-shared", *sources, *kernels.objects, "-o", library])
        return _on_host(ctypes.CDLL(str(library)))
    layout, elf = kernels.folder / "graphs.ld", kernels.folder / "graphs.elf"
    layout.write_text(LAYOUT.replace("*(.text .text.*)", "KEEP(*(.text .text.*))"))
    link = ["-nostdlib", "-Wl,-e,graph0_run", "-T", layout]
    kernels.compiler.run([*kernels.flags, *sources, *kernels.objects, *link, "-o", elf])
    machine, strict = (Machine.from_elf(elf, kernels.core) for _ in range(2))
    return _emulated(machine, strict, strict_each)


_NUMBERS = iter(range(1 << 30))  # a library's file must be a new one: dlopen keeps the old


def _flags(core: str) -> list[str]:
    flags = [flag for flag in COMMON_FLAGS if flag not in ("-g", "-O2")]
    # On this machine undefined behaviour ends the run.
    host = ["-fPIC", "-fsanitize=undefined", "-fsanitize-trap=undefined"]
    return [*flags, f"-I{KERNELS}", *(host if core == "host" else BARE_FLAGS)]


def _on_host(library: ctypes.CDLL) -> Run:
    def run(index: int, window: bytes, sizes: tuple[int, int]) -> list[bytes]:
        outputs = [ctypes.create_string_buffer(size) for size in sizes]
        library[f"graph{index}_run"](window, *outputs)
        return [output.raw for output in outputs]

    return run


def _emulated(machine: Machine, strict: Machine, strict_each: int) -> Run:
    refuse_unaligned(strict)
    window_at, *exits = (machine.place(bytes(MOST_BYTES)) for _ in range(3))
    assert [strict.place(bytes(MOST_BYTES)) for _ in range(3)] == [window_at, *exits]
    strictly: set[int] = set()

    def run(index: int, window: bytes, sizes: tuple[int, int]) -> list[bytes]:
        is_strict = index % strict_each == 0 and index not in strictly
        for each in (strict, machine) if is_strict else (machine,):
            each.write(window_at, window)
            each.call(f"graph{index}_run", window_at, *exits)
        strictly.add(index)
        return [machine.read(at, size) for at, size in zip(exits, sizes, strict=True)]

    return run
