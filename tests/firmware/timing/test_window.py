"""A window's time: the core's cycles and the flash's waits, of the very image that is flashed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.bundle import Bundle
from edgekit.firmware.build.board import Memory, board
from edgekit.firmware.build.build import Built, build
from edgekit.firmware.build.toolchain import zig
from edgekit.firmware.image.fit import TooSlowError, check_fit, check_time
from edgekit.firmware.timing.flash_reads import FlashReads
from edgekit.firmware.timing.keeps_up import erase_loss, fifo_ms, window_limit_ms
from edgekit.firmware.timing.window import function_time
from edgekit.spec import SLEEP, WISDM, Spec

# 100 turns of a loop: MOVS 1, then SUBS 1 and BNE 2 (1 at the end), then BX 2.
LOOP = """
__attribute__((naked)) void edgekit_model_run(void)
{
    __asm__(".balign 8\\n movs r0, #100\\n1: subs r0, #1\\n bne 1b\\n bx lr\\n");
}
"""
FLASH = Memory(0x1000_0000, 0x1000)


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loop")
    (folder / "loop.c").write_text(LOOP)
    (folder / "loop.ld").write_text("SECTIONS { . = 0x10000000; .text : { *(.text*) } }\n")
    link = [f"-Wl,-T,{folder / 'loop.ld'}", "-Wl,-e,edgekit_model_run", "-ffreestanding", "-O1"]
    zig("cortex-m0plus").run(["-nostdlib", *link, folder / "loop.c", "-o", folder / "loop.elf"])
    return folder / "loop.elf"


def test_a_loop_takes_the_cycles_of_the_manual_and_waits_once_for_its_line(loop: Path) -> None:
    reads = FlashReads(16384, 8, 84, None)
    time = function_time(loop, "cortex-m0plus", FLASH, reads, 1_000_000, 100)
    assert time is not None
    assert time.cycles == 1 + 100 * 1 + 99 * 2 + 1 + 2
    assert (time.misses, time.wait_clocks) == (1, 84)
    assert time.ms == pytest.approx((302 + 84) / 1000)


def test_code_outside_of_the_flash_does_not_wait(loop: Path) -> None:
    reads = FlashReads(16384, 8, 84, None)
    elsewhere = Memory(0x2000_0000, 0x1000)
    time = function_time(loop, "cortex-m0plus", elsewhere, reads, 1_000_000, 100)
    assert time is not None and time.wait_clocks == 0


@pytest.mark.parametrize("name", ["pico", "pico2", "xiao-nrf52840"])
def test_an_image_for_a_chip_says_how_long_a_window_takes_there(
    name: str, image_of: Callable[..., Built]
) -> None:
    built = image_of(name, None)
    assert built.window is not None
    assert built.window.clock_hz == built.board.clock_hz
    assert 0 < built.window.ms < built.window_limit_ms == 480
    assert built.window.wait_clocks > 0


def test_no_time_is_known_for_a_board_without_a_clock(image_of: Callable[..., Built]) -> None:
    assert image_of("emulated", None).window is None


def test_a_net_that_the_fifo_cannot_wait_for_is_not_built(
    c_bundle: Callable[[Spec], Bundle], tmp_path: Path
) -> None:
    slow = replace(board("pico"), clock_hz=50_000)
    with pytest.raises(TooSlowError, match=r"too slow for pico: .* ms a window \(modelled\)"):
        build(c_bundle(SLEEP), slow, tmp_path / "image")
    assert list(tmp_path.iterdir()) == []


def test_the_largest_net_that_keeps_up_is_named(
    c_bundle: Callable[[Spec], Bundle], image_of: Callable[..., Built]
) -> None:
    built, bundle = image_of("pico", None), c_bundle(SLEEP)
    check_time(window_limit_ms(SLEEP), built.size, built.stack, built.board, bundle)
    with pytest.raises(TooSlowError, match=r"640 ms at 50 Hz.*mtl-net-small would fit.*--net"):
        check_time(1300, built.size, built.stack, built.board, bundle)


def test_a_net_that_fits_the_flash_but_not_the_time_is_not_proposed(
    c_bundle: Callable[[Spec], Bundle], image_of: Callable[..., Built]
) -> None:
    built = image_of("pico", None)
    heavy = replace(built.size, flash={**built.size.flash, "weights": 1_900_000})
    with pytest.raises(Exception, match=r"bytes of flash.*mtl-net-small would fit"):
        check_fit(heavy, built.stack, built.board, c_bundle(SLEEP))


def test_the_limit_is_a_part_of_the_fifo_s_time_at_the_sensor_s_rate() -> None:
    assert fifo_ms(SLEEP) == 32 / 50 * 1000
    assert window_limit_ms(SLEEP) == 0.75 * 640
    assert fifo_ms(WISDM) == 32 / 100 * 1000  # 20 Hz are means of a sensor at 100


def test_a_window_ends_before_the_next_one_where_they_come_faster_than_the_fifo_fills(
    c_bundle: Callable[[Spec], Bundle], image_of: Callable[..., Built]
) -> None:
    often = replace(SLEEP, hop=10)
    assert window_limit_ms(often) == 0.75 * 10 / 50 * 1000
    built, bundle = image_of("pico", None), replace(c_bundle(SLEEP), spec=often)
    check_time(150, built.size, built.stack, built.board, bundle)
    with pytest.raises(
        TooSlowError, match=r"151 ms.*150 are free until the next window \(200 ms\)"
    ):
        check_time(150.1, built.size, built.stack, built.board, bundle)


def test_an_erasure_loses_samples_where_it_is_longer_than_the_fifo() -> None:
    assert erase_loss(SLEEP, 400) == 0
    assert erase_loss(WISDM, 400) == 8
    assert erase_loss(SLEEP, 85) == erase_loss(WISDM, 85) == 0
