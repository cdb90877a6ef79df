"""A sensor that works: every sample once and in order; and one that is read too late."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.helpers.adxl345_driver import FIRST_POP, PAUSE, Drain, Make, flows, indices


def test_start_leaves_the_chip_measuring_with_its_fifo_in_stream_mode(sensor: Make) -> None:
    started = sensor(watermark=20, rate_hz=100, low_power=True).start()
    assert started.started == "OK"
    assert [started.peek(r) for r in (0x2C, 0x2D, 0x2E, 0x2F, 0x31, 0x38)] == [
        0x1A,
        0x08,
        0x02,
        0x00,
        0x0B,
        0x80 | 20,
    ]


@pytest.mark.parametrize("rate_hz", [25, 50, 100])
@pytest.mark.parametrize("readings", range(8))
def test_every_sample_comes_once_and_in_order(sensor: Make, rate_hz: int, readings: int) -> None:
    running = sensor(rate_hz=rate_hz, readings=readings).start()
    drains = running.run(20)
    assert {drain.error for drain in drains} == {"OK"}
    seen = indices(drains)
    assert seen == list(range(len(seen)))
    assert len(seen) == pytest.approx(20 * rate_hz, abs=20)
    assert running.counted == {}


def test_the_interrupt_line_wakes_at_the_watermark(sensor: Make) -> None:
    running = sensor(watermark=16).start()
    assert running.sleep(10.0)
    assert running.now_us < 0.4e6
    assert len(running.drain().indices) == 16


def test_a_drain_takes_no_more_than_asked_for_and_the_next_goes_on(sensor: Make) -> None:
    running = sensor().start().wait(0.5)
    assert running.drain(capacity=10).indices == list(range(10))
    assert running.drain(capacity=10).indices == list(range(10, 20))


def test_a_missed_edge_stalls_nothing(sensor: Make) -> None:
    running = sensor(watermark=16).start().wait(0.6)  # the edge was at 0.32 s
    assert len(running.drain().indices) > 25
    assert flows(running)


def test_nobody_asked_for_nothing_is_no_error(sensor: Make) -> None:
    assert sensor().start().wait(0.2).drain(capacity=0) == Drain("OK", [])


@pytest.mark.parametrize("readings", range(8))
def test_a_late_drain_tells_of_the_gap_and_gives_the_newest(sensor: Make, readings: int) -> None:
    running = sensor(readings=readings).start()
    first = running.run(1.0)
    late = running.wait(2.0).drain()
    assert late.error == "OVERRUN"
    assert late.indices[0] > indices(first)[-1] + 1
    # A chip of 33 levels that keeps OVERRUN until it is empty may be believed twice.
    newest = indices([late, running.drain()])
    assert newest == list(range(newest[0], newest[0] + len(newest)))
    assert 32 <= len(newest) <= 34
    assert running.counted["overruns"] == (2 if readings >= 6 else 1)
    assert flows(running)


@pytest.mark.parametrize("readings", range(8))
def test_a_gap_within_a_drain_lies_exactly_where_samples_are_missing(
    sensor: Make, readings: int
) -> None:
    running = sensor(readings=readings).start().wait(0.5)
    running.plan(FIRST_POP + 5, PAUSE, 1_500_000)
    before = running.drain()
    assert before == Drain("OK", [0, 1, 2, 3, 4])
    after = running.drain()
    assert after.error == "OVERRUN"
    assert after.indices[0] > 40
    assert flows(running)


def test_a_full_fifo_that_lost_nothing_may_be_called_a_gap_only_when_the_chip_says_so(
    sensor: Make,
) -> None:
    assert sensor(readings=0).start().wait(0.65).drain().error == "OK"
    assert sensor(readings=1).start().wait(0.65).drain().error == "OVERRUN"


def test_a_real_hour_comes_through_count_for_count_and_never_looks_frozen(
    sensor: Make, real: Path
) -> None:
    """A wearable's ADXL345 at rest: in 4.3 hours no sample comes more than four times in a row."""
    with np.load(real / "adxl345-rest" / "a3c_breathing.npz") as file:
        counts = file["counts"][: 3600 * 50]
    running = sensor()
    running.set_counts(counts)
    running.start()
    drained: list[NDArray[np.int16]] = []
    while sum(len(xyz) for xyz in drained) < len(counts):
        running.sleep(0.5)
        error, xyz = running.read()
        assert error == "OK"
        drained.append(xyz)
    assert np.array_equal(np.concatenate(drained), counts)
    assert running.counted == {}
