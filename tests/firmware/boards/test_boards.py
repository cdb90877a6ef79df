"""Each board's image, built with zig, on modelled peripherals and the sensor's C. No hardware."""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edgekit.firmware.build.board import board
from edgekit.firmware.emulate.emulated import EmulatedChip
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.surroundings import FAULT, POWER, SOFTWARE, WATCHDOG
from edgekit.firmware.image.image import load_elf
from tests.helpers.chips.nrf52840 import nrf52840
from tests.helpers.device_under_test import SAMPLES, Device, power_on

OK, NACK, BUS_STUCK, TIMEOUT, FLASH = 0, 1, 2, 3, 11
IMAGES = [
    ("emulated", "cortex-m0plus"),
    ("emulated", "cortex-m4"),
    ("emulated", "cortex-m33"),
    ("xiao-nrf52840", "cortex-m4"),
    ("pico", "cortex-m0plus"),
    ("pico2", "cortex-m33"),
]


@pytest.fixture(scope="module", params=IMAGES, ids=lambda image: "-".join(image))
def image(
    request: pytest.FixtureRequest, board_app: Callable[[str, str], Path]
) -> tuple[str, str, Path]:
    name, core = request.param
    return name, core, board_app(name, core)


@pytest.fixture
def device(image: tuple[str, str, Path]) -> Iterator[Device]:
    name, core, elf = image
    sensor = SimulatedSensor()
    sensor.set_counts(SAMPLES)
    device = Device(power_on(name, core, elf, sensor), sensor, core)
    assert device.started() == (POWER, False, [0] * 5)
    yield device
    assert device.system.complaints == []


def test_it_tells_which_board_and_which_chip_it_is(device: Device) -> None:
    answer = device.ask("I", 24)
    assert answer[:8] not in (bytes(8), b"\xff" * 8)
    assert answer[8:].rstrip(b"\0").decode() == device.system.board.name


def test_the_bus_reads_many_registers_and_says_when_nobody_answers(device: Device) -> None:
    answer = device.ask("T", 33)
    assert (answer[0], answer[1], answer[32]) == (OK, NACK, OK)
    assert answer[2] == 0xE5
    assert list(answer[3:32]) == [device.sensor.register(0x1D + n) for n in range(29)]


def test_what_is_drained_is_what_the_chip_measured_and_the_core_sleeps_between(
    device: Device,
) -> None:
    assert device.ask("S", 1)[0] == OK
    start, slept = len(device.system.sent), device.system.sleeps
    device.system.run(3_000_000)
    sent, samples = bytes(device.system.sent[start:]), []
    while len(sent) > 3 and len(sent) >= 3 + 6 * sent[2]:
        assert sent[:2] == b"D\0"
        samples += list(struct.iter_unpack("<3h", sent[3 : 3 + 6 * sent[2]]))
        sent = sent[3 + 6 * sent[2] :]
    assert 100 < device.sensor.consumed() - 33 < len(samples) <= device.sensor.consumed()
    assert samples == SAMPLES[: len(samples)]
    assert device.system.sleeps - slept < 2000


def test_a_stuck_bus_is_reported_in_time_and_freed_by_clocks(device: Device) -> None:
    device.sensor.do("fault_hold_sda", 5)
    stuck, took_ms, freed, good, identity = device.ask("R", 5)
    assert stuck == BUS_STUCK
    assert took_ms < 20
    assert (freed, good, identity) == (OK, OK, 0xE5)


def test_a_transfer_that_hangs_is_given_up_in_time_and_the_bus_works_again(device: Device) -> None:
    device.sensor.do("fault_slow", 1, False)
    hung, took_ms, freed, good, identity = device.ask("R", 5)
    assert hung == TIMEOUT
    assert took_ms < 20
    assert (freed, good, identity) == (OK, OK, 0xE5)


def test_a_bus_that_nine_clocks_do_not_free_stays_stuck(device: Device) -> None:
    device.sensor.do("fault_hold_sda", 100)
    stuck, _, freed, good, _ = device.ask("R", 5)
    assert (stuck, freed, good) == (BUS_STUCK, BUS_STUCK, BUS_STUCK)


def test_flash_is_erased_and_written_over_a_page_of_the_chip_bits_cleared_only(
    device: Device,
) -> None:
    answer = device.ask("E", 19)
    assert list(answer[:3]) == [OK, OK, OK]
    assert answer[3:] == b"\xff\xff" + bytes([0xF0, 0x0F, 0xAA, 0, 1, 2, 3, 4]) + b"\xff" * 6


def test_flash_refuses_what_lies_outside_of_the_records(device: Device) -> None:
    assert list(device.ask("W", 3)) == [FLASH, FLASH, FLASH]


def test_a_sleep_lasts_as_long_as_asked(device: Device) -> None:
    (slept_us,) = struct.unpack("<I", device.ask("N", 4))
    assert 50_000 <= slept_us < 50_500


