"""The chip's self-test, on the simulated chip, which moves its mass within four samples."""

import ctypes

import numpy as np
import pytest

from edgekit.device.sources.adxl345.driver import Adxl345Driver
from edgekit.device.sources.adxl345.self_test import limits_g, self_test
from edgekit.device.sources.i2c_bus import BusFault
from edgekit.device.sources.sensor import listen
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from tests.helpers.simulated_bus import SimulatedBus


def made() -> SimulatedBus:
    sensor = SimulatedSensor()
    sensor.set_counts(np.random.default_rng(0).normal([0, 0, 256], 1.0, (5000, 3)).round())
    return SimulatedBus(sensor)


def change_of(bus: SimulatedBus) -> np.ndarray:
    return self_test(bus, lambda: bus.time_us / 1e6, bus.sleep).change_g


def test_the_self_test_finds_the_change_of_each_axis_and_leaves_none() -> None:
    bus = made()
    assert change_of(bus) == pytest.approx([1.0, -1.0, 1.5], abs=0.01)
    assert bus.sensor.register(0x31) == 0x0B
    assert bus.sensor.register(0x2C) == 0x0A, "the data sheet asks for 100 Hz or more"


def test_an_axis_that_does_not_move_is_outside_the_limits() -> None:
    bus = made()
    arguments = [ctypes.c_double(value) for value in (0.0, 1.0, 0.75, 0.0)]
    bus.sensor.do("set_axis", 1, *arguments)  # type: ignore[arg-type]
    least_g, most_g = limits_g(2.5, 3.3)
    change_g = change_of(bus)
    assert ((least_g <= change_g) & (change_g <= most_g)).tolist() == [True, False, True]


def test_limits_are_the_data_sheets_at_each_supply() -> None:
    assert limits_g(2.5)[1] == pytest.approx([2.10, -0.20, 3.40])
    assert limits_g(3.3)[0] == pytest.approx([0.354, -3.717, 0.441])


def test_a_fault_on_the_way_is_raised_and_no_change_is_made_of_it() -> None:
    bus = made()
    bus.sensor.do("fault_nack", 1)
    with pytest.raises(BusFault, match="nack"):
        change_of(bus)


def test_what_was_heard_has_the_chips_own_rate_and_then_it_can_stand_by() -> None:
    bus = made()
    bus.sensor.do("set_clock", ctypes.c_double(-20_000))  # type: ignore[arg-type]
    chip = Adxl345Driver(bus, 50, lambda: bus.time_us / 1e6, bus.sleep)
    heard = listen(chip, 20)
    assert heard.rate_hz == pytest.approx(49.0, abs=0.1) and not heard.faults
    assert len(heard.xyz_g) == pytest.approx(49 * 20, abs=25)
    chip.stand_by()
    assert bus.sensor.register(0x2D) == 0
