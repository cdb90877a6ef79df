"""Measure the flash and RAM of an image, and of each of its parts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile

from ..build.board import Board
from .image import symbols

PARTS = ("weights", "model", "kernels", "application", "board", "rest")
REST = "rest"  # the compiler's own functions, texts, alignment


@dataclass(frozen=True)
class Size:
    """Bytes by part, without the stack; `stack_room`: free RAM below the stack's top."""

    flash: Mapping[str, int]
    ram: Mapping[str, int]
    stack_room: int

    @property
    def flash_bytes(self) -> int:
        return sum(self.flash.values())

    @property
    def ram_bytes(self) -> int:
        return sum(self.ram.values())


@dataclass(frozen=True)
class _Placed:
    """A function or object with its place."""

    name: str
    start: int
    bytes: int
    file: str  # of a local symbol: its source; "" for a global one
    is_code: bool
    writable: bool
    stored: bool  # in flash: code, constants, and what RAM begins with


def measure(elf: Path, parts: Mapping[Path, str], board: Board, stack_top: int | None) -> Size:
    """Return an image's bytes by part; `parts` has the part of each object file.

    `stack_top`: the address that the stack grows down from; None leaves `stack_room` at 0.
    """
    globals_of, files_of = _defined(parts)
    flash, ram = dict.fromkeys(PARTS, 0), dict.fromkeys(PARTS, 0)
    with elf.open("rb") as file:
        read = ELFFile(file)
        for symbol in _symbols(read):
            part = (files_of if symbol.file else globals_of).get(symbol.file or symbol.name, REST)
            if symbol.stored:
                constant = part == "model" and not symbol.is_code and not symbol.writable
                flash["weights" if constant else part] += symbol.bytes
            if symbol.writable:
                ram[part] += symbol.bytes
        stored, static, room = _sections(read, board, stack_top)
    flash[REST] += stored - sum(flash.values())
    ram[REST] += static - sum(ram.values())
    return Size(flash, ram, room)


def image_map(elf: Path) -> str:
    """Return a line for each symbol, by address: address, bytes, kind, name, file."""
    with elf.open("rb") as file:
        lines = [
            f"{symbol.start:#010x} {symbol.bytes:8,} "
            f"{'code' if symbol.is_code else 'data' if symbol.writable else 'const':5} "
            f"{symbol.name}{f'  ({symbol.file})' if symbol.file else ''}"
            for symbol in sorted(_symbols(ELFFile(file)), key=lambda symbol: symbol.start)
        ]
    return "\n".join(lines) + "\n"


def _defined(parts: Mapping[Path, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the part of each global symbol, and of each source file's name."""
    globals_of: dict[str, str] = {}
    files_of: dict[str, str] = {}
    for path, part in parts.items():
        with path.open("rb") as file:
            for symbol in symbols(ELFFile(file)):
                if symbol["st_info"]["type"] == "STT_FILE":
                    files_of[Path(symbol.name).name] = part
                elif symbol["st_info"]["bind"] != "STB_LOCAL" and symbol["st_shndx"] != "SHN_UNDEF":
                    globals_of[symbol.name] = part
    return globals_of, files_of


def _symbols(elf: ELFFile) -> Iterator[_Placed]:
    """Yield functions and objects, each place once."""
    seen: set[int] = set()
    current = ""
    for symbol in symbols(elf):
        kind, index = symbol["st_info"]["type"], symbol["st_shndx"]
        if kind == "STT_FILE":
            current = Path(symbol.name).name
        if kind not in ("STT_FUNC", "STT_OBJECT") or not isinstance(index, int):
            continue
        section = elf.get_section(index)
        start = symbol["st_value"] & ~1 if kind == "STT_FUNC" else symbol["st_value"]
        if start in seen or not symbol["st_size"] or not section["sh_flags"] & SH_FLAGS.SHF_ALLOC:
            continue
        seen.add(start)
        writable = bool(section["sh_flags"] & SH_FLAGS.SHF_WRITE)
        local = symbol["st_info"]["bind"] == "STB_LOCAL"
        yield _Placed(
            name=symbol.name,
            start=start,
            bytes=symbol["st_size"],
            file=current if local else "",
            is_code=kind == "STT_FUNC",
            writable=writable,
            stored=section["sh_type"] != "SHT_NOBITS",
        )


def _sections(elf: ELFFile, board: Board, stack_top: int | None) -> tuple[int, int, int]:
    """Return the bytes in flash, the bytes of RAM without the stack, and the stack's room."""
    stored = static = 0
    ram_ends: list[int] = []
    for section in elf.iter_sections():
        flags, size = section["sh_flags"], section["sh_size"]
        if not flags & SH_FLAGS.SHF_ALLOC or section.name.startswith((".stack", ".heap")):
            continue
        if section["sh_type"] != "SHT_NOBITS":
            stored += size
        in_ram = flags & SH_FLAGS.SHF_WRITE
        if board.ram is not None:
            in_ram = board.ram.holds(section["sh_addr"], size)
        if in_ram:
            static += size
            ram_ends.append(section["sh_addr"] + size)
    if board.ram is None or stack_top is None:
        return stored, static, 0
    below = max((end for end in ram_ends if end <= stack_top), default=board.ram.origin)
    return stored, static, stack_top - max(below, board.ram.origin)
