"""A Cortex-M core with memory: loads an ELF file, calls its functions, counts instructions."""

import bisect
from dataclasses import dataclass
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from unicorn import (
    UC_ARCH_ARM,
    UC_HOOK_BLOCK,
    UC_HOOK_MEM_INVALID,
    UC_MODE_MCLASS,
    UC_MODE_THUMB,
    Uc,
    UcError,
    arm_const,
)

from edgekit.errors import EdgekitError

from .core import check_core, unicorn_model

PAGE_BYTES = 0x1000
STOP = 0x1FFF_F000  # a called function returns here
SCRATCH = 0x6000_0000  # arguments from the bottom, the stack from the top
SCRATCH_BYTES = 1 << 20
_STACK_BYTES = 64 << 10
_ARGUMENT_REGISTERS = tuple(arm_const.UC_ARM_REG_R0 + number for number in range(4))


class MachineFaultError(EdgekitError):
    """The core met what it cannot execute, or memory that is not there."""


@dataclass(frozen=True)
class Symbol:
    name: str
    address: int
    bytes: int


class Machine:
    """`write`, `place` and `read` reach its memory; `call` runs a function to its end.

    Memory holds what the ELF's segments hold, where they are when the program runs, so that a
    function finds .data without a start-up; .bss is zero.
    """

    def __init__(self, core: str) -> None:
        self.core = core
        self.uc = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
        self.uc.ctl_set_cpu_model(unicorn_model(core))
        self.symbols: dict[str, int] = {}
        self.instructions = 0  # of the last call with count=True
        self.by_function: dict[str, int] = {}  # the same, by the function that they are of
        self.stack_bytes = 0  # that the last call used, its own return address not included
        self._functions: list[Symbol] = []
        self._pages: set[int] = set()
        self._counts_by_block: dict[tuple[int, int], int] = {}
        self._wrong_access = ""
        self._wrong_at: int | None = None
        self._placed = SCRATCH
        self.map(STOP, PAGE_BYTES)
        self.map(SCRATCH, SCRATCH_BYTES)
        self.uc.hook_add(UC_HOOK_MEM_INVALID, self._note_wrong_access)

    @classmethod
    def from_elf(cls, path: Path, core: str) -> "Machine":
        """Raises EdgekitError for what is no ELF file, or was built for another core."""
        machine = cls(core)
        machine.load_elf(path, at_run=True)
        return machine

    def load_elf(self, path: Path, at_run: bool) -> None:
        """Segments where they are when the program runs, or else where a flash keeps them."""
        try:
            with path.open("rb") as file:
                elf = ELFFile(file)
                check_core(elf, path, self.core)
                for segment in elf.iter_segments("PT_LOAD"):
                    at, data = segment["p_vaddr" if at_run else "p_paddr"], segment.data()
                    if not at_run and not data:
                        continue
                    self.map(at, segment["p_memsz"] if at_run else len(data))
                    self.write(at, data)
                table = elf.get_section_by_name(".symtab")
                found = [
                    Symbol(s.name, s["st_value"] & ~1, s["st_size"])
                    if s["st_info"]["type"] == "STT_FUNC"
                    else Symbol(s.name, s["st_value"], -1)
                    for s in (table.iter_symbols() if table else ())
                    if s.name and not s.name.startswith("$")
                ]
        except (ELFError, OSError) as error:
            raise EdgekitError(f"{path} cannot be read as an ELF file: {error}") from None
        self.symbols |= {symbol.name: symbol.address for symbol in found}
        self._functions = sorted((s for s in found if s.bytes >= 0), key=lambda s: s.address)

    def map(self, at: int, size: int) -> None:
        """Whole pages around these addresses become memory; those that are already, stay."""
        for page in range(at // PAGE_BYTES, -(-(at + size) // PAGE_BYTES)):
            if page not in self._pages:
                self.uc.mem_map(page * PAGE_BYTES, PAGE_BYTES)
                self._pages.add(page)

    def write(self, at: int, data: bytes) -> None:
        self.uc.mem_write(at, bytes(data))

    def read(self, at: int, size: int) -> bytes:
        return bytes(self.uc.mem_read(at, size))

    def place(self, data: bytes) -> int:
        """An address, a multiple of 16, at which these bytes now lie; for arguments of calls."""
        at = self._placed
        self._placed += -(-max(len(data), 1) // 16) * 16
        if self._placed > SCRATCH + SCRATCH_BYTES - _STACK_BYTES:
            raise EdgekitError("the arguments placed in the machine fill its memory")
        self.write(at, data)
        return at

    def call(self, name: str, *arguments: int, count: bool = False) -> int:
        """r0 after the function; arguments of 32 bits each, as the ABI passes them.

        With `count`, `instructions` is how many were issued (those that an IT block skips, too: a
        core spends a cycle on each). Without, it runs some hundred times as fast.
        """
        if name not in self.symbols:
            raise EdgekitError(f"the image has no function {name}")
        registers, stacked = arguments[:4], arguments[4:]
        stack = SCRATCH + SCRATCH_BYTES - (4 * len(stacked) + 15 & ~7)
        floor = SCRATCH + SCRATCH_BYTES - _STACK_BYTES
        self.write(floor, b"\xa5" * (stack - floor))
        for register, value in zip(_ARGUMENT_REGISTERS, registers, strict=False):
            self.uc.reg_write(register, value & 0xFFFFFFFF)
        for index, value in enumerate(stacked):
            self.write(stack + 4 * index, (value & 0xFFFFFFFF).to_bytes(4, "little"))
        self.uc.reg_write(arm_const.UC_ARM_REG_SP, stack)
        self.uc.reg_write(arm_const.UC_ARM_REG_LR, STOP | 1)
        if count:
            self._run_counted(self.symbols[name])
        else:
            self.run_from(self.symbols[name])
        self.stack_bytes = len(self.read(floor, stack - floor).lstrip(b"\xa5"))
        return int(self.uc.reg_read(arm_const.UC_ARM_REG_R0))

    def run_from(self, at: int) -> None:
        """Raises MachineFaultError, which says where and why, when the core cannot go on."""
        self._wrong_access = ""
        try:
            self.uc.emu_start(at | 1, STOP)
        except UcError as error:
            raise MachineFaultError(self._report(error)) from None
        pc = self.uc.reg_read(arm_const.UC_ARM_REG_PC)
        if pc != STOP:
            raise MachineFaultError(f"the core stopped in {self.where(pc)}")

    def where(self, at: int) -> str:
        """The address, and the function it lies in."""
        found = self._function_at(at)
        if found is None:
            return f"{at:#010x}"
        return f"{at:#010x} ({found.name}+{(at & ~1) - found.address})"

    def _function_at(self, at: int) -> Symbol | None:
        index = bisect.bisect(self._functions, at & ~1, key=lambda s: s.address) - 1
        if index < 0:
            return None
        found = self._functions[index]
        return found if (at & ~1) - found.address < max(found.bytes, 1) else None

    def _run_counted(self, at: int) -> None:
        runs: dict[tuple[int, int], int] = {}

        def enter(_uc: Uc, block: int, size: int, _data: object) -> None:
            runs[block, size] = runs.get((block, size), 0) + 1

        self.uc.ctl_flush_tb()  # what is translated already has no hook
        hook = self.uc.hook_add(UC_HOOK_BLOCK, enter)
        try:
            self.run_from(at)
        finally:
            self.uc.hook_del(hook)
            self.uc.ctl_flush_tb()
            self.by_function = {}
            for (block, size), times in runs.items():
                function = self._function_at(block)
                name = function.name if function else ""
                count = self._in_block(block, size) * times
                self.by_function[name] = self.by_function.get(name, 0) + count
            self.instructions = sum(self.by_function.values())

    def _in_block(self, at: int, size: int) -> int:
        """Instructions in a run of code: those whose first halfword begins 0b11101..0b11111 are
        of 32 bits, the others of 16 (Armv7-M reference manual, A5.1)."""
        if (at, size) not in self._counts_by_block:
            code, position, count = self.read(at, size), 0, 0
            while position < size:
                position += 4 if code[position + 1] >> 3 in (0b11101, 0b11110, 0b11111) else 2
                count += 1
            self._counts_by_block[at, size] = count
        return self._counts_by_block[at, size]

    def _note_wrong_access(
        self, _uc: Uc, access: int, at: int, size: int, _value: int, _data: object
    ) -> bool:
        self._wrong_at = at
        self._wrong_access = f"{_ACCESSES.get(access, 'access')} of {size} bytes at {at:#010x}"
        return False

    def _report(self, error: UcError) -> str:
        pc, lr, sp = (
            self.uc.reg_read(register)
            for register in (
                arm_const.UC_ARM_REG_PC,
                arm_const.UC_ARM_REG_LR,
                arm_const.UC_ARM_REG_SP,
            )
        )
        return (
            f"a fault in {self.where(pc)}, called from {self.where(lr)}, sp {sp:#010x}: "
            f"{self._wrong_access or error}"
        )


# Of unicorn_const's UC_MEM_*: unmapped and protected accesses.
_ACCESSES = {19: "read", 20: "write", 21: "fetch", 22: "write", 23: "read", 24: "fetch"}
