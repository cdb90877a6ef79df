"""The Pico's boot stage: how it makes the flash readable, and what the model would complain of."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edgekit.firmware.build.board import board
from edgekit.firmware.emulate.machine import MachineFaultError
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.system import System
from edgekit.firmware.image.image import load_elf
from tests.helpers.chips.rp2 import Rp2, pico, pico2
from tests.helpers.chips.rp2_boot import Rp2040Boot

BoardApp = Callable[[str, str], Path]


@pytest.fixture
def system(board_app: BoardApp) -> Iterator[System[Rp2]]:
    system = pico(board_app("pico", "cortex-m0plus"), SimulatedSensor())
    yield system
    assert system.complaints == []
    assert bytes(system.sent[:1]) == b"B"  # the application has begun


def boot_of(system: System[Rp2]) -> Rp2040Boot:
    assert isinstance(system.chip.boot, Rp2040Boot)
    return system.chip.boot


def test_the_flash_is_read_by_four_lines_and_as_fast_as_the_board_says(
    system: System[Rp2],
) -> None:
    system.run(300_000)
    ssi, reads = boot_of(system).ssi, board("pico").flash_reads
    assert ssi.chip.is_continuous
    assert reads is not None
    assert 0 <= reads.miss_clocks - ssi.miss_clocks() <= 8  # what the bus adds


def test_a_chip_without_its_quad_enable_bit_gets_it_and_keeps_its_other_bits(
    system: System[Rp2],
) -> None:
    chip = boot_of(system).ssi.chip
    chip.status_2 = 0x40
    system.run(300_000)
    assert (chip.status_2, chip.is_continuous) == (0x42, True)


def test_a_chip_that_refuses_the_bit_is_read_slowly_by_the_command_that_every_chip_has(
    system: System[Rp2],
) -> None:
    ssi = boot_of(system).ssi
    ssi.chip.status_2, ssi.chip.takes_quad = 0, False
    system.run(300_000)
    assert not ssi.chip.is_continuous
    assert ssi.miss_clocks() > 400


def patched(elf: Path, target: Path, old: str, new: str) -> Path:
    """Replace bytes of the boot stage, which occur there once."""
    stage, content = load_elf(elf).data[:240], elf.read_bytes()
    wrong = stage.replace(bytes.fromhex(old), bytes.fromhex(new))
    assert stage.count(bytes.fromhex(old)) == 1 and content.count(stage) == 1
    target.write_bytes(content.replace(stage, wrong))
    return target


SSI_OFF_FIRST, NOTHING = "9c60 5a61", "00bf 5a61"
SAMPLES_LATE, AT_ONCE = "f022 9950", "f022 00bf"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (SSI_OFF_FIRST, NOTHING, "set up at 0x14 while it is on"),
        (SAMPLES_LATE, AT_ONCE, "sampled too early at 62.5 MHz"),
        ("a021 1966", "0021 1966", ""),  # mode bits that leave the chip waiting for a command
        ("0421 5961", "0321 5961", "divides its clock by 3"),
    ],
)
def test_a_boot_stage_that_sets_the_flash_up_wrongly_is_noticed(
    old: str, new: str, complaint: str, board_app: BoardApp, tmp_path: Path
) -> None:
    elf = patched(board_app("pico", "cortex-m0plus"), tmp_path / "wrong.elf", old, new)
    system = pico(elf, SimulatedSensor())
    if complaint:
        system.run(300_000)
        assert any(complaint in said for said in system.complaints), system.complaints
    else:
        with pytest.raises(MachineFaultError):
            system.run(300_000)


def test_the_plain_command_at_half_of_the_core_s_clock_is_too_fast(
    board_app: BoardApp, tmp_path: Path
) -> None:
    elf = board_app("pico", "cortex-m0plus")
    system = pico(patched(elf, tmp_path / "fast.elf", "0421 5961", "0221 5961"), SimulatedSensor())
    boot_of(system).ssi.chip.status_2, boot_of(system).ssi.chip.takes_quad = 0, False
    system.run(300_000)
    assert "the flash is read at 62.5 MHz, which is too fast" in system.complaints


@pytest.mark.parametrize(
    ("make", "core"), [(pico, "cortex-m0plus"), (pico2, "cortex-m33")], ids=["pico", "pico2"]
)
def test_the_core_s_clock_is_the_one_that_times_are_computed_with(
    make: Callable[[Path, SimulatedSensor], System[Any]], core: str, board_app: BoardApp
) -> None:
    # The clocks' model complains where the PLL makes another clock than board.toml says.
    system = make(board_app(make.__name__, core), SimulatedSensor())
    system.run(300_000)
    assert system.complaints == []
    assert board(make.__name__).clock_hz in (125_000_000, 150_000_000)
