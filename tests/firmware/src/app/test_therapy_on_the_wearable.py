"""The wearable's alarms through whole nights are the computer's, and its motor obeys them."""

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest

from edgekit.bundle import Bundle
from edgekit.device.monitor.alarm import Therapy
from edgekit.device.sources.wearable.records import (
    UNANSWERED,
    DeviceAlarm,
    DeviceSamples,
    Greet,
    Record,
    Reset,
)
from edgekit.device.sources.wearable.settings import set_mounting, set_therapy
from edgekit.mounting import ONE, Mounting
from edgekit.night.night import Alarm, Decisions
from edgekit.spec import POSTURE_ANGLE_DEG, SLEEP
from edgekit.therapy_policy import VIBRATION_S, Policy
from tests.helpers.app_board import Board, Boards, of_kind
from tests.helpers.gravity import gravity_at
from tests.helpers.python_decisions import Counts, python_says

POLICY = Policy(after_s=12.0, delay_s=60.0, every_s=6.0, pause_s=90.0)
# y to the feet, z into the belly: who lies on the back reads as lying on the front.
UPSIDE_DOWN = Mounting(((ONE, 0, 0), (0, -ONE, 0), (0, 0, -ONE)), (0, 0, 0))


def python_alarms(bundle: Bundle, body: Counts, policy: Policy) -> list[Alarm]:
    """Each alarm as it comes, and again with its response; seconds from the first sample."""
    therapy, said = Therapy(policy, SLEEP), []
    (decisions,) = python_says(bundle, [(0.0, body)])
    for row in range(len(decisions)):
        due = therapy.feed(one_of(decisions, row))
        said += [alarm for alarm in due.done if alarm.response_s is not None]
        said += due.vibrate
    return [
        replace(
            alarm,
            start_s=round(alarm.start_s, 2),
            response_s=None if alarm.response_s is None else round(alarm.response_s, 3),
        )
        for alarm in said
    ]


def one_of(decisions: Decisions, row: int) -> Decisions:
    values = {each.name: getattr(decisions, each.name) for each in fields(decisions)}
    return Decisions(**{name: value[row : row + 1] for name, value in values.items()})


def said(records: list[Record], first_us: int) -> list[Alarm]:
    """Seconds from the device's first sample."""
    return [
        Alarm(
            round((each.time_us - first_us) / 1e6, 2),
            each.attempt,
            each.level,
            each.strength / 100,
            None if each.response_ms == UNANSWERED else each.response_ms / 1000,
        )
        for each in of_kind(DeviceAlarm, records)
    ]


