"""Count what a window takes of one net on one core, in emulation; nothing is run on hardware."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import C_SOURCE
from edgekit.convert.generated import RUN, build_net, sections
from edgekit.convert.runtimes import Int8Logits, tflm_logits
from edgekit.errors import EdgekitError
from edgekit.firmware.build.toolchain import Compiler
from edgekit.firmware.emulate.machine import Machine
from edgekit.firmware.emulate.qemu import PROGRAM, build_image, run_image
from edgekit.front_end import int8_input
from edgekit.spec import AXES

from .nets import SEED, Net, windows_of_gravity

UNICORN = ("cortex-m0plus", "cortex-m4", "cortex-m33")
HELIUM = "cortex-m55"  # which unicorn does not have

WINDOWS = 4  # of gravity, and as many of white noise for the extremes

# Prefix of a function's name -> its part of the work.
PARTS = {
    "nn_conv": "convolution",
    "nn_offset": "convolution",  # a Cortex-M0+'s, of dense layers too
    "nn_rows": "convolution",
    "nn_tiles": "convolution",
    "nn_depthwise": "depthwise",
    "by_pairs": "depthwise",
    "one_by_one": "depthwise",
    "nn_dense": "dense",
    "nn_four_rows": "dense",
    "nn_add": "add",
    "nn_max_pool": "pools",
    "nn_average_pool": "pools",
    "nn_mean": "pools",
    "nn_read": "front end",
}
REST = "rest"


@dataclass(frozen=True)
class NetCost:
    """What the window with the most instructions takes."""

    net: str
    core: str
    compiler: str
    instructions: int
    parts: dict[
        str, int
    ]  # instructions by part of the work; empty where the emulator has no functions
    static_bytes: int  # activations and scratch
    stack_bytes: int | None  # measured: how deep a run writes below its caller's
    code_bytes: int  # kernels, the run and what the compiler adds
    constant_bytes: int  # weights and parameters of channels and layers

    @property
    def ram_bytes(self) -> int:
        return self.static_bytes + (self.stack_bytes or 0)


def cores() -> tuple[str, ...]:
    """Return the cores that an installed emulator runs."""
    return (*UNICORN, HELIUM) if shutil.which(PROGRAM) else UNICORN


@dataclass(frozen=True)
class Reference:
    """Windows and tflite-micro's answers to them."""

    counts: NDArray[np.int16]  # (N, window, 3)
    windows: NDArray[np.int8]  # (N, window, channels), the counts through the front end
    answers: Int8Logits


def reference(net: Net) -> Reference:
    noise = np.random.default_rng(SEED).integers(-512, 512, (WINDOWS, net.spec.window, AXES))
    counts = np.concatenate([windows_of_gravity(WINDOWS), noise.astype(np.int16)])
    windows = int8_input(counts, net.spec.front_end)
    return Reference(counts, windows, tflm_logits(net.model, windows))


def measure(
    net: Net, core: str, compiler: Callable[[str], Compiler], expected: Reference
) -> NetCost:
    """Compile, run and count. Raises EdgekitError where an answer is not tflite-micro's bytes."""
    with tempfile.TemporaryDirectory(prefix="edgekit-count-") as name:
        folder = Path(name)
        elf = build_net(net.folder, core, folder, compiler)
        run = _in_unicorn if core in UNICORN else _in_qemu
        counted = run(net, core, compiler, expected, folder)
        size = sections(elf)
    return NetCost(
        net.name,
        core,
        compiler(core).name,
        counted.instructions,
        counted.parts,
        size.static,
        counted.stack_bytes,
        size.code,
        size.constants,
    )


def in_qemu(net: Net, core: str, compiler: Callable[[str], Compiler], expected: Reference) -> int:
    """Return the instructions of the first window in QEMU; answers are checked, too."""
    with tempfile.TemporaryDirectory(prefix="edgekit-count-") as name:
        return _in_qemu(net, core, compiler, expected, Path(name)).instructions


@dataclass(frozen=True)
class _Counted:
    instructions: int
    parts: dict[str, int]
    stack_bytes: int | None


def _in_unicorn(
    net: Net, core: str, _: Callable[[str], Compiler], expected: Reference, folder: Path
) -> _Counted:
    machine = Machine.from_elf(folder / "net.elf", core)
    heads = expected.answers.posture, expected.answers.placement
    window_at = machine.place(expected.counts[0].tobytes())
    answers_at = [machine.place(head[0].tobytes()) for head in heads]
    runs = []
    for counts, *truths in zip(expected.counts, *heads, strict=True):
        machine.write(window_at, counts.tobytes())
        machine.call(RUN, window_at, *answers_at, count=True)
        for at, truth in zip(answers_at, truths, strict=True):
            if machine.read(at, truth.size) != truth.tobytes():
                raise _wrong_answer(net, core)
        parts = _parts(machine.by_function)
        runs.append(_Counted(machine.instructions, parts, machine.stack_bytes))
    return max(runs, key=lambda run: run.instructions)


def _in_qemu(
    net: Net, core: str, compiler: Callable[[str], Compiler], expected: Reference, folder: Path
) -> _Counted:
    """Count in QEMU, which reports neither functions nor the depth of the stack."""
    elf = build_image([net.folder / C_SOURCE], net.folder, folder, core, compiler)
    answers, instructions = run_image(elf, expected.counts.tobytes(), core)
    heads = expected.answers.posture, expected.answers.placement
    if answers != np.concatenate(heads, axis=1).tobytes():
        raise _wrong_answer(net, core)
    return _Counted(instructions, {}, None)


def _wrong_answer(net: Net, core: str) -> EdgekitError:
    return EdgekitError(f"{net.name} on {core} does not answer as tflite-micro does")


def _parts(by_function: dict[str, int]) -> dict[str, int]:
    parts: dict[str, int] = {}
    for function, count in by_function.items():
        part = next((p for start, p in PARTS.items() if function.startswith(start)), REST)
        parts[part] = parts.get(part, 0) + count
    return parts
