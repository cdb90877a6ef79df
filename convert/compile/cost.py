"""Count what a compiled model takes of a core: instructions in emulation, RAM and flash.

Counted of what the compiler makes; not run on hardware.
"""

import importlib.util
import platform
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import EdgekitError
from edgekit.firmware.build.toolchain import CompilerError, host_compiler
from edgekit.programs import run_program

from . import helium
from .interface import Interface
from .reference import Golden, wrong_answer

UNICORN = ("cortex-m0plus", "cortex-m4", "cortex-m33")
CORES = (*UNICORN, helium.CORE)
_PACKAGES = ("ziglang", "unicorn", "elftools")
COUNTED_INPUTS = 4  # of the golden ones; all are compared
LIMIT_S = 60.0


@dataclass(frozen=True)
class CoreCost:
    """What one answer takes of a core, of the input with the most instructions."""

    core: str
    instructions: int
    static_bytes: int  # activations and scratch
    stack_bytes: int | None  # None where the emulator does not tell
    code_bytes: int
    constant_bytes: int

    @property
    def ram_bytes(self) -> int:
        return self.static_bytes + (self.stack_bytes or 0)

    @property
    def ram(self) -> str:
        return f"{self.ram_bytes:,}{'' if self.stack_bytes is not None else ' + stack'}"

    @property
    def flash_bytes(self) -> int:
        return self.code_bytes + self.constant_bytes


def countable_cores() -> tuple[str, ...]:
    """Return the cores whose compiler and emulator are installed."""
    if any(importlib.util.find_spec(package) is None for package in _PACKAGES):
        return ()
    return CORES if shutil.which("qemu-system-arm") else UNICORN


def count(folder: Path, interface: Interface, golden: Golden, core: str) -> CoreCost:
    """Compile for a core and run the golden inputs on it, in emulation.

    Raises EdgekitError where an answer is not the reference interpreter's.
    """
    from edgekit.firmware.emulate.machine import Machine

    from ..generated import build_function, sections

    run = f"{interface.name}_run"
    with tempfile.TemporaryDirectory(prefix="edgekit-count-") as work:
        source = folder / "src" / f"{interface.name}.c"
        elf = build_function(source, source.parent, core, Path(work), run)
        if core == helium.CORE:
            size = sections(elf)
            instructions = helium.count_instructions(folder, interface, golden)
            return CoreCost(core, instructions, size.static, None, size.code, size.constants)
        machine = Machine.from_elf(elf, core)
        size = sections(elf)
    instructions = stack = 0
    input_at = machine.place(bytes(interface.input.size))
    outputs_at = [machine.place(bytes(port.size)) for port in interface.outputs]
    for place, window in enumerate(golden.inputs):
        machine.write(input_at, window.tobytes())
        machine.call(run, input_at, *outputs_at, count=place < COUNTED_INPUTS)
        ports = zip(outputs_at, interface.outputs, strict=True)
        answer = b"".join(machine.read(at, port.size) for at, port in ports)
        if not golden.agrees(place, answer):
            raise wrong_answer(golden, core)
        instructions = max(instructions, machine.instructions)
        stack = max(stack, machine.stack_bytes)
    return CoreCost(core, instructions, size.static, stack, size.code, size.constants)


def checked_here(folder: Path, interface: Interface) -> str | None:
    """Compile the golden test for this machine and run it; return what it printed.

    None where there is no C compiler. Raises EdgekitError where an answer is not the reference
    interpreter's.
    """
    try:
        compiler = host_compiler(platform.machine())
    except EdgekitError:
        return None
    sources = sorted((folder / "src").rglob("*.[cS]"))
    with tempfile.TemporaryDirectory(prefix="edgekit-check-") as work:
        program = Path(work) / "test"
        flags = ["-std=c11", "-O2", f"-I{folder / 'src'}", f"-I{folder / 'test'}"]
        test = folder / "test" / f"{interface.name}_test.c"
        try:
            compiler.run([*flags, test, *sources, "-o", program])
        except CompilerError as error:
            raise EdgekitError(f"the C does not compile here: {error}") from None
        late = f"the golden test did not end within {LIMIT_S:g} s"
        done = run_program([program], LIMIT_S, late)
    lines = done.stdout.splitlines() or [f"the golden test ended with {done.returncode}"]
    if done.returncode:
        raise EdgekitError(f"{lines[0]}: please report this model, and do not use the C")
    return lines[-1]
