"""A Cortex-M core with memory: load an ELF file, call its functions, count instructions."""

import bisect
from collections.abc import Iterable
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
    UC_PROT_ALL,
    Uc,
    UcError,
    arm_const,
)

from edgekit.errors import EdgekitError

from ..image.image import symbols

MAPPED_BYTES = 0x1000  # memory is mapped by so many
STOP = 0x1FFF_F000  # a called function returns here
SCRATCH = 0x6000_0000  # arguments from the bottom, the stack from the top
SCRATCH_BYTES = 1 << 20
_STACK_BYTES = 64 << 10
_ARGUMENT_REGISTERS = tuple(arm_const.UC_ARM_REG_R0 + number for number in range(4))

# Tag_CPU_arch (ABI for the Arm architecture, addenda) of images that a core runs: v7-M and v6-M
# code are within v8-M Mainline; v7E-M adds v7-M's DSP. unicorn itself would run whatever it knows.
_V6_M, _V6S_M, _V7, _V7E_M, _V8_M_BASE, _V8_M_MAIN = 11, 12, 10, 13, 16, 17
_V6, _V7_ALL = {_V6_M, _V6S_M}, {_V6_M, _V6S_M, _V7, _V7E_M}
_CORES = {
    "cortex-m0plus": (arm_const.UC_CPU_ARM_CORTEX_M0, _V6),
    "cortex-m4": (arm_const.UC_CPU_ARM_CORTEX_M4, _V7_ALL),
    "cortex-m33": (arm_const.UC_CPU_ARM_CORTEX_M33, _V7_ALL | {_V8_M_BASE, _V8_M_MAIN}),
}


class MachineFaultError(EdgekitError):
    """The core reached an instruction that it does not have, or memory that is not there."""


@dataclass(frozen=True)
class Fault:
    """Why the core stopped; `address` is that of a wrong access, None for a wrong instruction."""

    report: str
    address: int | None


@dataclass(frozen=True)
class _Function:
    name: str
    address: int
    bytes: int


