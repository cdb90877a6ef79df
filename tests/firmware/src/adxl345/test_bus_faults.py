"""A bus on which transfers fail."""

import pytest

from tests.helpers.adxl345_driver import (
    FIRST_POP,
    HOLD_SDA,
    NACK,
    ONES,
    SLOW,
    SLOW_DONE,
    Drain,
    Make,
    flows,
    indices,
)


@pytest.mark.parametrize("nacks", [1, 2, 3])
@pytest.mark.parametrize("at", range(4))
def test_a_few_nacks_are_tried_again_and_lose_nothing(sensor: Make, nacks: int, at: int) -> None:
    running = sensor().start().wait(0.3)
    drain = running.plan(at, NACK, nacks).drain()
    assert drain == Drain("OK", list(range(len(drain.indices))))
    assert running.counted == {"nacks": nacks}


def test_tries_back_off(sensor: Make) -> None:
    running = sensor().start().wait(0.3)
    begun_us = running.now_us
    running.plan(0, NACK, 3).drain(capacity=1)
    assert running.now_us - begun_us > 250 + 500 + 1000


def test_a_long_burst_of_nacks_is_an_error_and_then_samples_flow(sensor: Make) -> None:
    running = sensor().start().wait(0.3).fault("nack", 100)
    errors = [drain.error for drain in running.run(6)]
    assert errors[0] == "NACK"
    assert errors[-1] == "OK"
    assert flows(running)


def test_an_absent_sensor_may_come_later(sensor: Make) -> None:
    coming = sensor().fault("nack", 1000).start()
    assert coming.started == "NACK"
    assert coming.wait(1.0).drain() == Drain("NACK", [])
    assert flows(coming.fault("nack", 0))


@pytest.mark.parametrize("clocks", [1, 9, 30])
def test_a_bus_held_low_is_clocked_free(sensor: Make, clocks: int) -> None:
    running = sensor().start()
    first = running.run(1.0)
    running.plan(3, HOLD_SDA, clocks)
    drains = first + running.run(2.0)
    assert running.counted["recoveries"] == -(-clocks // 9)
    assert "BUS_STUCK" in {drain.error for drain in drains}
    assert indices(drains) == sorted(set(indices(drains)))
    assert flows(running)


def test_a_bus_that_stays_low_is_an_error_in_bounded_time(sensor: Make) -> None:
    stuck = sensor().start().wait(0.3).fault("hold_sda", 1_000_000)
    for _ in range(5):
        begun = stuck.now_us, stuck.transfers
        assert stuck.drain() == Drain("BUS_STUCK", [])
        assert stuck.now_us - begun[0] < 500_000
        assert stuck.transfers - begun[1] <= 16


@pytest.mark.parametrize("fault", [SLOW, SLOW_DONE])
def test_a_transfer_that_takes_too_long_is_a_gap_if_it_may_have_popped(
    sensor: Make, fault: int
) -> None:
    running = sensor().start().wait(0.3)
    running.plan(FIRST_POP + 4, fault, 1)
    first, second = running.drain(), running.drain()
    assert first == Drain("OK", [0, 1, 2, 3])
    assert second.error == "TIMEOUT"
    assert second.indices[0] == (5 if fault == SLOW_DONE else 4)
    assert running.counted == {"timeouts": 1, "recoveries": 1}
    assert flows(running)


def test_after_a_reading_that_may_have_popped_the_level_is_read_again(sensor: Make) -> None:
    running = sensor().start().wait(0.085)
    drain = running.plan(FIRST_POP, SLOW_DONE, 1).drain()
    assert drain == Drain("TIMEOUT", [1, 2, 3])  # not 3 twice


def test_one_call_has_a_bounded_number_of_failures(sensor: Make) -> None:
    running = sensor().start().wait(0.6)
    for transfer in range(0, 200, 4):
        running.plan(transfer, NACK, 3)  # each transfer succeeds at its fourth try
    assert running.drain().error == "OK"
    assert running.counted["nacks"] == 8


def test_a_reading_of_all_ones_is_nobody_on_the_line(sensor: Make) -> None:
    running = sensor().start().wait(0.3)
    running.plan(FIRST_POP + 4, ONES, 0)
    assert running.drain() == Drain("OK", [0, 1, 2, 3])
    after = running.drain()
    assert after.error == "NACK"
    assert after.indices[0] == 5


@pytest.mark.parametrize("from_byte", range(1, 10))
def test_a_sample_whose_reading_breaks_off_is_not_delivered(sensor: Make, from_byte: int) -> None:
    running = sensor().start().wait(0.3)
    running.plan(FIRST_POP + 4, ONES, from_byte)
    assert running.drain() == Drain("OK", [0, 1, 2, 3])
    assert running.drain().error == "NACK"
    assert flows(running)


def test_a_level_whose_reading_breaks_off_is_not_believed(sensor: Make) -> None:
    running = sensor().start().wait(0.3)
    assert running.plan(0, ONES, 1).drain() == Drain("NACK", [])
    assert flows(running)


def test_a_chip_that_answers_with_ones_for_ever_is_an_error(sensor: Make) -> None:
    running = sensor().start().wait(0.3).fault("ones", 1_000_000, 0)
    assert running.drain() == Drain("NACK", [])
    assert running.drain() == Drain("NACK", [])
    assert flows(running.fault("ones", 0, 0))
