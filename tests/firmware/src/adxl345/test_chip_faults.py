"""A chip that loses its registers, freezes, stops, or fails its self-test."""

import pytest

from tests.helpers.adxl345_driver import (
    BROWN_OUT,
    FIRST_POP,
    NACK,
    PAUSE,
    POKE,
    Drain,
    Make,
    flows,
    indices,
)


def test_another_chip_is_refused(sensor: Make) -> None:
    assert sensor().poke(0x00, 0xE6).start().started == "WRONG_DEVICE"


def test_a_brown_out_is_seen_by_the_next_drain_though_the_fifo_is_empty(sensor: Make) -> None:
    running = sensor().start().wait(0.3)
    running.drain()
    running.fault("brown_out", 0)
    assert running.drain() == Drain("REGISTER_LOST", [])
    assert running.counted == {"register_losses": 1, "reinitialised": 1}
    assert flows(running)


@pytest.mark.parametrize("register", [0x1E, 0x1F, 0x20, 0x2C, 0x2D, 0x2E, 0x2F, 0x31, 0x38])
def test_a_check_finds_each_register_that_changed(sensor: Make, register: int) -> None:
    running = sensor().start().wait(0.3)
    running.drain()
    held = running.peek(register)
    assert running.check() == "OK"
    running.poke(register, held ^ 0x01)
    assert running.check() == "REGISTER_LOST"
    assert running.peek(register) == held
    assert running.drain().error == "OVERRUN"
    assert flows(running)


@pytest.mark.parametrize("register", [0x31, 0x38])
def test_a_sample_is_delivered_only_while_the_chip_holds_its_format(
    sensor: Make, register: int
) -> None:
    running = sensor().start().wait(0.3)
    running.poke(register, running.peek(register) ^ 0x01)
    assert running.drain() == Drain("REGISTER_LOST", [])
    assert flows(running)


@pytest.mark.parametrize("register", [0x31, 0x38])
def test_a_format_lost_within_a_drain_ends_it(sensor: Make, register: int) -> None:
    running = sensor().start().wait(0.3)
    running.plan(FIRST_POP + 4, POKE, register << 8 | running.peek(register) ^ 0x01)
    assert running.drain() == Drain("OK", [0, 1, 2, 3])
    assert running.drain().error == "REGISTER_LOST"
    assert flows(running)


def test_a_sample_held_behind_a_gap_is_lost_with_those_around_it(sensor: Make) -> None:
    running = sensor().start().wait(0.5)
    running.plan(FIRST_POP + 5, PAUSE, 1_500_000)
    assert running.drain() == Drain("OK", [0, 1, 2, 3, 4])
    running.poke(0x2C, 0x0A)
    assert running.check() == "REGISTER_LOST"
    first = running.wait(0.1).drain()
    assert first.error == "OVERRUN"
    assert first.indices == list(range(first.indices[0], first.indices[0] + len(first.indices)))


def test_a_brown_out_at_any_moment_of_setting_up_leaves_no_wrong_register(sensor: Make) -> None:
    transfers = sensor().start().transfers
    for at in range(transfers):
        started = sensor().plan(at, BROWN_OUT, 0).start()
        while started.started != "OK" and not flows(started):
            pass
        assert started.check() == "OK", at
        assert flows(started), at


def test_a_chip_that_stops_measuring_is_set_up_anew(sensor: Make) -> None:
    running = sensor().start().wait(0.3)
    running.drain()
    running.poke(0x2D, 0x00)
    drains = running.run(3.0)
    assert [drain.error for drain in drains if drain.error != "OK"] == ["TIMEOUT"]
    assert flows(running)


def test_a_second_of_one_sample_is_a_frozen_sensor(sensor: Make) -> None:
    running = sensor().start()
    running.run(1.0)
    running.fault("freeze", 75)
    drains = running.run(3.0)
    assert [drain.error for drain in drains if drain.error != "OK"] == ["FROZEN"]
    assert running.counted == {"frozen": 1, "reinitialised": 1}
    assert flows(running)


def test_a_sensor_frozen_for_good_is_reported_each_second(sensor: Make) -> None:
    running = sensor().start().fault("freeze", 1_000_000)
    drains = running.run(10.0)
    assert 8 <= sum(drain.error == "FROZEN" for drain in drains) <= 10


def test_a_part_within_the_limits_passes_and_the_night_goes_on(sensor: Make) -> None:
    running = sensor().start()
    before = running.run(1.0)
    assert running.self_test() == "OK"
    after = running.wait(0.1).drain()
    assert after.error == "OVERRUN"
    assert after.indices[0] > indices(before)[-1]
    assert flows(running)


def test_a_self_test_before_the_first_sample_makes_no_gap(sensor: Make) -> None:
    running = sensor(low_power=True).start()
    assert running.self_test() == "OK"
    first = running.wait(0.3).drain()
    assert first.error == "OK"
    assert first.indices[0] == 0
    assert running.peek(0x2C) == 0x19


def test_the_mass_is_given_time_to_settle(sensor: Make) -> None:
    running = sensor().moves(50.5 / 256, -50.5 / 256, 75.5 / 256).start()
    begun_us = running.now_us
    assert running.self_test() == "OK"
    assert 0.4e6 < running.now_us - begun_us < 1e6


@pytest.mark.parametrize("moved", [(0.1, -1.0, 1.5), (1.0, 1.0, 1.5), (1.0, -1.0, 5.5), (0, 0, 0)])
def test_a_mass_that_does_not_move_as_it_should_fails(
    sensor: Make, moved: tuple[float, float, float]
) -> None:
    running = sensor().moves(*moved).start()
    assert running.self_test() == "SELF_TEST"
    assert flows(running)


def test_a_brown_out_during_the_self_test_is_no_pass(sensor: Make) -> None:
    running = sensor().start()
    assert running.plan(30, BROWN_OUT, 0).self_test() == "REGISTER_LOST"
    assert flows(running)


def test_a_self_test_that_the_bus_fails_leaves_the_chip_measuring(sensor: Make) -> None:
    running = sensor().start()
    for transfer in (4, 8, 12):
        running.plan(transfer, NACK, 3)  # eight failures are all that one call meets
    assert running.self_test() == "NACK"
    assert running.wait(0.3).drain().indices
    assert "reinitialised" not in running.counted
