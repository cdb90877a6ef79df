"""What the Picos do with light, battery and USB's supply. Modelled, no hardware."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edgekit.device.sources.wearable.records import CLOCK_SOURCES, FEATURES
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.surroundings import PIN, POWER, SOFTWARE
from tests.helpers.device_under_test import SAMPLES, Device, power_on

SECOND_US = 1_000_000


@pytest.fixture(params=[("pico", "cortex-m0plus"), ("pico2", "cortex-m33")], ids=lambda p: p[0])
def board(
    request: pytest.FixtureRequest, board_app: Callable[[str, str], Path]
) -> Iterator[Device]:
    name, core = request.param
    sensor = SimulatedSensor()
    sensor.set_counts(SAMPLES)
    device = Device(power_on(name, core, board_app(name, core), sensor), sensor, core)
    assert device.started()[0] == POWER
    yield device
    assert device.system.complaints == []


def battery_mv(board: Device) -> int:
    return int.from_bytes(board.ask("L", 4)[1:3], "little")


@pytest.mark.parametrize("millivolts", [1900, 3200, 4200, 5000])
def test_a_third_of_vsys_is_measured_and_the_adc_is_off_again(
    board: Device, millivolts: int
) -> None:
    board.system.chip.adc.battery_mv = millivolts
    assert battery_mv(board) == pytest.approx(millivolts, abs=3)
    assert board.system.chip.adc.readings == 16 and not board.system.chip.adc.is_on


@pytest.mark.parametrize("block", ["adc", "uart", "usb"])
def test_a_block_whose_own_clock_stands_does_not_leave_its_reset(board: Device, block: str) -> None:
    chip, around = board.system.chip, board.system.around
    done = 0x8
    assert chip.resets.read(done) >> chip.layout.reset_bits["usb"] & 1
    chip.clocks.reset()
    assert chip.resets.read(done) >> chip.layout.reset_bits["usb"] & 1  # what is out stays out
    chip.resets.write(0x2000, 1 << chip.layout.reset_bits[block])
    chip.resets.write(0x3000, 1 << chip.layout.reset_bits[block])
    assert not chip.resets.read(done) >> chip.layout.reset_bits[block] & 1
    assert f"{block} leaves its reset without its clock" in around.complaints
    around.complaints.clear()


def test_with_usb_plugged_in_vsys_says_nothing_of_a_battery(board: Device) -> None:
    board.system.chip.set_usb_power(True)
    assert battery_mv(board) == 0
    board.system.chip.set_usb_power(False)
    assert battery_mv(board) > 3000


def test_it_says_what_it_has_and_that_it_runs_by_the_crystal(board: Device) -> None:
    answer = board.ask("L", 4)
    assert answer[0] & 3 == 1 << FEATURES.index("battery") | 1 << FEATURES.index("led")
    assert CLOCK_SOURCES[answer[3]] == "crystal"


def test_the_light_goes_on_and_off(board: Device) -> None:
    board.system.receive(b"l")
    board.system.run(100_000)
    ((_, lit_us),) = board.system.chip.sio.blinks
    assert 1950 < lit_us < 2200


def test_off_every_oscillator_stands_until_usb_is_plugged_in(board: Device) -> None:
    system = board.system
    system.receive(b"p")
    system.run(SECOND_US)
    start = len(system.sent)
    system.run(60 * SECOND_US)
    assert system.around.is_off and system.resets == [] and len(system.sent) == start
    system.chip.set_usb_power(True)
    assert board.started(start)[0] == SOFTWARE


def test_off_a_reset_starts_it(board: Device) -> None:
    system = board.system
    system.receive(b"p")
    system.run(SECOND_US)
    assert system.around.is_off
    start = len(system.sent)
    system.reset(PIN)
    assert board.started(start)[0] in (PIN, POWER)
