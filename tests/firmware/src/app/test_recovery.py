"""Whatever goes wrong in a night, the wearable goes on by itself and says what it was."""

import ctypes
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import floats, integers, lists, sampled_from, tuples

from edgekit.device.sources.wearable.records import (
    ERRORS,
    RESET_CAUSES,
    Boot,
    Bout,
    Decision,
    DeviceEvent,
    DeviceHealth,
    DeviceSamples,
    Fault,
    Greet,
    Record,
    Stream,
)
from edgekit.smoothing import DEFAULT
from edgekit.spec import SLEEP
from tests.helpers.app_board import Board, Boards, of_kind


@pytest.fixture
def night(board: Board) -> Board:
    board.set_motion()
    board.send(Greet())
    return board


def errors(records: list[Record]) -> list[str]:
    return [ERRORS[event.error][0] for event in of_kind(DeviceEvent, records)]


def causes(records: list[Record]) -> list[str]:
    return [RESET_CAUSES[boot.reset_cause] for boot in of_kind(Boot, records)]


def check_flow(records: list[Record], seconds: float) -> None:
    """DeviceSamples flow at 50 Hz."""
    count = sum(len(record.counts) for record in of_kind(DeviceSamples, records))
    assert count == pytest.approx(seconds * 50, abs=40)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("brownout:200@20.1", "register lost"),
        ("stuck:1000@20.1", "bus stuck"),
        ("nack:150@20.1", "nack"),
        ("freeze:400@20.1", "frozen"),
        ("rate:12@20.1", "register lost"),
    ],
)
def test_after_a_fault_of_the_sensor_samples_flow_again(
    night: Board, fault: str, error: str
) -> None:
    night.fault(fault)
    heard = night.run_until(140)
    assert error in errors(heard)
    assert causes(heard) == ["power"]
    heard = night.run_until(160)
    check_flow(heard, 20)
    assert not errors(heard)


@pytest.mark.parametrize("register", [0x1E, 0x2C, 0x2D])  # an offset, the rate, standby
def test_no_sample_comes_by_a_register_that_changed(night: Board, register: int) -> None:
    heard = night.run_until(20)
    night.poke(register, night.register(register) ^ 0x0C)
    after = night.run_until(30)
    (lost,) = [
        record for record in of_kind(DeviceEvent, after) if ERRORS[record.error][0] != "overrun"
    ]
    assert ERRORS[lost.error][0] == "register lost"
    assert lost.next_sample == sum(len(record.counts) for record in of_kind(DeviceSamples, heard))
    check_flow(after, 10)


@pytest.mark.parametrize("fault", ["nack:2@20.1", "ones:1@20.1", "slow:1@20.1"])
def test_a_short_fault_costs_no_sample_or_says_so(night: Board, fault: str) -> None:
    night.fault(fault)
    heard = night.run_until(40)
    lost = 40 * 50 - sum(len(record.counts) for record in of_kind(DeviceSamples, heard))
    assert lost <= 40 or errors(heard)


def test_a_sensor_that_holds_its_line_high_is_asked_ever_more_seldom(night: Board) -> None:
    night.fault("nack:1000000@20.1")  # its FIFO fills, and nobody can read it
    (*_, before, after) = of_kind(DeviceHealth, night.run_until(200))
    assert after.nacks - before.nacks < 4 * 10


def test_a_line_that_is_high_for_good_costs_no_sample_and_little_sleep(night: Board) -> None:
    night.fault("line@20.1")
    heard = night.run_until(60)
    check_flow(heard, 60)
    assert not errors(heard)
    late = [len(record.counts) for record in of_kind(DeviceSamples, heard) if record.time_us > 21e6]
    assert np.mean(late) > 10, "it is woken for each sample"


def test_a_gap_is_reported_before_the_samples_after_it(night: Board) -> None:
    night.fault("brownout:2000@30")
    heard = night.run_until(60)
    samples = [record for record in heard if isinstance(record, DeviceSamples)]
    after = next(b for a, b in pairwise(samples) if b.time_us - a.time_us > 1_500_000)
    before = heard[: heard.index(after)]
    (event, *_) = of_kind(DeviceEvent, before)
    assert event.next_sample == after.first_sample


def test_a_sensor_that_comes_late_is_waited_for_without_a_reset(night: Board) -> None:
    night.fault("brownout:60000@0")
    heard = night.run_until(60)
    assert causes(heard) == ["power"] and not of_kind(DeviceSamples, heard)
    heard = night.run_until(70)
    assert night.starts == 1 and of_kind(DeviceSamples, heard)


