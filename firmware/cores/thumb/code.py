"""Read the code of an ELF file for a Cortex-M: its functions, instructions and data."""

import bisect
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile

from ...image.image import symbols
from .instructions import LR, Instruction, decode


@dataclass(frozen=True)
class Function:
    name: str
    start: int
    end: int


@dataclass
class Code:
    """An image's functions and the bytes of its sections, by address."""

    functions: dict[int, Function] = field(default_factory=dict)  # by their first address
    _starts: list[int] = field(default_factory=list)
    _marks: list[tuple[int, bool]] = field(default_factory=list)  # address, instructions follow
    _sections: list[tuple[int, bytes, bool]] = field(default_factory=list)

    def function_at(self, address: int) -> Function | None:
        """Return the function whose code holds the address."""
        at = bisect.bisect_right(self._starts, address) - 1
        if at < 0:
            return None
        function = self.functions[self._starts[at]]
        return function if address < function.end else None

    def is_instruction(self, address: int) -> bool:
        at = bisect.bisect_right(self._marks, (address, True)) - 1
        return at < 0 or self._marks[at][1]

    def half(self, address: int) -> int:
        return int.from_bytes(self._read(address, 2), "little")

    def word(self, address: int) -> int:
        return int.from_bytes(self._read(address, 4), "little")

    def instruction(self, address: int) -> Instruction:
        return decode(self.half(address), self.half(address + 2), address)

    def instructions(self, function: Function) -> Iterator[tuple[int, Instruction]]:
        """Yield a function's instructions with their addresses, in order of address."""
        at = function.start
        while at < function.end:
            if not self.is_instruction(at):
                at += 2
                continue
            instruction = self.instruction(at)
            yield at, instruction
            at += instruction.size

    def pointed_at(self) -> dict[int, list[int]]:
        """Return the functions whose address lies in data, each with the places of that."""
        places: dict[int, list[int]] = {}
        for start, data, _ in self._sections:
            words = struct.unpack_from(f"<{len(data) // 4}I", data)
            for number, word in enumerate(words):
                if word & 1 and word - 1 in self.functions:
                    at = start + 4 * number
                    if self.function_at(at) is None or not self.is_instruction(at):
                        places.setdefault(word - 1, []).append(at)
        return places

    def loaded(self, function: Function, at: int, register: int | None) -> int | None:
        """Return the last constant loaded into a register before `at`, in order of address."""
        values: dict[int, int] = {}
        for before, instruction in self.instructions(function):
            if before > at or (before == at and instruction.literal is None):
                break
            if instruction.literal is not None:
                target, place = instruction.literal
                values[target] = self.word(place)
            elif instruction.half is not None:
                target, half, upper = instruction.half
                values[target] = (half << 16 | values.get(target, 0) & 0xFFFF) if upper else half
            elif instruction.size == 2:
                _small_constant(values, self.half(before))
        return values.get(register) if register is not None else None

    def popped(self, function: Function, at: int, register: int | None) -> bool:
        """Whether a register was popped from the stack just before: a jump to it then returns."""
        if register is None or register == LR:
            return register == LR
        popped = False
        for before, instruction in self.instructions(function):
            if before >= at:
                break
            popped = bool(instruction.pops >> register & 1) or (popped and at - before < 12)
        return popped

    def _read(self, address: int, size: int) -> bytes:
        for start, data, _ in self._sections:
            if start <= address < start + len(data):
                return data[address - start :][:size]
        return b""


def _small_constant(values: dict[int, int], h: int) -> None:
    """Follow MOVS, LSLS, ADDS and NEGS, by which a core without MOVW builds a constant."""
    if h & 0xF800 == 0x2000:
        values[h >> 8 & 7] = h & 0xFF
    elif h & 0xF800 == 0x3000 and h >> 8 & 7 in values:
        values[h >> 8 & 7] += h & 0xFF
    elif h & 0xF800 == 0 and h >> 3 & 7 in values:
        values[h & 7] = values[h >> 3 & 7] << (h >> 6 & 31) & 0xFFFFFFFF
    elif h & 0xFFC0 == 0x4240 and h >> 3 & 7 in values:
        values[h & 7] = -values[h >> 3 & 7] & 0xFFFFFFFF


def load_code(path: Path) -> Code:
    """Read the code of an ELF file."""
    with path.open("rb") as file:
        elf = ELFFile(file)
        code = Code()
        ends: list[int] = []
        for section in elf.iter_sections():
            flags, kind = section["sh_flags"], section["sh_type"]
            if not flags & SH_FLAGS.SHF_ALLOC or kind == "SHT_NOBITS" or not section["sh_size"]:
                continue
            runs = bool(flags & SH_FLAGS.SHF_EXECINSTR)
            code._sections.append((section["sh_addr"], section.data(), runs))
            ends.append(section["sh_addr"] + section["sh_size"])
        _read_symbols(elf, code, sorted(ends))
        return code


def _read_symbols(elf: ELFFile, code: Code, ends: list[int]) -> None:
    sized: dict[int, tuple[str, int]] = {}
    for symbol in symbols(elf):
        name, value = symbol.name, symbol["st_value"]
        if name.split(".")[0] in ("$t", "$d"):
            code._marks.append((value, name.startswith("$t")))
        elif symbol["st_info"]["type"] == "STT_FUNC" and value & 1:
            known = sized.get(value - 1, ("", 0))
            sized[value - 1] = (
                max(known[0], name, key=_plainness),
                max(known[1], symbol["st_size"]),
            )
    code._marks.sort()
    code._starts.extend(sorted(sized))
    for number, start in enumerate(code._starts):
        name, size = sized[start]
        following = [e for e in (*code._starts[number + 1 : number + 2], *ends) if e > start]
        end = start + size if size else min(following)
        code.functions[start] = Function(name, start, end)


def _plainness(name: str) -> tuple[bool, bool, int]:
    """Order a function's several names: the one to show has no dots and few letters."""
    return bool(name), "." not in name, -len(name)