def sleeper(seed: int, minutes: float) -> Counts:
    """Lies on the back or a side for a while, stirs now and then, sits up, lays it down."""
    random = np.random.default_rng(seed)
    parts: list[np.ndarray] = []
    while sum(map(len, parts)) < 3000 * minutes:
        samples = int(random.integers(100, 4000))
        kind = random.choice(["supine", "supine", "supine", "right", "left-supine", "up", "table"])
        gravity = (0.0, 1.0, 0.0) if kind == "up" else gravity_at(POSTURE_ANGLE_DEG.get(kind, 90.0))
        part = 256 * np.array(gravity) + random.normal(
            0, 3 if kind != "table" else 0.6, (samples, 3)
        )
        if kind != "table":
            part += 6 * np.sin(np.arange(samples) / 33)[:, None]  # breath
            begin = int(random.integers(0, samples))
            part[begin : begin + 150] += random.normal(0, 40, (len(part[begin : begin + 150]), 3))
        else:
            part = np.concatenate([part] * (1 + 4500 // samples))
        parts.append(part)
    return np.rint(np.concatenate(parts)).astype(np.int16)


@pytest.mark.parametrize(
    ("seed", "mode", "mounting"),
    [(0, "supine", None), (1, "baseline", None), (2, "supine", UPSIDE_DOWN)],
)
def test_through_a_night_each_alarm_and_each_response_is_the_computer_s(
    board: Board, gravity_bundle: Bundle, seed: int, mode: str, mounting: Mounting | None
) -> None:
    body = sleeper(seed, minutes=60)
    board.set_counts(mounting.apply(body) if mounting else body)  # it is its own inverse
    board.send(set_therapy(mode, POLICY))
    board.send(set_mounting(mounting))
    board.send(Greet())
    heard = board.run_counts()
    first = of_kind(DeviceSamples, heard)[0]
    first_us = first.time_us - 20_000 * (len(first.counts) - 1)
    alarms = said(heard, first_us)
    expected = python_alarms(gravity_bundle, body, replace(POLICY, baseline=mode == "baseline"))
    assert len(alarms) > 10
    assert any(alarm.response_s is not None for alarm in alarms)
    # The device dates by its clock, which its sensor's rate does not follow exactly.
    undated = [[replace(alarm, start_s=0.0) for alarm in each] for each in (alarms, expected)]
    assert undated[0] == undated[1]
    late_s = np.array([alarm.start_s for alarm in alarms]) - [alarm.start_s for alarm in expected]
    assert np.abs(late_s).max() < 1.0
    assert of_kind(DeviceAlarm, board.stored()) == of_kind(DeviceAlarm, heard)


@pytest.fixture
def lying(boards: Boards, lying_counts: Callable[..., Counts]) -> Board:
    """A board on the back of somebody who stays there."""
    board = boards()
    board.set_counts(lying_counts("supine", seconds=600))
    return board


def vibrations(board: Board) -> list[tuple[int, float]]:
    """The strength of each, and how long the motor ran."""
    changes = board.motor()
    return [
        (strength, round(off_s - on_s, 1))
        for (on_s, strength), (off_s, _) in zip(changes[::2], changes[1::2], strict=True)
    ]


def test_the_motor_runs_for_two_seconds_at_each_level_s_strength(lying: Board) -> None:
    lying.ask(set_therapy("supine", POLICY))
    lying.run_until(100)
    assert vibrations(lying) == [(76, VIBRATION_S), (153, VIBRATION_S), (255, VIBRATION_S)]
    lying.run_until(200)
    assert len(vibrations(lying)) == 6, "after the pause it begins again"


@pytest.mark.parametrize("mode", ["baseline", "off"])
def test_a_baseline_counts_and_never_vibrates_and_off_does_nothing(lying: Board, mode: str) -> None:
    lying.ask(set_therapy(mode, POLICY))
    lying.run_until(200)
    assert not lying.motor()
    alarms = of_kind(DeviceAlarm, lying.heard)
    assert [each.strength for each in alarms] == ([0] * 6 if mode == "baseline" else [])


def running(board: Board) -> Board:
    """The motor is on."""
    board.ask(set_therapy("supine", Policy(after_s=0.0, delay_s=0.0)))
    while len(board.motor()) % 2 == 0:
        board.run_until(board.now_s + 0.1)
        assert board.now_s < 60
    return board


def is_on(board: Board) -> bool:
    return len(board.motor()) % 2 == 1


def test_switching_the_therapy_off_switches_the_motor_off(lying: Board) -> None:
    board = running(lying)
    board.ask(set_therapy("off", POLICY), 0.1)
    assert not is_on(board)


@pytest.mark.parametrize("fault", ["reset@", "power@", "crash@"])
def test_any_reset_switches_the_motor_off(lying: Board, fault: str) -> None:
    board = running(lying)
    board.fault(f"{fault}{board.now_s + 0.2}")
    board.run_until(board.now_s + 0.3)
    assert not is_on(board)


def test_a_reset_by_a_host_switches_the_motor_off(lying: Board) -> None:
    board = running(lying)
    board.ask(Reset(0), 0.1)
    assert not is_on(board)


def test_a_program_that_hangs_leaves_the_motor_on_until_the_watchdog_and_no_longer(
    lying: Board,
) -> None:
    board = running(lying)
    board.fault(f"hang@{board.now_s + 0.2}")
    board.run_until(board.now_s + 9)
    assert board.starts == 2 and vibrations(board)[0][1] < 9
    assert not is_on(board)


def test_after_a_reset_the_therapy_goes_on_with_its_delay_anew(lying: Board) -> None:
    lying.ask(set_therapy("supine", POLICY))
    lying.run_until(30)
    lying.ask(Reset(0), 1)
    lying.run_until(85)
    assert not lying.motor()
    lying.run_until(120)
    assert lying.motor()


def test_a_motor_that_runs_wakes_it_in_time_though_the_sensor_is_away(lying: Board) -> None:
    board = running(lying)
    board.fault(f"brownout:60000@{board.now_s + 0.2}")
    board.run_until(board.now_s + 10)
    assert vibrations(board)[0][1] == pytest.approx(VIBRATION_S, abs=0.2)