def test_a_sensor_absent_all_night_fills_neither_the_line_nor_the_store(night: Board) -> None:
    night.fault("brownout:4000000@0")
    heard = night.run_until(4000)
    assert night.starts == 1
    assert len(errors(heard)) < 10
    assert len(night.stored()) < 80


def test_the_counters_of_an_absent_sensor_go_on(night: Board) -> None:
    night.fault("brownout:100000@0")
    nacks = [record.nacks for record in of_kind(DeviceHealth, night.run_until(100))]
    assert np.all(np.diff(nacks) > 0)


def test_an_error_that_repeats_is_sent_but_stored_once_a_minute(night: Board) -> None:
    for at_s in range(10, 130, 4):
        night.fault(f"brownout:100@{at_s}.1")
    told = errors(night.run_until(130))
    assert told.count("register lost") >= 30
    stored = errors(night.stored())
    assert 1 <= stored.count("register lost") <= 3


def test_a_sensor_at_the_other_address_is_found(night: Board) -> None:
    night.set_address(0x1D)
    night.run_until(10)
    check_flow(night.run_until(30), 20)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("hang@50", "watchdog"),
        ("crash@50", "fault"),
        ("reset@50", "pin"),
        ("power@50", "power"),
    ],
)
def test_a_reset_in_the_middle_of_the_night_keeps_the_bouts_before_it(
    night: Board, fault: str, cause: str
) -> None:
    night.run_until(1)
    night.fault(fault.replace("50", "650"))
    night.send(Stream(0))
    heard = night.run_until(700)
    assert causes(heard) == [cause]
    night.send(Greet())
    check_flow(night.run_until(720), 20)
    stored = night.stored()
    boots = [place for place, record in enumerate(stored) if isinstance(record, Boot)]
    assert [stored[place].boot_count for place in boots] == [1, 2]
    assert len(of_kind(Bout, stored[: boots[1]])) == 3  # a turn every 180 s
    assert len(of_kind(Fault, stored)) == (cause == "fault")


def test_the_watchdog_bites_after_eight_seconds(night: Board) -> None:
    night.fault("hang@30")
    before = night.run_until(39)
    (boot,) = of_kind(Boot, before[1:])
    gone = [record.time_us for record in of_kind(DeviceSamples, before)]
    assert RESET_CAUSES[boot.reset_cause] == "watchdog"
    assert max(gone) / 1e6 == pytest.approx(30, abs=0.5)


def test_what_is_stored_outlives_the_program(boards: Boards, tmp_path: Path) -> None:
    stored: list[Record] = []
    for run in range(3):
        board = boards()
        board.keep_flash_in(tmp_path / "flash")
        board.set_motion()
        board.run_until(400)
        found = board.stored()
        assert found[: len(stored)] == stored
        assert [boot.boot_count for boot in of_kind(Boot, found)] == list(range(1, run + 2))
        stored = found


KINDS = [
    *("nack", "stuck", "brownout", "freeze", "ones"),
    *("slow", "line", "hang", "crash", "power", "rate"),
]


@settings(max_examples=15)
@given(
    faults=lists(
        tuples(sampled_from(KINDS), integers(0, 15), floats(0, 120)), min_size=1, max_size=12
    ),
    seed=integers(0, 100),
)
def test_after_any_faults_the_night_goes_on(
    app_libraries: Callable[..., ctypes.CDLL],
    faults: list[tuple[str, int, float]],
    seed: int,
) -> None:
    board = Board(app_libraries(SLEEP, False, DEFAULT), seed)
    board.set_motion()
    for kind, count, at_s in faults:
        board.fault(f"{kind}:{count}@{at_s:.6f}")
    board.run_until(170)
    board.send(Greet())
    board.run_until(175)
    heard = board.run_until(195)
    check_flow(heard, 20)
    said = of_kind(Decision, heard)
    assert {b.first_sample - a.first_sample for a, b in pairwise(said)} == {60}
    assert not errors(heard)
    assert of_kind(DeviceHealth, heard)
    board.close()


def test_hours_of_decisions_are_unbroken(night: Board) -> None:
    firsts: list[int] = []
    for minute in range(10, 130, 10):
        heard = night.run_until(60 * minute)
        assert not errors(heard)
        firsts += [record.first_sample for record in of_kind(Decision, heard)]
    assert np.array_equal(np.diff(firsts), np.full(len(firsts) - 1, 60))
