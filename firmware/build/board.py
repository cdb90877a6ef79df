"""The boards: each a folder of boards/ whose board.toml says what it is and how it is flashed.

title = "Seeed Studio XIAO nRF52840"
cores = ["cortex-m4"]            # of one instruction set, named in cores/; the first is the default
sources = ["start.c", "hal.c"]   # relative to the folder; firmware/src and nn come by themselves
linker_script = "xiao.ld"        # a program of this machine has none
libraries = ["m"]                # to link with; a program of this machine only
formats = ["uf2", "hex"]         # of image.*, beside image.elf: uf2, hex, bin
run = "not run on hardware"      # where its image was run
boot_loader = "press reset twice"  # how to make its drive appear
notes = "D4 is SDA, D5 is SCL"   # how to wire and flash it, one line

[flash]                          # what the image may fill
origin = 0x27000
bytes = 0xA7000
[ram]                            # data, bss and stack together
origin = 0x20000000
bytes = 0x40000
[records]                        # the flash of hal_flash_*, pages of 4096 bytes
origin = 0xCE000
pages = 38
[uf2]
family_id = 0xADA52840
board_id = "(Seeed_XIAO_)?nRF52840-.*"   # a regular expression, of INFO_UF2.TXT's Board-ID
labels = ["XIAO-BOOT"]           # of the drive's file system
soft_device = "S140 7"           # of INFO_UF2.TXT: the image begins behind one of these
old = { before = "0.6.1", flash_end = 0xAD000 }  # earlier boot loaders write no further
[pyocd]
target = "nrf52840"
[boot2]                          # RP2040 only: the image begins with this, its CRC-32 last
bytes = 256
[clock]                          # of the core; without it no time of a window is known
hz = 64_000_000
[flash_reads]                    # what reading flash costs the core (timing/flash_reads.py)
cache_bytes = 2048
line_bytes = 16
miss_clocks = 3
data_clocks = 3                  # where the cache is for instructions alone
[flash_erase]
longest_ms = 85                  # of a page, by the data sheet
[window_ms]                      # of edgekit's nets on the first core, modelled
mtl-net-micro = 9
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgekit.errors import EdgekitError, UsageError

from ..cores import CORES, architecture_of
from ..cores.architecture import Architecture
from ..timing.flash_reads import FlashReads
from .toolchain import FOLDER

BOARDS = FOLDER / "boards"
PAGE_BYTES = 4096  # of a flash's erasure
FORMATS = ("uf2", "hex", "bin")


@dataclass(frozen=True)
class Memory:
    """A span of addresses."""

    origin: int
    bytes: int

    @property
    def end(self) -> int:
        return self.origin + self.bytes

    def holds(self, at: int, size: int) -> bool:
        return self.origin <= at and at + size <= self.end


@dataclass(frozen=True)
class OldBootLoader:
    """Boot loaders before this version drop what lies from `flash_end` on."""

    before: tuple[int, ...]
    flash_end: int


@dataclass(frozen=True)
class Board:
    """The description in board.toml; a program of this machine has no memories."""

    name: str
    title: str
    folder: Path
    cores: tuple[str, ...]
    sources: tuple[Path, ...]
    linker_script: Path | None
    libraries: tuple[str, ...]
    formats: tuple[str, ...]
    run: str
    boot_loader: str
    notes: str
    flash: Memory | None
    ram: Memory | None
    records: Memory | None
    uf2_family_id: int | None
    uf2_board_id: str | None
    uf2_labels: tuple[str, ...]
    uf2_soft_device: str | None
    uf2_old_boot_loader: OldBootLoader | None
    pyocd_target: str | None
    boot2_bytes: int
    clock_hz: int | None
    flash_reads: FlashReads | None
    longest_erase_ms: float | None
    window_ms: Mapping[str, float]  # of edgekit's nets on the first core, modelled

    def core(self, wanted: str | None = None) -> str:
        """Return the wanted core, or the first; raises UsageError for another board's core."""
        if wanted is None:
            return self.cores[0]
        if wanted not in self.cores:
            raise UsageError(f"{self.name} has no core {wanted!r}; it has {', '.join(self.cores)}")
        return wanted

    @property
    def architecture(self) -> Architecture:
        return architecture_of(self.cores[0])

    @property
    def flashed_by(self) -> str:
        ways = ["UF2 drive"] if self.uf2_board_id else []
        return ", ".join([*ways, "pyocd"] if self.pyocd_target else ways) or "-"

    @property
    def flash_words(self) -> str:
        """What to tell somebody who wants to flash it in another way."""
        if self.flashed_by == "-":
            return "it is no board to flash"
        return f"flash it by {self.flashed_by}"


