"""What the wearable's own records are in a night's list of events."""

from edgekit.device.sources.wearable.events import is_gap, of_device
from edgekit.device.sources.wearable.records import ERRORS, DeviceEvent, SelfTest

NUMBERS = {name: number for number, (name, _) in enumerate(ERRORS)}


def test_an_answered_self_test_is_no_error_and_no_gap() -> None:
    passed = DeviceEvent(10, 20, NUMBERS["ok"], SelfTest.type)
    assert of_device(passed) == ("self test", "the sensor passed its self-test")
    assert not is_gap(passed)


def test_an_error_says_what_it_was_and_its_detail() -> None:
    overrun = DeviceEvent(10, 20, NUMBERS["overrun"], 350)
    assert of_device(overrun) == ("overrun", "samples were lost before they were read (350)")
    assert is_gap(overrun)
