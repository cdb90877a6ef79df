"""INT1 paces the drains as long as it follows the FIFO; whatever it does, no sample is lost."""

import ctypes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.device.sources.i2c_bus import BusFault
from edgekit.device.sources.pace import Pace
from edgekit.device.sources.sensor_source import SensorSource
from edgekit.device.sources.source import Chunk
from tests.helpers.numbered_samples import FAULTS, count_gaps, listen, numbered_bus, source_on
from tests.helpers.simulated_bus import SimulatedBus, SimulatedLine


def paced(ppm: float = 0, rate_hz: float = 50) -> tuple[SimulatedBus, SimulatedLine, SensorSource]:
    bus = numbered_bus(ppm)
    line = SimulatedLine(bus)
    return bus, line, source_on(bus, rate_hz, line)


def event_kinds(heard: list[Chunk]) -> list[str]:
    return [kind for chunk in heard for kind, _ in chunk.events]


@pytest.mark.parametrize("ppm", [-40_000, 0, 40_000])
def test_a_drain_is_due_when_the_line_rises(ppm: float) -> None:
    bus, line, source = paced(ppm)
    heard = listen(bus, source, 60)
    assert count_gaps(heard) == 0 and event_kinds(heard) == []
    drains = sum(len(chunk) > 0 for chunk in heard)
    assert drains == pytest.approx(line.waits, abs=2) and line.waits / 60 < 3.2


def test_a_missed_edge_costs_no_sample_and_the_line_is_kept() -> None:
    bus, line, source = paced()
    line.missed = 2
    heard = listen(bus, source, 30)
    assert count_gaps(heard) == 0 and event_kinds(heard) == [] and not line.is_closed
    assert line.waits > 60


@pytest.mark.parametrize("fault", ["loose", "shorted", "gone"])
def test_a_line_that_never_rises_is_reported_once_and_polled_from_then_on(fault: str) -> None:
    bus, line, source = paced()
    line.is_loose, line.is_gone = fault == "loose", fault == "gone"
    bus.sensor.do("fault_lines_high", ctypes.c_bool(fault == "shorted"))  # type: ignore[arg-type]
    heard = listen(bus, source, 30)
    assert count_gaps(heard) == 0 and event_kinds(heard) == ["interrupt lost"]
    assert line.waits <= 4 and line.is_closed
    assert bus.calls / 30 < 5


def test_a_line_that_rises_all_the_time_hurries_nothing() -> None:
    bus, line, source = paced()
    line.wait = lambda seconds: True  # type: ignore[method-assign]
    heard = listen(bus, source, 30)
    assert count_gaps(heard) == 0 and event_kinds(heard) == ["interrupt lost"]
    assert bus.calls / 30 < 5


def test_a_line_that_is_high_already_is_not_waited_for() -> None:
    bus, line, _ = paced()
    Pace(50, 20, bus.sleep, line).rest(left=20, pause_s=0.02)
    assert line.waits == 0 and bus.time_us == 120_000


def test_a_bus_that_fails_is_not_blamed_on_the_line() -> None:
    bus, line, source = paced()
    read, fails = bus.read, [BusFault("io")] * 5

    def failing(register: int, count: int, times: int = 1) -> bytes:
        if times > 1 and fails:
            raise fails.pop()
        return read(register, count, times)

    bus.read = failing  # type: ignore[method-assign]
    assert "interrupt lost" not in event_kinds(listen(bus, source, 20))
    assert not fails and not line.is_closed


@settings(max_examples=20, deadline=None)
@given(
    faults=st.lists(FAULTS, max_size=6),
    missed=st.integers(0, 4),
    rate_hz=st.sampled_from([25, 50, 100]),
    ppm=st.floats(-20_000, 20_000),
)
def test_under_any_faults_and_missed_edges_a_sample_is_given_once_or_lies_in_a_gap(
    faults: list[tuple],  # type: ignore[type-arg]
    missed: int,
    rate_hz: int,
    ppm: float,
) -> None:
    bus, line, source = paced(ppm, rate_hz)
    line.missed = missed
    heard = listen(bus, source, 40, faults)
    count_gaps(heard)
    assert any(len(chunk) for chunk in heard[-3:])
