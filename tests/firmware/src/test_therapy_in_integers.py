"""The wearable's therapy is the computer's: decision for decision, alarm for alarm."""

import ctypes
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.device.monitor.alarm import Therapy
from edgekit.firmware.build.toolchain import FOLDER
from edgekit.night.night import OFF, UPRIGHT, WORN, Alarm, Decisions
from edgekit.spec import SLEEP, Spec
from edgekit.therapy_policy import ALARM_MODES, NEW_NIGHT_S, Policy

STATES = (WORN, UPRIGHT, OFF)
HOP_MS, WINDOW_MS, FOR_EVER = 1200, 2000, 2**32 - 1
NIGHT_S = 1.7e9
Row = tuple[int, str, bool, bool]  # elapsed ms, state, near the back, still


class Window(ctypes.Structure):
    _fields_ = (
        ("state", ctypes.c_uint32),
        ("is_near_back", ctypes.c_bool),
        ("is_still", ctypes.c_bool),
    )


class CAlarm(ctypes.Structure):
    _fields_ = (
        ("attempt", ctypes.c_uint16),
        ("level", ctypes.c_uint8),
        ("strength", ctypes.c_uint8),
        ("at_ms", ctypes.c_uint64),
    )


class CPolicy(ctypes.Structure):
    _fields_ = tuple(
        (f"{name}_ms", ctypes.c_uint32) for name in ("after", "delay", "every", "pause")
    )


class CTherapy(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_uint64) for name in ("now", "begin", "worn")),
        *((name, ctypes.c_bool) for name in ("begun", "was_worn", "on_back", "unanswered")),
        *((name, ctypes.c_uint32) for name in ("still", "due")),
        ("last", CAlarm),
    )


class Due(ctypes.Structure):
    _fields_ = (
        ("is_due", ctypes.c_bool),
        ("response_ms", ctypes.c_uint32),
        ("answered", CAlarm),
    )


@pytest.fixture(scope="session")
def library(c_library: Callable[..., ctypes.CDLL], model_c: Callable[[Spec], Path]) -> ctypes.CDLL:
    library = c_library(FOLDER / "src" / "therapy.c", flags=[f"-I{model_c(SLEEP)}"])
    library.therapy_push.restype = Due
    library.therapy_push.argtypes = [
        *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint32),
        Window,
    ]
    return library


def c_alarms(library: ctypes.CDLL, policy: Policy, rows: list[Row]) -> list[Alarm]:
    """Each alarm as it comes, and once more with its response; times in ms of the night."""
    therapy, mode = CTherapy(), ALARM_MODES.index("baseline" if policy.baseline else "supine")
    times = (policy.after_s, policy.delay_s, policy.every_s, policy.pause_s)
    kept = CPolicy(*(round(1000 * each) for each in times))
    said = []
    for elapsed_ms, state, near, still in rows:
        due = library.therapy_push(
            ctypes.byref(therapy), ctypes.byref(kept), mode, elapsed_ms,
            Window(STATES.index(state), near, still),
        )  # fmt: skip
        if due.response_ms != FOR_EVER:
            said.append(as_alarm(due.answered, due.response_ms))
        if due.is_due:
            said.append(as_alarm(therapy.last, None))
    return said


def as_alarm(alarm: CAlarm, response_ms: int | None) -> Alarm:
    response_s = None if response_ms is None else response_ms / 1000
    return Alarm(alarm.at_ms, alarm.attempt, alarm.level, alarm.strength / 100, response_s)


def python_alarms(policy: Policy, rows: list[Row]) -> list[Alarm]:
    therapy, said = Therapy(policy, SLEEP), []
    at_ms = 0
    for place, (elapsed_ms, state, near, still) in enumerate(rows):
        at_ms += elapsed_ms if place else 0
        due = therapy.feed(decision(NIGHT_S + at_ms / 1000, state, near, still))
        said += [alarm for alarm in due.done if alarm.response_s is not None]
        said += due.vibrate
    return [
        replace(
            alarm,
            start_s=round(1000 * (alarm.start_s - NIGHT_S)),
            response_s=None if alarm.response_s is None else round(alarm.response_s, 3),
        )
        for alarm in said
    ]


def decision(start_s: float, state: str, near: bool, still: bool) -> Decisions:
    zero, one = np.zeros(1, np.int64), np.ones(1)
    return Decisions(
        start_s=np.array([start_s]), posture=zero, placement=zero, posture_confidence=one,
        placement_confidence=one, raw_posture=zero, raw_placement=zero,
        torso_angle_deg=np.array([135.0 if near else 136.0]), state=np.array([state]),
        movement_g=np.array([0.04 if still else 0.05]), truth=zero,
    )  # fmt: skip


@st.composite
def sleeps(draw: st.DrawFn) -> list[Row]:
    """Stretches of equal windows, with gaps between some of them."""
    rows: list[Row] = []
    for _ in range(draw(st.integers(1, 12))):
        windows = draw(st.sampled_from([1, 2, 5, 9, 10, 11, 26, 40]))
        gap_ms = draw(st.sampled_from([0, 0, 0, 600, 799, 800, 5000, round(1000 * NEW_NIGHT_S)]))
        state = draw(st.sampled_from([WORN, WORN, WORN, WORN, UPRIGHT, OFF]))
        near, still = draw(st.sampled_from([True, True, False])), draw(st.booleans())
        rows += [(HOP_MS + gap_ms * (n == 0), state, near, still) for n in range(windows)]
    return rows


times = st.sampled_from([0.0, 1.2, 6.0, 10.0, 12.0, 30.0])
policies = st.builds(
    Policy, after_s=times, delay_s=times, every_s=times, pause_s=times, baseline=st.booleans()
)


@settings(max_examples=400, deadline=None)
@given(policy=policies, rows=sleeps())
def test_every_alarm_and_response_is_the_same(
    library: ctypes.CDLL, policy: Policy, rows: list[Row]
) -> None:
    assert c_alarms(library, policy, rows) == python_alarms(policy, rows)


def lying(windows: int, **changed: object) -> list[Row]:
    row = {"elapsed": HOP_MS, "state": WORN, "near": True, "still": True, **changed}
    return [tuple(row.values())] * windows  # type: ignore[list-item]


def test_a_whole_night_by_the_default_policy(library: ctypes.CDLL) -> None:
    random = np.random.default_rng(7)
    rows: list[Row] = []
    while len(rows) < 8 * 3600 * 1000 // HOP_MS:
        near, still = bool(random.random() < 0.5), bool(random.random() < 0.9)
        rows += lying(int(random.integers(1, 900)), near=near, still=still)
    for policy in (Policy(), Policy(baseline=True)):
        alarms = c_alarms(library, policy, rows)
        assert alarms == python_alarms(policy, rows)
        assert len(alarms) > 20
        assert any(alarm.response_s for alarm in alarms)


def test_three_hours_off_the_body_begin_another_night(library: ctypes.CDLL) -> None:
    policy = Policy(after_s=6.0, delay_s=600.0)
    off = lying(round(NEW_NIGHT_S * 1000 / HOP_MS), state=OFF)
    rows = lying(1000) + off + lying(1000)
    alarms = c_alarms(library, policy, rows)
    assert alarms == python_alarms(policy, rows)
    second_ms = WINDOW_MS + (1000 + len(off)) * HOP_MS
    between = [a for a in alarms if second_ms <= a.start_s < second_ms + 600_000 - WINDOW_MS]
    assert not between and [a for a in alarms if a.start_s > second_ms]
