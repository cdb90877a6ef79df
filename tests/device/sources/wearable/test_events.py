"""What the wearable's own records are in a night's list of events."""

from dataclasses import replace

import pytest

from edgekit.device.sources.wearable.events import has_worsened, is_gap, of_device, of_health
from edgekit.device.sources.wearable.records import (
    CLOCK_SOURCES,
    ERRORS,
    DeviceEvent,
    DeviceHealth,
    SelfTest,
)

NUMBERS = {name: number for number, (name, _) in enumerate(ERRORS)}


def test_an_answered_self_test_is_no_error_and_no_gap() -> None:
    passed = DeviceEvent(10, 20, NUMBERS["ok"], SelfTest.type)
    assert of_device(passed) == ("self test", "the sensor passed its self-test")
    assert not is_gap(passed)


def test_an_error_says_what_it_was_and_its_detail() -> None:
    overrun = DeviceEvent(10, 20, NUMBERS["overrun"], 350)
    assert of_device(overrun) == ("overrun", "samples were lost before they were read (350)")
    assert is_gap(overrun)


HEALTH = DeviceHealth(
    time_us=0, next_sample=0, nacks=0, timeouts=0, bus_recoveries=0, overruns=0,
    register_losses=0, frozen=0, reinitialisations=0, samples=16, battery_mv=3812,
    clock_source=CLOCK_SOURCES.index("crystal"), listener=0,
)  # fmt: skip


@pytest.mark.parametrize("kind", ["low battery", "battery empty"])
def test_a_battery_s_event_says_the_volts(kind: str) -> None:
    event = DeviceEvent(10, 20, NUMBERS[kind], 3190)
    assert of_device(event)[0] == kind and of_device(event)[1].endswith("(3.19 V)")
    assert not is_gap(event)


def test_health_says_the_battery_and_a_clock_that_is_no_crystal_s() -> None:
    assert of_health(HEALTH)[1].endswith("samples 16; battery 3.81 V")
    on_rc = replace(HEALTH, battery_mv=0, clock_source=CLOCK_SOURCES.index("rc"))
    assert "RC oscillator" in of_health(on_rc)[1] and "battery" not in of_health(on_rc)[1]
    assert of_health(replace(HEALTH, clock_source=200))[0] == "sensor health"


@pytest.mark.parametrize(
    ("changed", "is_worth_an_event"),
    [
        ({"battery_mv": 3713}, False),
        ({"battery_mv": 3712}, True),
        ({"battery_mv": 4100}, False),
        ({"battery_mv": 0}, False),
        ({"clock_source": CLOCK_SOURCES.index("rc")}, True),
        ({"nacks": 1}, True),
        ({"samples": 99, "time_us": 5}, False),
    ],
)
def test_health_is_an_event_where_something_has_changed_for_the_worse(
    changed: dict[str, int], is_worth_an_event: bool
) -> None:
    assert has_worsened(HEALTH, replace(HEALTH, **changed)) == is_worth_an_event


def test_a_damaged_flash_says_how_many_pages_and_records() -> None:
    _, detail = of_device(DeviceEvent(0, 0, 10, 2 * 65_536 + 1))
    assert detail == (
        "a record in flash is damaged (2 pages of the flash with a damaged header, "
        "1 damaged record)"
    )