class Machine:
    """A core and its memory: `write`, `place` and `read` reach it, `call` runs a function.

    Memory holds what the ELF's segments hold, where they are when the program runs, so that a
    function finds .data without a start-up; .bss is zero.
    """

    def __init__(self, core: str) -> None:
        """Raises EdgekitError for a core that cannot be emulated."""
        if core not in _CORES:
            raise EdgekitError(f"no emulation of {core}: there are {', '.join(_CORES)}")
        self.core = core
        self.uc = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
        self.uc.ctl_set_cpu_model(_CORES[core][0])
        self.symbols: dict[str, int] = {}
        self.instructions = 0  # of the last call with count=True
        self.by_function: dict[str, int] = {}  # the same, by the function that they are of
        self.stack_bytes = 0  # of the last call, its own return address not included
        self._functions: list[_Function] = []
        self._pages: set[int] = set()
        self._counts_by_block: dict[tuple[int, int], int] = {}
        self._wrong_access = ""
        self._wrong_at: int | None = None
        self._refused: Fault | None = None
        self._placed = SCRATCH
        self.map(STOP, MAPPED_BYTES)
        self.map(SCRATCH, SCRATCH_BYTES)
        self.uc.hook_add(UC_HOOK_MEM_INVALID, self._note_wrong_access)

    @classmethod
    def from_elf(cls, path: Path, core: str) -> "Machine":
        """Load a program; raises EdgekitError for no ELF file, and one built for another core."""
        machine = cls(core)
        machine.load_elf(path, at_run=True)
        return machine

    def load_elf(self, path: Path, at_run: bool) -> None:
        """Load the segments to where they are when the program runs, or where flash holds them.

        Raises EdgekitError for a file that is no ELF file, or was built for another core.
        """
        try:
            with path.open("rb") as file:
                elf = ELFFile(file)
                _check_core(elf, path, self.core)
                for segment in elf.iter_segments("PT_LOAD"):
                    at, data = segment["p_vaddr" if at_run else "p_paddr"], segment.data()
                    if not at_run and not data:
                        continue
                    self.map(at, segment["p_memsz"] if at_run else len(data))
                    self.write(at, data)
                for symbol in symbols(elf):
                    name, address = symbol.name, symbol["st_value"]
                    if symbol["st_info"]["type"] == "STT_FUNC":
                        address &= ~1
                        self._functions.append(_Function(name, address, symbol["st_size"]))
                    if name and not name.startswith("$"):
                        self.symbols[name] = address
        except (ELFError, OSError) as error:
            raise EdgekitError(f"{path} cannot be read as an ELF file: {error}") from None
        self._functions.sort(key=lambda function: function.address)

    def map(self, at: int, size: int, rights: int = UC_PROT_ALL) -> None:
        """Make memory of the whole pages around these addresses; pages that are memory stay."""
        span = range(at // MAPPED_BYTES, -(-(at + size) // MAPPED_BYTES))
        if self._pages.isdisjoint(span):
            self.uc.mem_map(span.start * MAPPED_BYTES, len(span) * MAPPED_BYTES, rights)
        else:
            for page in set(span) - self._pages:
                self.uc.mem_map(page * MAPPED_BYTES, MAPPED_BYTES, rights)
        self._pages |= set(span)

    def write(self, at: int, data: bytes) -> None:
        self.uc.mem_write(at, bytes(data))

    def read(self, at: int, size: int) -> bytes:
        return bytes(self.uc.mem_read(at, size))

    def place(self, data: bytes) -> int:
        """Write bytes for an argument of a call; return their address, a multiple of 16."""
        at = self._placed
        self._placed += -(-max(len(data), 1) // 16) * 16
        if self._placed > SCRATCH + SCRATCH_BYTES - _STACK_BYTES:
            raise EdgekitError("the arguments placed in the machine fill its memory")
        self.write(at, data)
        return at

    def call(self, name: str, *arguments: int, count: bool = False) -> int:
        """Run a function; return r0. Arguments are of 32 bits each, passed as the ABI says.

        With `count`, `instructions` is how many were issued (those that an IT block skips, too: a
        core spends a cycle on each). Without, it runs some hundred times as fast. Raises
        MachineFaultError, which says where and why, when the core cannot go on.
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
            self._run_from(self.symbols[name])
        self.stack_bytes = len(self.read(floor, stack - floor).lstrip(b"\xa5"))
        return int(self.uc.reg_read(arm_const.UC_ARM_REG_R0))

    def execute(self, at: int, until: int) -> Fault | None:
        """Run from an address to another, or to `uc.emu_stop()`; return the fault that came first.

        Raises whatever a hook or a peripheral raised.
        """
        self._wrong_access, self._wrong_at, self._refused = "", None, None
        try:
            self.uc.emu_start(at | 1, until)
        except UcError as error:
            return Fault(self._report(str(error)), self._wrong_at)
        return self._refused

    def refuse(self, access: str, at: int) -> None:
        """Stop the core with a fault: a hook calls it in an access that unicorn would perform."""
        if self._refused is None:
            self._refused = Fault(self._report(access), at)
            self.uc.emu_stop()

    def _run_from(self, at: int) -> None:
        fault = self.execute(at, STOP)
        if fault is not None:
            raise MachineFaultError(fault.report)
        pc = self.uc.reg_read(arm_const.UC_ARM_REG_PC)
        if pc != STOP:
            raise MachineFaultError(f"the core stopped in {self.where(pc)}")

    def where(self, at: int) -> str:
        """Name an address with the function that it lies in."""
        function = self._function_at(at)
        if function is None:
            return f"{at:#010x}"
        return f"{at:#010x} ({function.name}+{(at & ~1) - function.address})"

    def functions_of(self, addresses: Iterable[int]) -> list[tuple[str, int, int]]:
        """Return the name, start and end of each function that one of the addresses lies in."""
        functions = {self._function_at(at) for at in addresses} - {None}
        return [(f.name, f.address, f.address + f.bytes) for f in functions if f is not None]

    def _function_at(self, at: int) -> _Function | None:
        index = bisect.bisect(self._functions, at & ~1, key=lambda function: function.address) - 1
        if index < 0:
            return None
        function = self._functions[index]
        return function if (at & ~1) - function.address < max(function.bytes, 1) else None

    def _run_counted(self, at: int) -> None:
        runs: dict[tuple[int, int], int] = {}

        def enter(_uc: Uc, block: int, size: int, _data: object) -> None:
            runs[block, size] = runs.get((block, size), 0) + 1

        self.uc.ctl_flush_tb()  # what is translated already has no hook
        hook = self.uc.hook_add(UC_HOOK_BLOCK, enter)
        try:
            self._run_from(at)
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
        """Count a block's instructions: those whose first halfword begins 0b11101..0b11111 are
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

    def _report(self, error: str) -> str:
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


def _check_core(elf: ELFFile, path: Path, core: str) -> None:
    """Raises EdgekitError for an image whose build attributes name another core's instructions."""
    attributes = elf.get_section_by_name(".ARM.attributes")
    architectures = [
        attribute.value
        for part in (attributes.iter_subsections() if attributes else ())
        for scope in part.iter_subsubsections()
        for attribute in scope.iter_attributes("TAG_CPU_ARCH")
    ]
    if not architectures:
        raise EdgekitError(f"{path} does not say which Arm core it was built for")
    if not set(architectures) <= _CORES[core][1]:
        raise EdgekitError(
            f"{path} holds instructions of Arm architecture {max(architectures)}, which a {core} "
            "does not have: it was built for another core"
        )
