"""Every sample the chip produced is given once, in order, or lies inside a gap."""

import ctypes

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.device.sources.adxl345.bus import BusFault
from edgekit.device.sources.adxl345.chip import Chip
from edgekit.device.sources.adxl345.source import SensorSource
from edgekit.device.sources.source import Chunk
from edgekit.errors import EdgekitError
from edgekit.firmware.emulate.sensor import Sensor
from tests.helpers.simulated_bus import SimulatedBus


def numbered(samples: int) -> np.ndarray:
    """Counts that name their sample."""
    index = np.arange(samples)
    return np.stack([index % 1000, index // 1000, np.full(samples, 256)], 1).astype(np.int16)


def made(
    ppm: float = 0, samples: int = 20_000, rate_hz: float = 50
) -> tuple[SimulatedBus, SensorSource]:
    sensor = Sensor()
    sensor.do("set_clock", ctypes.c_double(ppm))  # type: ignore[arg-type]
    sensor.give(numbered(samples))
    bus = SimulatedBus(sensor)
    return bus, SensorSource(bus, rate_hz, read_now=bus.now, sleep=bus.sleep)


def listen(bus: SimulatedBus, source: SensorSource, seconds: float, faults=()) -> list[Chunk]:  # type: ignore[no-untyped-def]
    """`faults`: (second, name, arguments)."""
    due, heard = sorted(faults, key=lambda f: f[0]), []
    for chunk in source.chunks():
        heard.append(chunk)
        while due and bus.time_us / 1e6 >= due[0][0]:
            _, name, *arguments = due.pop(0)
            bus.sensor.do(name, *arguments)
        if bus.time_us / 1e6 > seconds:
            return heard
    raise AssertionError


def indices(chunk: Chunk) -> np.ndarray:
    counts = np.round(chunk.xyz_g * 256).astype(int)
    return counts[:, 0] + 1000 * counts[:, 1]


def is_gap_before(chunk: Chunk, end_s: float) -> bool:
    return chunk.start_s - end_s > 1.9 / chunk.rate_hz


def check(heard: list[Chunk]) -> int:
    """How many gaps; asserts the law."""
    last, end_s, gaps = -1, -np.inf, 0
    for chunk in heard:
        if not len(chunk):
            continue
        found = indices(chunk)
        assert (np.diff(found) == 1).all()
        assert found[0] > last
        assert chunk.start_s >= end_s - 1e-6
        if last >= 0 and is_gap_before(chunk, end_s):
            gaps += 1
        else:
            assert found[0] == last + 1
        last, end_s = found[-1], chunk.end_s
    assert last > 0
    return gaps


def test_a_night_without_faults_gives_every_sample_once() -> None:
    bus, source = made()
    assert check(listen(bus, source, 120)) == 0


def test_a_drain_is_one_transfer_and_few_a_second() -> None:
    bus, source = made()
    listen(bus, source, 40)
    assert bus.calls / 40 < 5
    assert bus.most_at_once >= 15


@pytest.mark.parametrize("rate_hz", [49.1, 50.6])
def test_a_sensor_off_its_rate_is_reported_as_it_is(rate_hz: float) -> None:
    bus, source = made((rate_hz / 50 - 1) * 1e6)
    heard = listen(bus, source, 200)
    assert check(heard) == 0
    assert source.measured_hz == pytest.approx(rate_hz, rel=2e-4)
    assert heard[-1].rate_hz == pytest.approx(rate_hz, rel=1e-3)


FAULTS = st.one_of(
    st.tuples(st.floats(1, 25), st.just("fault_nack"), st.integers(1, 60)),
    st.tuples(st.floats(1, 25), st.just("fault_hold_sda"), st.integers(1, 30)),
    st.tuples(st.floats(1, 25), st.just("fault_brown_out"), st.integers(1, 3_000_000)),
    st.tuples(st.floats(1, 25), st.just("fault_ones"), st.integers(1, 20), st.integers(0, 9)),
    st.tuples(st.floats(1, 25), st.just("fault_slow"), st.integers(1, 9), st.booleans()),
)


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
    bus, source = made(ppm, rate_hz=rate_hz)
    bus.sensor.do("set_readings", readings)
    heard = listen(bus, source, 40, faults)
    check(heard)
    assert any(len(chunk) for chunk in heard[-3:])  # it came back


def test_a_computer_that_was_busy_gives_an_overrun_and_a_gap() -> None:
    bus, source = made()
    heard = []
    for chunk in source.chunks():
        heard.append(chunk)
        if len(heard) == 10:
            bus.sleep(2.0)
        if len(heard) == 40:
            break
    assert check(heard) == 1
    assert sum(dict(chunk.faults).get("overrun", 0) for chunk in heard) >= 1


def test_a_clock_that_is_set_moves_no_sample() -> None:
    bus, source = made()
    heard = []
    for chunk in source.chunks():
        heard.append(chunk)
        if len(heard) == 10:
            bus.utc_s += 3600.0
        if len(heard) == 40:
            break
    assert check(heard) == 0
    assert sum(chunk.clock_step_s for chunk in heard) == pytest.approx(3600.0)


def test_another_chip_is_refused() -> None:
    bus, source = made()
    bus.sensor.do("poke", 0, 0x12)
    with pytest.raises(EdgekitError, match="DEVID reads 0x12"):
        next(iter(source.chunks()))


def test_a_register_that_was_lost_is_found_within_a_minute() -> None:
    bus, source = made()
    heard = listen(bus, source, 100, [(5.0, "poke", 0x2C, 0x0A)])
    assert sum(dict(chunk.faults).get("register lost", 0) for chunk in heard) == 1


def test_the_chip_holds_its_settings_after_set_up() -> None:
    bus, _ = made()
    chip = Chip(bus, 50, lambda: bus.now().boottime_s, bus.sleep)
    chip.set_up()
    assert chip.holds()


def test_a_range_that_changed_is_seen_by_the_next_drain() -> None:
    bus, source = made()
    heard = listen(bus, source, 10, [(5.0, "poke", 0x31, 0x0A)])
    assert check(heard) == 1
    assert sum(dict(chunk.faults).get("register lost", 0) for chunk in heard) == 1


def test_a_chip_that_stopped_measuring_gives_no_sample_twice_and_is_started_again() -> None:
    bus, source = made()
    heard = listen(bus, source, 10, [(5.0, "poke", 0x2D, 0)])
    assert check(heard) <= 1
    assert any(len(chunk) for chunk in heard[-3:])


def test_a_bus_that_fails_whatever_is_long_is_told_and_not_hurried() -> None:
    """A wire too long for the clock: registers can be read, samples cannot."""
    bus, source = made()
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