def test_a_rest_is_not_ended_by_the_sensor_s_line(device: Device) -> None:
    start = len(device.system.sent)
    device.system.receive(b"SQ")
    answer = device.next_answer("Q", 12, start + len(b"S\0"))
    rested_us, pieces, is_high = struct.unpack("<3I", answer)
    assert 50_000 <= rested_us < 50_500
    assert (pieces, is_high) == (1, 1)


def test_a_flooded_line_drops_whole_writes_and_waits_for_nobody(device: Device) -> None:
    start = len(device.system.sent)
    device.system.receive(b"F")
    device.system.run(1_500_000)
    sent = bytes(device.system.sent[start:])
    assert sent[-2:-1] == b"F"
    dropped = sent[-1]
    assert 0 < dropped < 8
    assert sent[:-2] == b"x" * 1024 * (8 - dropped)


def test_a_fault_is_kept_over_the_reset_and_reported_once(device: Device) -> None:
    start = len(device.system.sent)
    device.system.receive(b"b")
    cause, kept, (pc, _, _, status, address) = device.started(start)
    assert (cause, kept) == (FAULT, True)
    assert "obey" in device.system.memory.where(pc) or "app_run" in device.system.memory.where(pc)
    if device.core != "cortex-m0plus":  # which has no registers that tell
        assert status != 0
        assert address == 0xA0000000
    start = len(device.system.sent)
    device.system.receive(b"r")
    assert device.started(start) == (SOFTWARE, False, [0] * 5)


def test_an_unknown_instruction_and_a_stack_that_runs_out_are_faults(device: Device) -> None:
    for command in (b"u", b"o"):
        start = len(device.system.sent)
        device.system.receive(command)
        cause, kept, _ = device.started(start)
        assert (cause, kept) == (FAULT, True)


def test_a_program_that_no_longer_feeds_the_watchdog_starts_anew(device: Device) -> None:
    start = len(device.system.sent)
    device.system.receive(b"h")
    assert device.started(start, limit_us=10_000_000) == (WATCHDOG, False, [0] * 5)
    assert device.system.resets == ["watchdog"]


def motor(device: Device) -> tuple[float, float]:
    """The share of time that the motor is on, and how often a second it is switched."""
    chip = device.system.chip
    if isinstance(chip, EmulatedChip):  # which has a register in place of a pin
        on = chip.motor_changes[-1][1] / 255 if chip.motor_changes else 0.0
        return on, 100.0 * (on > 0)
    share, hz = chip.motor
    return share, hz * (share > 0)


def test_the_motor_runs_at_its_strength_through_sleep_until_it_is_switched_off(
    device: Device,
) -> None:
    assert motor(device) == (0, 0)
    for _ in range(2):
        assert device.ask("M", 1)[0] == 102
        device.system.run(300_000)
        assert motor(device) == (pytest.approx(102 / 255, abs=0.002), pytest.approx(100))
    assert device.ask("m", 1)[0] == 0
    assert motor(device) == (0, 0)
    assert device.ask("m", 1)[0] == 0


def test_a_motor_that_runs_as_the_program_hangs_is_off_after_the_watchdog(device: Device) -> None:
    assert device.ask("M", 1)[0] == 102
    start = len(device.system.sent)
    device.system.receive(b"h")
    assert device.started(start, limit_us=10_000_000)[0] == WATCHDOG
    assert motor(device) == (0, 0)


def test_after_the_supply_was_gone_memory_tells_nothing(device: Device) -> None:
    start = len(device.system.sent)
    device.system.reset(POWER)
    assert device.started(start)[:2] == (POWER, False)


def test_a_xiao_whose_slow_crystal_does_not_start_runs_from_rc(
    board_app: Callable[[str, str], Path],
) -> None:
    sensor = SimulatedSensor()
    system = nrf52840(board_app("xiao-nrf52840", "cortex-m4"), sensor)
    system.chip.clock.crystal = False
    device = Device(system, sensor, "cortex-m4")
    assert device.started()[0] == POWER
    assert system.chip.clock.slow_source == 0
    assert device.ask("T", 33)[2] == 0xE5


@pytest.mark.parametrize(("name", "core"), IMAGES)
def test_the_linker_script_and_the_description_agree(
    name: str, core: str, board_app: Callable[[str, str], Path]
) -> None:
    described, image = board(name), load_elf(board_app(name, core))
    assert described.flash is not None and described.ram is not None and described.records
    assert image.origin == described.flash.origin
    assert described.flash.end <= described.records.origin
    vectors = image.data[described.boot2_bytes :]
    stack, entry = struct.unpack_from("<2I", vectors)
    assert described.ram.origin < stack <= described.ram.end
    assert described.flash.holds(entry - 1, 2)
