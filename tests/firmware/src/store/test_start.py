"""What a start costs, and what it remembers, however much the flash keeps."""

from collections.abc import Callable

import pytest

from edgekit.firmware.build.toolchain import (
    BARE_FLAGS,
    COLD_FLAGS,
    COMMON_FLAGS,
    FOLDER,
    INCLUDES,
    MEMORY_C,
    zig,
)
from edgekit.firmware.emulate.machine import Machine

CORE = "cortex-m0plus"  # the slowest; at 48 MHz on a Pico
PAGES, PAGE_BYTES, BOUT_BYTES = 64, 4096, 36  # a BOUT as it lies in a page
FULL = PAGES * PAGE_BYTES // BOUT_BYTES
SOURCES = (
    *(
        FOLDER / "src" / f"{name}.c"
        for name in ("journal", "store", "record", "settings", "mounting")
    ),
    MEMORY_C,
    FOLDER / "tests" / "journal_start.c",
)

Journal = Callable[[], Machine]


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Journal:
    """journal() is a core with the journal, on blank flash."""
    folder = tmp_path_factory.mktemp("journal")
    (folder / "journal.ld").write_text(
        "SECTIONS { . = 0x8000; .text : { *(.text*) *(.rodata*) } "
        ". = 0x20000000; .data : { *(.data*) } .bss : { *(.bss*) *(COMMON) } }\n"
    )
    link = [f"-Wl,-T,{folder / 'journal.ld'}", "-Wl,-e,start", "-Wl,--no-gc-sections"]
    includes = [f"-I{path}" for path in INCLUDES]
    elf = folder / "journal.elf"
    flags = (*COMMON_FLAGS, *BARE_FLAGS, *COLD_FLAGS)
    zig(CORE).run([*flags, *includes, *link, *SOURCES, "-o", elf])

    def make() -> Machine:
        machine = Machine.from_elf(elf, CORE)
        machine.call("power_on")
        return machine

    return make


def start_instructions(machine: Machine) -> int:
    machine.call("start", count=True)
    return machine.instructions


@pytest.mark.parametrize("bouts", [0, 112, 3 * FULL])
def test_a_start_takes_less_than_a_second_whatever_is_kept(journal: Journal, bouts: int) -> None:
    machine = journal()
    machine.call("start")
    machine.call("keep_bouts", bouts)
    assert start_instructions(machine) < 48_000_000 / 4  # at three cycles each, and a quarter spare


def test_a_start_takes_less_than_a_second_though_every_header_is_damaged(
    journal: Journal,
) -> None:
    machine = journal()
    machine.call("start")
    machine.call("keep_bouts", FULL - 200)
    machine.call("damage_headers")
    taken = start_instructions(machine)
    assert taken < 48_000_000 / 4


def test_starts_are_counted_though_the_ring_has_long_written_over_them(journal: Journal) -> None:
    machine = journal()
    for starts in range(1, 5):
        assert machine.call("start") == starts
        machine.call("keep_bouts", FULL + 1000 * starts)
