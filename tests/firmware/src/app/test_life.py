"""The wearable's light and battery: what a wearer sees, and how a night ends with its cell."""

from itertools import pairwise

import pytest

from edgekit.device.sources.wearable.records import (
    CHECKS,
    ERRORS,
    FEATURES,
    Boot,
    Bout,
    CheckBoard,
    DeviceEvent,
    DeviceHealth,
    Hello,
    Record,
)
from tests.helpers.app_board import Board, of_kind

HOUR_S = 3600
ADXL345_POWER_CTL = 0x2D


def told(records: list[Record]) -> list[tuple[str, int]]:
    return [(ERRORS[event.error][0], event.detail) for event in of_kind(DeviceEvent, records)]


def discharge(board: Board, *steps: tuple[int, float]) -> None:
    for millivolts, at_s in steps:
        board.fault(f"battery:{millivolts}@{at_s}")


def test_health_has_the_battery_and_the_greeting_says_that_it_is_measured(board: Board) -> None:
    discharge(board, (3812, 70))
    (hello,) = of_kind(Hello, board.greet())
    assert hello.features >> FEATURES.index("battery") & 1
    health = of_kind(DeviceHealth, board.run_until(200))
    assert (health[0].battery_mv, health[-1].battery_mv) == (3900, 3812)


def test_it_is_measured_once_a_minute_and_a_low_one_is_reported_once(board: Board) -> None:
    board.set_motion()
    discharge(board, (3490, 100), (3550, 300), (3480, 500), (3700, 700), (3495, 900))
    board.greet()
    records = board.run_until(1200)
    low = [event for event in told(records) if event[0] == "low battery"]
    assert low == [("low battery", 3490), ("low battery", 3495)]
    assert low == [event for event in told(board.stored()) if event[0] == "low battery"]


def test_an_empty_battery_ends_the_night_with_everything_stored_and_the_board_off(
    board: Board,
) -> None:
    board.set_motion()
    board.greet()
    discharge(board, (3450, HOUR_S), (3190, 2 * HOUR_S))
    records = board.run_until(2 * HOUR_S + 300)
    assert board.is_off and board.starts == 1
    assert told(records)[-1] == ("battery empty", 3190)
    assert board.register(ADXL345_POWER_CTL) == 0  # standby
    assert board.blinks()[-1][1] == pytest.approx(500, abs=1)
    assert board.run_until(4 * HOUR_S) == []

    board.fault(f"usb@{4 * HOUR_S}")
    board.run_until(4 * HOUR_S + 2)
    assert board.starts == 2 and not board.is_off
    kept = board.stored()
    at_end = [ERRORS[r.error][0] if isinstance(r, DeviceEvent) else type(r) for r in kept]
    end = at_end.index("battery empty")
    assert at_end[end - 2 : end + 2] == [Bout, DeviceHealth, "battery empty", Boot]
    end_s = of_kind(DeviceEvent, kept[: end + 1])[-1].time_us / 1e6
    assert 2 * HOUR_S + 120 < end_s < 2 * HOUR_S + 181  # three readings, one each minute
    decided_s = sum(bout.windows for bout in of_kind(Bout, kept[:end])) * 1.2
    assert decided_s == pytest.approx(end_s, abs=3)


def test_a_motor_that_runs_is_off_before_the_board_is(board: Board) -> None:
    discharge(board, (3190, 1))
    board.run_until(179.7)
    board.ask(CheckBoard(CHECKS.index("motor")), 5)
    assert board.is_off
    ((on_s, strength), (off_s, nothing)) = board.motor()
    assert (strength, nothing) == (255, 0) and off_s - on_s < 0.9


def test_on_usb_power_an_empty_battery_ends_nothing(board: Board) -> None:
    board.set_motion()
    board.fault("usb@10")
    discharge(board, (3000, 100))
    board.greet()
    records = board.run_until(900)
    assert not board.is_off
    assert "battery" not in str(told(records))


def test_without_a_battery_nothing_is_said_of_one(board: Board) -> None:
    board.set_motion()
    discharge(board, (0, 0))
    board.greet()
    records = board.run_until(600)
    assert {health.battery_mv for health in of_kind(DeviceHealth, records)} == {0}
    assert told(records) == []


def test_one_blink_at_the_start_then_one_each_ten_seconds_while_samples_flow(board: Board) -> None:
    board.set_motion()
    board.run_until(3600)
    start, *flow = board.blinks()
    assert start[0] < 0.1
    assert len(flow) == pytest.approx(360, abs=3)
    assert all(2 <= lit_ms < 8 for _, lit_ms in [start, *flow])


@pytest.mark.parametrize(
    ("fault", "blinks"), [("nack:1000000@0", 3), ("battery:3400@0", 2), ("power@0", 1)]
)
def test_no_sensor_and_a_low_battery_have_signs_of_their_own(
    board: Board, fault: str, blinks: int
) -> None:
    board.set_motion()
    board.fault(fault)
    board.run_until(120)
    at_s = [lit_at for lit_at, _ in board.blinks() if lit_at > 15]
    rounds = [place for place in range(1, len(at_s)) if at_s[place] - at_s[place - 1] > 1]
    lengths = [after - before for before, after in pairwise(rounds)]
    assert set(lengths) == {blinks} and len(lengths) > 2


def test_a_flash_that_takes_nothing_has_a_sign_of_its_own(board: Board) -> None:
    board.set_motion()
    board.fault("flash@0")
    board.run_until(120)
    at_s = [lit_at for lit_at, _ in board.blinks() if lit_at > 60]
    assert len(at_s) == pytest.approx(60 / 3 * 4, abs=8)