def boards() -> list[Board]:
    """Read every board, in order of name."""
    return [board(path.parent.name) for path in sorted(BOARDS.glob("*/board.toml"))]


def board(name: str) -> Board:
    """Read a board; raises UsageError for an unknown name, EdgekitError for a damaged file."""
    path = BOARDS / name / "board.toml"
    if Path(name).name != name or not path.is_file():
        known = ", ".join(path.parent.name for path in sorted(BOARDS.glob("*/board.toml")))
        raise UsageError(f"no board {name!r}; there are {known}")
    try:
        return _read(path.parent, tomllib.loads(path.read_text()))
    except (KeyError, TypeError, ValueError) as error:
        raise EdgekitError(f"{path} is damaged: {error!r}") from None


def _read(folder: Path, fields: dict[str, Any]) -> Board:
    uf2, records = fields.get("uf2", {}), fields.get("records")
    described = Board(
        name=folder.name,
        title=fields["title"],
        folder=folder,
        cores=tuple(fields["cores"]),
        sources=tuple(folder / source for source in fields["sources"]),
        linker_script=folder / fields["linker_script"] if "linker_script" in fields else None,
        libraries=tuple(fields.get("libraries", ())),
        formats=tuple(fields.get("formats", ())),
        run=fields["run"],
        boot_loader=fields.get("boot_loader", ""),
        notes=fields.get("notes", ""),
        flash=_memory(fields.get("flash")),
        ram=_memory(fields.get("ram")),
        records=Memory(records["origin"], records["pages"] * PAGE_BYTES) if records else None,
        uf2_family_id=uf2.get("family_id"),
        uf2_board_id=uf2.get("board_id"),
        uf2_labels=tuple(uf2.get("labels", ())),
        uf2_soft_device=uf2.get("soft_device"),
        uf2_old_boot_loader=_old_boot_loader(uf2.get("old")),
        pyocd_target=fields.get("pyocd", {}).get("target"),
        boot2_bytes=fields.get("boot2", {}).get("bytes", 0),
        clock_hz=fields.get("clock", {}).get("hz"),
        flash_reads=_flash_reads(fields.get("flash_reads")),
        longest_erase_ms=fields.get("flash_erase", {}).get("longest_ms"),
        window_ms={net: float(ms) for net, ms in fields.get("window_ms", {}).items()},
    )
    if not described.cores or not set(described.cores) <= set(CORES):
        raise ValueError(f"cores {described.cores} are not of {tuple(CORES)}")
    if len({architecture_of(core).name for core in described.cores}) > 1:
        raise ValueError(f"cores {described.cores} are of several instruction sets")
    if not set(described.formats) <= set(FORMATS):
        raise ValueError(f"formats {described.formats} are not of {FORMATS}")
    return described


def _memory(fields: dict[str, Any] | None) -> Memory | None:
    return Memory(int(fields["origin"]), int(fields["bytes"])) if fields else None


def _old_boot_loader(fields: dict[str, Any] | None) -> OldBootLoader | None:
    if not fields:
        return None
    before = tuple(int(part) for part in fields["before"].split("."))
    return OldBootLoader(before, int(fields["flash_end"]))


def _flash_reads(fields: dict[str, Any] | None) -> FlashReads | None:
    if fields is None:
        return None
    cache_bytes, line_bytes = int(fields["cache_bytes"]), int(fields["line_bytes"])
    return FlashReads(
        cache_bytes, line_bytes, int(fields["miss_clocks"]), fields.get("data_clocks")
    )
