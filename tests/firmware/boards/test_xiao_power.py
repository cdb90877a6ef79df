"""What the XIAO is fed by: its battery, its light, and an off from which USB wakes it. Modelled."""

from collections.abc import Callable

import pytest

from edgekit.device.sources.wearable.frames import Receiver
from edgekit.device.sources.wearable.record_bytes import decode
from edgekit.device.sources.wearable.records import ERRORS, FEATURES, DeviceEvent
from edgekit.firmware.build.build import Built
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.surroundings import PIN, POWER
from tests.helpers.chips.nrf52840 import nrf52840
from tests.helpers.device_under_test import SAMPLES, Device

SECOND_US = 1_000_000


@pytest.mark.parametrize("millivolts", [2500, 3205, 3700, 4200])
def test_the_battery_is_measured_behind_its_divider_and_the_adc_is_off_again(
    xiao: Device, millivolts: int
) -> None:
    saadc = xiao.system.chip.saadc
    saadc.battery_mv = millivolts
    start_us = xiao.system.now_us
    answer = xiao.ask("L", 4)
    assert FEATURES.index("battery") == 0 and answer[0] & 1
    assert int.from_bytes(answer[1:3], "little") == pytest.approx(millivolts, abs=2)
    assert xiao.system.now_us - start_us < 6000
    assert saadc.readings == 1 and not saadc.draws_current


def test_an_adc_that_never_answers_is_no_battery_and_holds_nothing_up(xiao: Device) -> None:
    xiao.system.chip.saadc.task = lambda offset: None
    start_us = xiao.system.now_us
    assert xiao.ask("L", 4)[1:3] == bytes(2)
    assert xiao.system.now_us - start_us < 15_000


def test_the_adc_s_pin_never_sees_the_whole_battery(xiao: Device) -> None:
    chip = xiao.system.chip
    assert chip.gpio.battery_is_divided
    xiao.system.receive(b"p")
    xiao.system.run(SECOND_US)
    assert xiao.system.around.is_off and chip.gpio.battery_is_divided


def test_off_it_wakes_by_usb_or_reset_alone(xiao: Device) -> None:
    system = xiao.system
    for wake in (lambda: system.chip.clock.set_vbus(True), lambda: system.reset(PIN)):
        system.chip.clock.set_vbus(False)
        system.receive(b"p")
        system.run(SECOND_US)
        assert system.around.is_off and not system.chip.gpio.wakes_from_off
        system.receive(b"I")
        start = len(system.sent)
        system.run(60 * SECOND_US)
        assert system.around.is_off and len(system.sent) == start
        wake()
        assert xiao.started(start)[0] in (POWER, PIN)


def test_the_light_is_the_red_one_and_lit_by_a_low_level(xiao: Device) -> None:
    xiao.system.receive(b"l")
    xiao.system.run(100_000)
    ((_, lit_us),) = xiao.system.chip.gpio.blinks
    assert 1950 < lit_us < 2200


def test_a_discharged_cell_ends_the_night_of_the_application_on_the_xiao(
    image_of: Callable[..., Built],
) -> None:
    sensor = SimulatedSensor()
    sensor.set_counts(SAMPLES * 30)
    system = nrf52840(image_of("xiao-nrf52840", None).elf, sensor)
    chip = system.chip
    system.run(70 * SECOND_US)
    chip.saadc.battery_mv = 3190
    assert system.run_until(lambda: system.around.is_off, 200 * SECOND_US)
    records = [decode(record) for record in Receiver().push(bytes(system.sent))]
    last = [record for record in records if isinstance(record, DeviceEvent)][-1]
    assert ERRORS[last.error][0] == "battery empty" and 3185 < last.detail < 3195
    assert sensor.register(0x2D) == 0 and chip.gpio.battery_is_divided
    *blinks, (_, last_us) = chip.gpio.blinks
    assert len(blinks) == pytest.approx(1 + 120 / 10 + 2 * 120 / 10, abs=3)  # low after two minutes
    assert last_us == pytest.approx(500_000, abs=500)
    assert system.complaints == []
