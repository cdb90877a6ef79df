"""What a cell's voltage means: firmware/src/battery.c alone."""

import ctypes
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, integers, lists, tuples

from edgekit.device.selftest.judge import BATTERY_MV
from edgekit.firmware.build.toolchain import FOLDER

UNKNOWN, GOOD, LOW, EMPTY = range(4)


class Battery(ctypes.Structure):
    _fields_ = (
        ("state", ctypes.c_int),
        ("was_above_empty", ctypes.c_bool),
        ("empty_readings", ctypes.c_uint8),
    )


@pytest.fixture(scope="session")
def library(c_library: Callable[..., ctypes.CDLL]) -> ctypes.CDLL:
    made = c_library(FOLDER / "src" / "battery.c")
    made.battery_push.restype = ctypes.c_bool
    return made


def states(library: ctypes.CDLL, readings: list[tuple[int, bool]]) -> list[int]:
    """The state after each reading of (millivolts, whether USB feeds the board)."""
    battery, found = Battery(), []
    for millivolts, on_usb in readings:
        before = battery.state
        changed = library.battery_push(ctypes.byref(battery), millivolts, on_usb)
        assert changed == (battery.state != before)
        found.append(battery.state)
    return found


def on_battery(*millivolts: int) -> list[tuple[int, bool]]:
    return [(value, False) for value in millivolts]


def test_a_cell_becomes_low_once_however_its_voltage_wavers(library: ctypes.CDLL) -> None:
    wavering = on_battery(3700, 3490, 3520, 3480, 3590, 3499)
    assert states(library, wavering) == [GOOD, LOW, LOW, LOW, LOW, LOW]


def test_a_cell_that_recovered_is_good_again(library: ctypes.CDLL) -> None:
    assert states(library, on_battery(3490, 3600, 3510)) == [LOW, GOOD, GOOD]


def test_it_is_empty_after_three_readings_in_a_row(library: ctypes.CDLL) -> None:
    assert states(library, on_battery(3700, 3190, 3190, 3210, 3190, 3190, 3190))[-3:] == [
        LOW,
        LOW,
        EMPTY,
    ]


def test_a_board_fed_at_its_3_3_volt_pin_never_ends_its_night(library: ctypes.CDLL) -> None:
    assert EMPTY not in states(library, on_battery(*[2900] * 50))


def test_no_cell_and_usb_power_mean_nothing(library: ctypes.CDLL) -> None:
    assert states(library, on_battery(0, 300, 1999)) == [UNKNOWN] * 3
    readings = [(3700, False), *[(3000, True)] * 5, (3490, False)]
    assert states(library, readings)[-2:] == [UNKNOWN, LOW]


@given(readings=lists(tuples(integers(0, 5500), booleans()), max_size=60))
def test_it_is_empty_only_on_battery_after_a_good_reading_and_three_below(
    library: ctypes.CDLL, readings: list[tuple[int, bool]]
) -> None:
    for place, state in enumerate(states(library, readings)):
        if state == EMPTY:
            last = readings[max(place - 2, 0) : place + 1]
            assert all(2000 <= millivolts < 3200 and not usb for millivolts, usb in last)
            assert any(mv >= 3200 and not usb for mv, usb in readings[:place])


def test_the_self_test_passes_a_cell_that_the_wearable_does_not_call_low(
    library: ctypes.CDLL,
) -> None:
    least_mv = BATTERY_MV[0]
    assert states(library, on_battery(least_mv, least_mv - 1)) == [GOOD, LOW]
