"""What only the XIAO does: its serial line sleeps when nobody speaks. Modelled, no hardware."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from edgekit.device.sources.wearable.frames import Receiver, frame
from edgekit.device.sources.wearable.record_bytes import decode, encode
from edgekit.device.sources.wearable.records import (
    CLOCK_SOURCES,
    DeviceSamples,
    Dump,
    Dumped,
    Greet,
    Hello,
    SetClock,
    Stored,
)
from edgekit.firmware.build.build import Built
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.surroundings import PIN, POWER, SOFTWARE
from edgekit.firmware.emulate.system import System
from tests.helpers.chips.nrf52840 import ANOMALY_246, REVISION_2, Nrf52840, Nvmc, nrf52840
from tests.helpers.chips.nrf_clocks import Clock
from tests.helpers.device_under_test import SAMPLES, Device

SECOND_US = 1_000_000


def is_quiet(system: System[Nrf52840]) -> bool:
    """Nothing of the serial line takes current."""
    uarte, clock = system.chip.uarte, system.chip.clock
    return not (uarte.is_on or uarte.listens or clock.is_fast_on)


def asleep(device: Device) -> System[Nrf52840]:
    system = device.system
    system.run(12 * SECOND_US)
    assert is_quiet(system)
    return system


def answer(device: Device) -> bool:
    """Whether the next command is obeyed."""
    start = len(device.system.sent)
    device.system.receive(b"I")
    return device.system.run_until(lambda: len(device.system.sent) - start > 24, SECOND_US)


def test_it_listens_for_ten_seconds_after_the_last_byte(xiao: Device) -> None:
    system = xiao.system
    for _ in range(3):
        system.run(8 * SECOND_US)
        assert system.chip.uarte.listens
        assert answer(xiao)
    assert is_quiet(asleep(xiao))


def test_a_byte_wakes_it_and_is_lost_the_next_is_heard(xiao: Device) -> None:
    for _ in range(2):
        system = asleep(xiao)
        assert not answer(xiao)
        assert system.chip.uarte.listens
        assert answer(xiao)


def test_asleep_it_sends_what_it_measures_and_nothing_runs_in_between(xiao: Device) -> None:
    xiao.sensor.set_counts(SAMPLES * 4)
    assert xiao.ask("S", 1)[0] == 0
    system = asleep(xiao)
    start, quiet = len(system.sent), 0
    for _ in range(300):
        system.run(10_000)
        quiet += is_quiet(system)
    assert len(system.sent) - start > 100 * 6
    assert quiet > 250


def test_asleep_the_sensor_still_wakes_the_core_at_once(xiao: Device) -> None:
    xiao.sensor.set_counts(SAMPLES * 4)
    assert xiao.ask("S", 1)[0] == 0
    system = asleep(xiao)
    slept = system.sleeps
    system.run(3 * SECOND_US)
    assert xiao.sensor.consumed() > 700
    assert system.sleeps - slept < 1000
    assert b"D\x07" not in system.sent  # an overrun


def test_an_adapter_without_power_that_holds_the_line_low_does_not_keep_it_awake(
    xiao: Device,
) -> None:
    system = xiao.system
    system.chip.gpio.line_low = True
    system = asleep(xiao)
    slept = system.sleeps
    system.run(60 * SECOND_US)
    assert is_quiet(system)
    assert system.sleeps - slept < 200
    system.chip.gpio.line_low = False
    system.run(2 * SECOND_US)
    assert system.chip.uarte.listens
    assert answer(xiao)
    assert is_quiet(asleep(xiao))


def test_its_clock_goes_on_over_the_wraps_of_its_counter(xiao: Device) -> None:
    system = asleep(xiao)
    system.run(1200 * SECOND_US)  # it wraps after 512 s
    assert not answer(xiao)
    slept_us = int.from_bytes(xiao.ask("N", 4), "little")
    assert 50_000 <= slept_us < 50_500


def test_it_runs_by_the_dcdc_converter_and_the_flash_s_cache_and_cures_anomaly_246(
    xiao: Device,
) -> None:
    system = xiao.system
    assert system.chip.clock.values[Clock.DCDCEN] == 1
    assert system.chip.nvmc.values[Nvmc.ICACHECNF] == 1
    assert system.chip.anomalies.values[ANOMALY_246] == 2


def test_the_flash_chip_that_nobody_uses_is_put_into_deep_power_down(xiao: Device) -> None:
    system = xiao.system
    assert system.chip.gpio.flash_commands == [f"{0xB9:08b}"]
    assert not system.chip.gpio.flash_selected


def test_a_probe_may_connect_where_the_chip_s_own_settings_allow_it(xiao: Device) -> None:
    chip = xiao.system.chip
    assert chip.debug_open
    chip.debug_allowed = False
    xiao.system.reset(POWER)
    xiao.system.run(SECOND_US)
    assert not chip.debug_open


def test_an_older_chip_has_no_register_to_open_the_debug_port(xiao: Device) -> None:
    chip = xiao.system.chip
    chip.revision = REVISION_2
    xiao.system.reset(POWER)
    xiao.system.run(SECOND_US)
    assert Clock.APPROTECT_DISABLE not in chip.clock.values and chip.debug_open


def test_what_the_boot_loader_left_pending_does_not_keep_the_core_awake(xiao: Device) -> None:
    assert xiao.system.around.core_registers.system_pending == 0
    slept = asleep(xiao).sleeps
    xiao.system.run(10 * SECOND_US)
    assert xiao.system.sleeps - slept < 40


@pytest.mark.parametrize(("is_held", "source"), [(False, "crystal"), (True, "rc")])
def test_it_says_which_clock_it_runs_by_after_a_reset_that_the_watchdog_outlived(
    xiao: Device, is_held: bool, source: str
) -> None:
    system = xiao.system
    system.chip.clock.rc_is_held = is_held
    start = len(system.sent)
    system.reset(SOFTWARE)
    system.run(2 * SECOND_US)
    assert xiao.started(start)[0] == SOFTWARE
    assert CLOCK_SOURCES[xiao.ask("L", 4)[3]] == source


def test_a_pin_reset_is_one_whatever_else_the_chip_tells(xiao: Device) -> None:
    system = xiao.system
    system.reset(POWER)
    start = len(system.sent)
    assert xiao.started(start)[0] == POWER
    start = len(system.sent)
    system.reset(PIN)
    system.chip.clock.add_reasons(0b1111)  # anomaly 136
    assert xiao.started(start)[0] == PIN


def test_the_application_answers_the_second_greeting_and_streams_while_nobody_speaks(
    image_of: Callable[..., Built],
) -> None:
    sensor = SimulatedSensor()
    sensor.set_counts(SAMPLES * 8)
    system = nrf52840(image_of("xiao-nrf52840", None).elf, sensor)
    greetings = 0
    system.run(12 * SECOND_US)
    while greetings < 5 and Hello not in kinds_sent(system):
        system.receive(frame(encode(Greet()), greetings))
        system.run(SECOND_US)
        greetings += 1
    assert greetings == 2
    system.run(12 * SECOND_US)
    assert not system.chip.uarte.listens
    start = len(system.sent)
    system.run(10 * SECOND_US)
    receiver = Receiver()
    records = [decode(record) for record in receiver.push(bytes(system.sent[start:]))]
    samples = sum(len(record.counts) for record in records if isinstance(record, DeviceSamples))
    assert 450 < samples < 550
    assert system.complaints == []


@pytest.fixture
def greeted(image_of: Callable[..., Built]) -> System[Nrf52840]:
    """The application, greeted, and so far lying still."""
    sensor = SimulatedSensor()
    sensor.set_counts(SAMPLES * 40)
    system = nrf52840(image_of("xiao-nrf52840", None).elf, sensor)
    system.run(SECOND_US)
    system.receive(frame(encode(Greet()), 0))
    system.run(SECOND_US)
    return system


def test_of_a_long_dump_every_lost_frame_is_reported_and_no_other(
    greeted: System[Nrf52840],
) -> None:
    for _ in range(21):
        greeted.receive(b"".join(frame(encode(SetClock(n)), n) for n in range(10)))
        greeted.run(SECOND_US // 4)
    start = len(greeted.sent)
    greeted.receive(frame(encode(Dump(0)), 0))
    greeted.run(4 * SECOND_US)
    answer = bytes(greeted.sent[start:])
    receiver = Receiver()
    records = [decode(record) for record in receiver.push(answer)]
    sequences = [record.sequence for record in records if isinstance(record, Stored)]
    (dumped,) = (record for record in records if isinstance(record, Dumped))
    assert sequences == list(range(dumped.next_sequence)) and len(sequences) > 200
    assert any(isinstance(record, DeviceSamples) for record in records), "it streams meanwhile"
    assert (receiver.lost, receiver.refused) == (0, 0)
    assert greeted.complaints == []

    frames = [piece for piece in answer.split(b"\0") if piece]
    lost = {*range(5, 200, 9), *range(40, 60)}  # a loss shows with the next frame that arrives
    kept = [piece for n, piece in enumerate(frames) if n not in lost]
    worse = Receiver()
    worse.push(b"\0".join([*kept, b""]))
    assert worse.lost == len(lost)


def test_a_frame_finds_room_on_the_line_however_much_is_asked_for(
    greeted: System[Nrf52840],
) -> None:
    receiver = Receiver()
    receiver.push(bytes(greeted.sent))
    start = len(greeted.sent)
    for _ in range(4):  # each answer is some 500 bytes: four times what the line carries meanwhile
        greeted.receive(b"".join(frame(encode(Greet()), n) for n in range(12)))
        greeted.run(SECOND_US // 8)
    greeted.run(2 * SECOND_US)
    came = [decode(record) for record in receiver.push(bytes(greeted.sent[start:]))]
    assert sum(isinstance(record, Hello) for record in came) == 48
    samples = [record for record in came if isinstance(record, DeviceSamples)]
    for before, after in pairwise(samples):
        assert after.first_sample == before.first_sample + len(before.counts)
    assert (receiver.lost, receiver.refused) == (0, 0)


def kinds_sent(system: System[Nrf52840]) -> set[type]:
    return {type(decode(record)) for record in Receiver().push(bytes(system.sent))}
