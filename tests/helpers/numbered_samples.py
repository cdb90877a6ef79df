"""A sensor whose samples name themselves: SensorSource must lose none without a gap."""

import ctypes
from collections.abc import Iterable

import numpy as np
from hypothesis import strategies as st

from edgekit.device.sources.gpio_line import Line
from edgekit.device.sources.sensor_source import SensorSource
from edgekit.device.sources.sensors import open_sensor
from edgekit.device.sources.source import Chunk
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from tests.helpers.simulated_bus import SimulatedBus

FAULTS = st.one_of(  # (second, name, arguments)
    st.tuples(st.floats(1, 25), st.just("fault_nack"), st.integers(1, 60)),
    st.tuples(st.floats(1, 25), st.just("fault_hold_sda"), st.integers(1, 30)),
    st.tuples(st.floats(1, 25), st.just("fault_brown_out"), st.integers(1, 3_000_000)),
    st.tuples(st.floats(1, 25), st.just("fault_ones"), st.integers(1, 20), st.integers(0, 9)),
    st.tuples(st.floats(1, 25), st.just("fault_slow"), st.integers(1, 9), st.booleans()),
)


def numbered(samples: int) -> np.ndarray:
    """Counts that name their sample."""
    index = np.arange(samples)
    return np.stack([index % 1000, index // 1000, np.full(samples, 256)], 1).astype(np.int16)


def numbered_bus(ppm: float = 0, samples: int = 20_000) -> SimulatedBus:
    """A bus with the simulated chip, whose clock is off by `ppm`."""
    sensor = SimulatedSensor()
    sensor.do("set_clock", ctypes.c_double(ppm))  # type: ignore[arg-type]
    sensor.set_counts(numbered(samples))
    return SimulatedBus(sensor)


def source_on(bus: SimulatedBus, rate_hz: float = 50, line: Line | None = None) -> SensorSource:
    sensor = open_sensor(bus, rate_hz, lambda: bus.now().boottime_s, bus.sleep)
    return SensorSource(sensor, line=line, read_now=bus.now, sleep=bus.sleep)


def listen(
    bus: SimulatedBus, source: SensorSource, seconds: float, faults: Iterable[tuple] = ()
) -> list[Chunk]:
    """The chunks of so many seconds, with faults (second, name, arguments) on the way."""
    due, heard = sorted(faults, key=lambda f: f[0]), []
    for chunk in source.chunks():
        heard.append(chunk)
        while due and bus.time_us / 1e6 >= due[0][0]:
            _, name, *arguments = due.pop(0)
            bus.sensor.do(name, *arguments)
        if bus.time_us / 1e6 > seconds:
            return heard
    raise AssertionError


def count_gaps(heard: list[Chunk]) -> int:
    """Assert that every sample comes once, in order, or lies inside a gap; return the gaps."""
    last, end_s, gaps = -1, -np.inf, 0
    for chunk in heard:
        if not len(chunk):
            continue
        counts = np.round(chunk.xyz_g * 256).astype(int)
        indices = counts[:, 0] + 1000 * counts[:, 1]
        assert (np.diff(indices) == 1).all()
        assert indices[0] > last
        assert chunk.start_s >= end_s - 1e-6
        if last >= 0 and chunk.start_s - end_s > 1.9 / chunk.rate_hz:
            gaps += 1
        else:
            assert indices[0] == last + 1
        last, end_s = indices[-1], chunk.end_s
    assert last > 0
    return gaps
