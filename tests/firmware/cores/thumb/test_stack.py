"""The stack's bound: never less than a core uses, and not much more."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from unicorn import UC_ARCH_ARM, UC_HOOK_CODE, UC_MODE_MCLASS, UC_MODE_THUMB, Uc
from unicorn.arm_const import (
    UC_ARM_REG_PC,
    UC_ARM_REG_SP,
    UC_CPU_ARM_CORTEX_M0,
    UC_CPU_ARM_CORTEX_M4,
    UC_CPU_ARM_CORTEX_M33,
)

from edgekit.errors import EdgekitError
from edgekit.firmware.build.build import Built
from edgekit.firmware.build.toolchain import BARE_FLAGS, COMMON_FLAGS, Compiler, zig
from edgekit.firmware.cores import Stack
from edgekit.firmware.cores.thumb.code import load_code
from edgekit.firmware.cores.thumb.stack import EXCEPTION_BYTES, worst_stack
from edgekit.firmware.emulate.emulated import emulated
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.image.image import load_elf

FLASH, RAM, RAM_BYTES = 0x10000, 0x20000000, 0x8000
CORES = {
    "cortex-m0plus": UC_CPU_ARM_CORTEX_M0,
    "cortex-m4": UC_CPU_ARM_CORTEX_M4,
    "cortex-m33": UC_CPU_ARM_CORTEX_M33,
}
SCRIPT = f"""
ENTRY(reset)
MEMORY {{
    FLASH (rx) : ORIGIN = {FLASH:#x}, LENGTH = 0x8000
    RAM (rwx) : ORIGIN = {RAM:#x}, LENGTH = {RAM_BYTES:#x}
}}
SECTIONS {{
    .text : {{ KEEP(*(.vectors)) *(.text*) *(.rodata*) }} > FLASH
    .data : {{ *(.data*) }} > RAM AT > FLASH
    .bss (NOLOAD) : {{ *(.bss*) *(COMMON) }} > RAM
}}
"""
AROUND = f"""
#include <stdint.h>
#define NOINLINE __attribute__((noinline))
void reset(void);
void tick(void);
void done(void);
volatile uint32_t heard;
NOINLINE void done(void) {{ heard++; }}
__attribute__((section(".vectors"), used)) const uintptr_t vectors[] = {{
    {RAM + RAM_BYTES:#x}, (uintptr_t)reset, (uintptr_t)tick, (uintptr_t)tick, 0x12345678,
}};
"""

NESTED = """
NOINLINE static uint32_t inner(volatile uint32_t *x) { volatile uint32_t y[40];
    y[heard & 31] = x[1]; return y[3] + x[0]; }
NOINLINE static uint32_t middle(uint32_t n) { volatile uint32_t x[9]; x[0] = n; x[1] = n;
    return inner(x) + x[0]; }
void reset(void) { heard = middle(heard) + middle(heard + 1); done(); }
"""
LARGE = """
NOINLINE static uint32_t fill(uint8_t *to, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) to[i] = (uint8_t)i;
    return to[n - 1]; }
NOINLINE static uint32_t large(void) { uint8_t bytes[5000]; return fill(bytes, 5000); }
void reset(void) { heard = large(); done(); }
"""
SWITCH = """
NOINLINE static uint32_t leaf(uint32_t n) { volatile uint32_t a[30]; a[n & 7] = n; return a[2]; }
NOINLINE static uint32_t choose(uint32_t n) { switch (n) {
    case 0: return leaf(3) + 1; case 1: return n * 9 + heard; case 2: return leaf(heard) ^ 7;
    case 3: return 5 + leaf(9) * 3; case 4: return heard / 3; case 5: return 77 - heard;
    default: return 1; } }
void reset(void) { for (uint32_t n = 0; n < 8; n++) heard = heard + choose(n); done(); }
"""
TAIL = """
NOINLINE static void last(uint32_t n) { volatile uint32_t a[50]; a[0] = n; heard = a[0]; }
NOINLINE static void first(uint32_t n) { volatile uint32_t a[20]; a[1] = n; last(a[1]); }
void reset(void) { first(heard); done(); }
"""
MANY_REGISTERS = """
NOINLINE static uint64_t mix(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    for (uint32_t i = 0; i < 9; i++) { a += b * c; b ^= d - a; c += a >> 7; d = d * 31 + b; }
    return a ^ b ^ c ^ d; }
void reset(void) { heard = (uint32_t)mix(heard, 2, 3, 4); done(); }
"""
POINTER = """
typedef uint32_t (*step)(uint32_t);
NOINLINE static uint32_t small(uint32_t n) { return n + heard; }
NOINLINE static uint32_t wide(uint32_t n) { volatile uint32_t a[60]; a[n & 3] = n; return a[1]; }
const step steps[] = {small, wide};
void reset(void) { for (uint32_t n = 0; n < 2; n++) heard = steps[(heard + n) & 1](n); done(); }
"""
PROGRAMS = {
    "nested": NESTED,
    "large": LARGE,
    "switch": SWITCH,
    "tail": TAIL,
    "registers": MANY_REGISTERS,
}


@dataclass(frozen=True)
class Program:
    elf: Path
    core: str

    @property
    def stack(self) -> Stack:
        return worst_stack(self.elf, FLASH)


def compiled(body: str, compiler: Compiler, folder: Path) -> Program:
    tick = "" if "void tick" in body else "void tick(void) { heard++; }\n"
    (folder / "program.c").write_text(AROUND + body + tick)
    (folder / "script.ld").write_text(SCRIPT)
    elf = folder / "program.elf"
    flags = [flag for flag in COMMON_FLAGS if flag != "-Werror"]
    libraries = ["-nostartfiles", "-nostdlib", "-lgcc"] if compiler.name == "gcc" else []
    script = ["-Wl,-T," + str(folder / "script.ld"), "-Wl,-e,reset", "-Wl,--gc-sections"]
    # Loops that fill memory are not to become calls of a memset that is not there.
    flags.append("-fno-builtin")
    if compiler.name == "gcc":
        flags.append("-fno-tree-loop-distribute-patterns")
    compiler.run([*flags, *BARE_FLAGS, *script, folder / "program.c", "-o", elf, *libraries])
    return Program(elf, compiler.core.name)


def used(program: Program) -> int:
    """The high-water mark of a run: the lowest stack pointer below its first."""
    image = load_elf(program.elf)
    with program.elf.open("rb") as file:
        (at,) = ELFFile(file).get_section_by_name(".symtab").get_symbol_by_name("done")
        done = at["st_value"] & ~1
    core = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
    core.ctl_set_cpu_model(CORES[program.core])
    core.mem_map(FLASH, 0x10000)
    core.mem_map(RAM, RAM_BYTES)
    core.mem_write(image.origin, image.data)
    top = RAM + RAM_BYTES
    core.reg_write(UC_ARM_REG_SP, top)
    lowest = top

    def watch(uc: Uc, address: int, size: int, _: object) -> None:
        nonlocal lowest
        lowest = min(lowest, uc.reg_read(UC_ARM_REG_SP))
        if address == done:
            uc.emu_stop()

    core.hook_add(UC_HOOK_CODE, watch)
    start = int.from_bytes(image.data[4:8], "little")
    core.emu_start(start | 1, 0xFFFFFFFF, count=1_000_000)
    assert core.reg_read(UC_ARM_REG_PC) == done, "the program did not come to its end"
    return top - lowest


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("core", CORES)
def test_the_bound_holds_and_is_near_what_zigs_program_uses(
    core: str, name: str, tmp_path: Path
) -> None:
    program = compiled(PROGRAMS[name], zig(core), tmp_path)
    water = used(program)
    assert water <= program.stack.main.bytes <= 1.3 * water


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("core", CORES)
def test_the_bound_holds_for_gccs_program_too(
    core: str, name: str, tmp_path: Path, arm_gcc: dict[str, Compiler]
) -> None:
    program = compiled(PROGRAMS[name], arm_gcc[core], tmp_path)
    water = used(program)
    assert water <= program.stack.main.bytes <= 1.3 * water


PUSHES = re.compile(r"(push|pop|vpush|vpop|stmdb|ldmia)[a-z.]*\s+(?:sp!, )?\{(.*)\}")
MOVES = re.compile(r"(add|sub)[a-z.]*\s+sp, (?:sp, )?#(\d+)$")
BRANCHES = re.compile(r"(?:b|bl|b[a-z]{2}|cbn?z)(?:\.[nw])?\s+(?:r\d+, )?([0-9a-f]+) <")


def grown(text: str) -> int:
    """By how many bytes an instruction that objdump names lets the stack grow."""
    if moved := MOVES.match(text):
        return int(moved[2]) * (1 if moved[1] == "sub" else -1)
    if not (pushed := PUSHES.match(text)):
        return 0
    words = 0
    for register in pushed[2].split(", "):
        first, last = (register.split("-") * 2)[:2]
        count = int(last[1:]) - int(first[1:]) + 1 if "-" in register else 1
        words += count * (2 if register.startswith("d") else 1)
    return 4 * words * (1 if pushed[1] in ("push", "vpush", "stmdb") else -1)


@pytest.mark.parametrize("core", CORES)
def test_each_instruction_is_read_as_objdump_reads_it(
    core: str, image_of: Callable[..., Built], arm_gcc: dict[str, Compiler]
) -> None:
    elf = image_of("emulated", core).elf
    objdump = arm_gcc[core].command[0].replace("gcc", "objdump")
    listed = subprocess.run(
        [objdump, "-d", "--no-show-raw-insn", elf], capture_output=True, text=True, check=True
    ).stdout
    code, compared = load_code(elf), 0
    for line in listed.splitlines():
        row = re.match(r"\s+([0-9a-f]+):\t([^.@]\S*\s*[^@]*)", line)
        if not row or code.function_at(at := int(row[1], 16)) is None:
            continue
        if code.is_instruction(at):
            read, text = code.instruction(at), row[2].strip()
            branch = BRANCHES.match(text)
            assert read.grows == grown(text), line
            assert read.target == (int(branch[1], 16) if branch else 0), line
            compared += 1
    assert compared > 5000


def test_the_deepest_path_is_reported(tmp_path: Path) -> None:
    main = compiled(NESTED, zig("cortex-m4"), tmp_path).stack.main
    assert [name for name, _ in main.path] == ["reset", "middle", "inner"]
    assert sum(size for _, size in main.path) == main.bytes
    assert dict(main.path)["inner"] >= 160


def test_each_handler_adds_its_own_depth_once(tmp_path: Path) -> None:
    handler = "void tick(void) { volatile uint32_t a[25]; a[heard & 7] = 1; heard = a[2]; }"
    stack = compiled(NESTED + handler, zig("cortex-m4"), tmp_path).stack
    (tick,) = stack.handlers  # it stands twice in the table
    assert 100 + EXCEPTION_BYTES <= tick.bytes <= 140 + EXCEPTION_BYTES
    assert stack.bytes == stack.main.bytes + tick.bytes


def test_a_call_through_a_pointer_counts_the_worst_function_that_is_pointed_at(
    tmp_path: Path,
) -> None:
    program = compiled(POINTER, zig("cortex-m4"), tmp_path)
    assert program.stack.pointers == ("reset",)
    assert program.stack.main.bytes >= max(used(program), 240)


@pytest.mark.parametrize("core", CORES)
def test_recursion_is_refused_by_name(core: str, tmp_path: Path) -> None:
    recursion = """
NOINLINE static uint32_t odd(uint32_t n);
NOINLINE static uint32_t even(uint32_t n) { return n == 0 ? heard : odd(n - 1) + heard; }
NOINLINE static uint32_t odd(uint32_t n) { return n == 0 ? heard : even(n - 1) * heard; }
void reset(void) { heard = even(heard); done(); }
"""
    with pytest.raises(EdgekitError, match=r"(even|odd) calls .*recursion"):
        _ = compiled(recursion, zig(core), tmp_path).stack


@pytest.mark.parametrize("core", CORES)
def test_an_array_of_a_size_that_only_the_run_knows_is_refused(core: str, tmp_path: Path) -> None:
    unbounded = """
NOINLINE static uint32_t room(uint32_t n) { volatile uint32_t a[n]; a[n - 1] = n; return a[0]; }
void reset(void) { heard = room(heard + 1); done(); }
"""
    with pytest.raises(EdgekitError, match="room makes room"):
        _ = compiled(unbounded, zig(core), tmp_path).stack


def test_gccs_unbounded_array_is_refused_too(tmp_path: Path, arm_gcc: dict[str, Compiler]) -> None:
    unbounded = """
NOINLINE static uint32_t room(uint32_t n) { volatile uint32_t a[n]; a[n - 1] = n; return a[0]; }
void reset(void) { heard = room(heard + 1); done(); }
"""
    for core in CORES:
        with pytest.raises(EdgekitError, match="room makes room"):
            _ = compiled(unbounded, arm_gcc[core], tmp_path).stack


def test_an_image_without_a_vector_table_is_refused(tmp_path: Path) -> None:
    program = compiled(NESTED, zig("cortex-m4"), tmp_path)
    with pytest.raises(EdgekitError, match="no vector table"):
        worst_stack(program.elf, FLASH + 0x40)


@pytest.mark.parametrize("core", ["cortex-m4", "cortex-m0plus"])
def test_the_applications_bound_holds_where_it_runs(
    core: str, image_of: Callable[..., Built]
) -> None:
    built = image_of("emulated", core)
    assert built.stack is not None and built.board.ram is not None
    sensor = SimulatedSensor()
    sensor.set_counts([(0, 0, 256)] * 400)
    system = emulated(built.elf, core, sensor)
    room = built.size.stack_room  # at the bottom of RAM, which the start paints (stack.c)
    system.run(5_000_000)
    left = system.memory.read(built.board.ram.origin, room)
    assert left[:256] == b"\xc5" * 256
    water = room - next(at for at in range(room) if left[at] != 0xC5)
    assert water <= built.stack.bytes <= 2.5 * water  # a full record store was not met here
