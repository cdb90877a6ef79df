"""Every sample the chip produced is given once, in order, or lies inside a gap."""

from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.device.sources.adxl345.driver import Adxl345Driver
from edgekit.device.sources.i2c_bus import BusFault
from edgekit.errors import EdgekitError
from tests.helpers.numbered_samples import FAULTS, count_gaps, listen, numbered_bus, source_on


def test_a_night_without_faults_gives_every_sample_once() -> None:
    bus = numbered_bus()
    source = source_on(bus)
    assert count_gaps(listen(bus, source, 120)) == 0


def test_a_drain_is_one_transfer_and_few_a_second() -> None:
    bus = numbered_bus()
    source = source_on(bus)
    listen(bus, source, 40)
    assert bus.calls / 40 < 5
    assert bus.most_at_once >= 15


@pytest.mark.parametrize("rate_hz", [49.1, 50.6])
def test_a_sensor_off_its_rate_is_reported_as_it_is(rate_hz: float) -> None:
    bus = numbered_bus((rate_hz / 50 - 1) * 1e6)
    source = source_on(bus)
    heard = listen(bus, source, 200)
    assert count_gaps(heard) == 0
    assert source.measured_hz == pytest.approx(rate_hz, rel=2e-4)
    assert heard[-1].rate_hz == pytest.approx(rate_hz, rel=1e-3)


@settings(max_examples=40, deadline=None)
@given(
    faults=st.lists(FAULTS, max_size=6),
    readings=st.integers(0, 7),  # of what the data sheet leaves open
    rate_hz=st.sampled_from([25, 50, 100]),
    ppm=st.floats(-20_000, 20_000),
)
def test_under_any_faults_a_sample_is_given_once_or_lies_in_a_gap(
    faults: list[tuple],  # type: ignore[type-arg]
    readings: int,
    rate_hz: int,
    ppm: float,
) -> None:
    bus = numbered_bus(ppm)
    source = source_on(bus, rate_hz)
    bus.sensor.do("set_readings", readings)
    heard = listen(bus, source, 40, faults)
    count_gaps(heard)
    assert any(len(chunk) for chunk in heard[-3:])  # it came back


def test_a_computer_that_was_busy_gives_an_overrun_and_a_gap() -> None:
    bus = numbered_bus()
    source = source_on(bus)
    heard = [*islice(chunks := source.chunks(), 10)]
    bus.sleep(2.0)
    heard += islice(chunks, 30)
    assert count_gaps(heard) == 1
    assert sum(dict(chunk.faults).get("overrun", 0) for chunk in heard) >= 1


def test_a_clock_that_is_set_moves_no_sample() -> None:
    bus = numbered_bus()
    source = source_on(bus)
    heard = [*islice(chunks := source.chunks(), 10)]
    bus.utc_s += 3600.0
    heard += islice(chunks, 30)
    assert count_gaps(heard) == 0
    assert sum(chunk.clock_step_s for chunk in heard) == pytest.approx(3600.0)


def test_another_chip_is_refused() -> None:
    bus = numbered_bus()
    source = source_on(bus)
    bus.sensor.do("poke", 0, 0x12)
    with pytest.raises(EdgekitError, match="DEVID reads 0x12"):
        next(iter(source.chunks()))


def test_a_register_that_was_lost_is_found_within_a_minute() -> None:
    bus = numbered_bus()
    source = source_on(bus)
    heard = listen(bus, source, 100, [(5.0, "poke", 0x2C, 0x0A)])
    assert sum(dict(chunk.faults).get("register lost", 0) for chunk in heard) == 1


def test_the_chip_holds_its_settings_after_set_up() -> None:
    bus = numbered_bus()
    chip = Adxl345Driver(bus, 50, lambda: bus.now().boottime_s, bus.sleep)
    chip.set_up()
    assert chip.holds()


def test_a_range_that_changed_is_seen_by_the_next_drain() -> None:
    bus = numbered_bus()
    source = source_on(bus)
    heard = listen(bus, source, 10, [(5.0, "poke", 0x31, 0x0A)])
    assert count_gaps(heard) == 1
    assert sum(dict(chunk.faults).get("register lost", 0) for chunk in heard) == 1


def test_a_chip_that_stopped_measuring_gives_no_sample_twice_and_is_started_again() -> None:
    bus = numbered_bus()
    source = source_on(bus)
    heard = listen(bus, source, 10, [(5.0, "poke", 0x2D, 0)])
    assert count_gaps(heard) <= 1
    assert any(len(chunk) for chunk in heard[-3:])


def test_a_bus_that_keeps_failing_is_reported_and_not_hurried() -> None:
    """A wire too long for the clock: registers can be read, samples cannot."""
    bus = numbered_bus()
    source = source_on(bus)
    short = bus.read

    def read(register: int, count: int, times: int = 1) -> bytes:
        if times > 1:
            bus.sleep(0.001)
            raise BusFault("nack")
        return short(register, count, times)

    bus.read = read  # type: ignore[method-assign]
    heard = listen(bus, source, 60)
    kinds = [kind for chunk in heard for kind, _ in chunk.events]
    assert kinds.count("sensor lost") == 1
    assert len(heard) < 200
