"""Run a model on the Cortex-M cores of QEMU: its answers, and how many instructions they take.

QEMU models what unicorn does not, a Cortex-M55's Helium among it. Not run on hardware.
"""

import shutil
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import EdgekitError, UsageError
from edgekit.programs import run_program

from ..build.toolchain import (
    BARE_FLAGS,
    COMMON_FLAGS,
    FOLDER,
    MEMORY_C,
    Compiler,
    compile_model,
    zig,
)

LIMIT_S = 300.0
PROGRAM = "qemu-system-arm"

_HERE = FOLDER / "emulate" / "qemu"
_SOURCES = (*sorted(_HERE.glob("*.c")), MEMORY_C)


@dataclass(frozen=True)
class QemuMachine:
    """One of QEMU's boards; memory as (origin, bytes)."""

    name: str
    core: str  # that the image is compiled for
    clock_hz: int  # of the core, which SysTick counts
    code: tuple[int, int]
    constants: tuple[int, int] | None  # None: they lie behind the code
    data: tuple[int, int]

    def memory(self) -> str:
        """Return the first part of the linker script."""
        spans = {"CODE": self.code, "CONSTANTS": self.constants, "DATA": self.data}
        lines = [
            f"    {name} (rwx) : ORIGIN = {span[0]:#x}, LENGTH = {span[1]:#x}\n"
            for name, span in spans.items()
            if span
        ]
        alias = "" if self.constants else 'REGION_ALIAS("CONSTANTS", CODE);\n'
        return f"MEMORY\n{{\n{''.join(lines)}}}\n{alias}"


_4_MB = 4 << 20
MACHINES = {
    "cortex-m3": QemuMachine(
        "mps2-an385", "cortex-m3", 25_000_000, (0, _4_MB), None, (0x2000_0000, _4_MB)
    ),
    "cortex-m4": QemuMachine(
        "mps2-an386", "cortex-m4", 25_000_000, (0, _4_MB), None, (0x2000_0000, _4_MB)
    ),
    # The same instructions as an M4's, of which an M7 runs two at a time.
    "cortex-m7": QemuMachine(
        "mps2-an500", "cortex-m4", 25_000_000, (0, _4_MB), None, (0x2000_0000, _4_MB)
    ),
    "cortex-m33": QemuMachine(
        "mps2-an505", "cortex-m33", 20_000_000, (0x1000_0000, _4_MB), None, (0x3800_0000, _4_MB)
    ),
    "cortex-m55": QemuMachine(
        "mps3-an547",
        "cortex-m55",
        32_000_000,
        (0, 512 << 10),
        (0x6000_0000, 64 << 20),
        (0x2000_0000, 512 << 10),
    ),
}


def build_image(
    model: Sequence[Path],
    model_h: Path,
    folder: Path,
    core: str,
    compiler: Callable[[str], Compiler] = zig,
) -> Path:
    """Build an ELF file of the model's sources, whose model.h lies in the folder `model_h`.

    Raises EdgekitError where there is no compiler, UsageError for a core without a machine.
    """
    machine = _machine(core)
    script, elf = folder / "image.ld", folder / "image.elf"
    script.write_text(machine.memory() + (_HERE / "qemu.ld").read_text())
    cc = compiler(machine.core)
    flags = [*COMMON_FLAGS, *BARE_FLAGS, f"-I{_HERE}"]
    flags += ["-Wl,--gc-sections", "-Wl,-e,reset_handler", f"-Wl,-T,{script}"]
    if cc.name == "gcc":
        flags += ["-nostdlib", "-Wl,--no-warn-rwx-segments"]
    compile_model(cc, model, model_h, elf, flags, _SOURCES)
    return elf


def run_image(elf: Path, windows: bytes, core: str) -> tuple[bytes, int]:
    """Return the answers to all windows, one after another, and the instructions of one window.

    They are counted over many runs of the first window, as qemu/main.c says: to one in a million.
    Raises EdgekitError where there is no QEMU, or the image does not run to its end.
    """
    machine = _machine(core)
    if shutil.which(PROGRAM) is None:
        raise EdgekitError(f"{PROGRAM} is not installed. On Debian: apt install qemu-system-arm")
    folder = elf.parent
    (folder / "windows.bin").write_bytes(windows)
    command = [PROGRAM, "-M", machine.name, "-kernel", str(elf), "-icount", "shift=0"]
    command += ["-display", "none", "-monitor", "none", "-serial", "none", "-net", "none"]
    command += ["-semihosting-config", "enable=on,target=native"]
    late = f"{elf} did not end on {machine.name} within {LIMIT_S:g} s"
    done = run_program(command, LIMIT_S, late, folder)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if "warning:" not in line]
        raise EdgekitError(f"{elf} failed on QEMU's {machine.name}: {[*errors, 'a fault'][0]}")
    turns, ticks = struct.unpack("<2I", (folder / "times.bin").read_bytes())
    instructions = round(ticks * 1e9 / machine.clock_hz / turns)  # one in a nanosecond
    return (folder / "answers.bin").read_bytes(), instructions


def _machine(core: str) -> QemuMachine:
    if core not in MACHINES:
        raise UsageError(f"no machine of QEMU for {core}; there are {', '.join(MACHINES)}")
    return MACHINES[core]
