"""What a window says of its wearer: in C's integers as in Python's floats, at every limit."""

import ctypes
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edgekit.device.decide.posture import movement_g
from edgekit.device.decide.wear import Wear
from edgekit.firmware.build.toolchain import FOLDER
from edgekit.night.night import OFF, UPRIGHT, WORN
from edgekit.spec import SLEEP, Spec, torso_angle_deg, turn_deg
from edgekit.still_limits import MOVING_FROM_G, TIE_G
from edgekit.windows import WindowCutter

STATES = (WORN, UPRIGHT, OFF)
Counts = NDArray[np.int64]


class Window(ctypes.Structure):
    _fields_ = (
        ("state", ctypes.c_uint32),
        ("is_near_back", ctypes.c_bool),
        ("is_still", ctypes.c_bool),
    )


class CWear(ctypes.Structure):
    _fields_ = (
        ("sum", ctypes.c_int32 * 3 * 50),
        ("is_quiet", ctypes.c_bool * 50),
        ("windows", ctypes.c_uint32),
        ("next", ctypes.c_uint32),
    )


@pytest.fixture(scope="session")
def library(c_library: Callable[..., ctypes.CDLL], model_c: Callable[[Spec], Path]) -> ctypes.CDLL:
    library = c_library(FOLDER / "src" / "wear.c", flags=[f"-I{model_c(SLEEP)}"])
    library.wear_push.restype = Window
    return library


def c_says(library: ctypes.CDLL, windows: Counts, has_body_axes: bool = True) -> list[tuple]:
    wear, said = CWear(), []
    for window in np.ascontiguousarray(windows, np.int16):
        sample = ctypes.c_void_p(window.ctypes.data)
        answer = library.wear_push(ctypes.byref(wear), sample, has_body_axes)
        said.append((STATES[answer.state], answer.is_near_back, answer.is_still))
    return said


def python_says(windows: Counts, spec: Spec = SLEEP) -> list[tuple]:
    """As a Decider and the alarm do, of samples in g."""
    xyz_g = (windows / 256).astype(np.float32)
    mean_g, moved_g = xyz_g.mean(axis=1, dtype=np.float64), movement_g(xyz_g)
    state = Wear(spec).push(mean_g, moved_g)
    near = np.abs(turn_deg(torso_angle_deg(mean_g) - 90.0)) <= 45.0
    still = ~(moved_g >= MOVING_FROM_G - TIE_G)
    return list(zip(state.tolist(), near.tolist(), still.tolist(), strict=True))


def with_sum(sums: tuple[int, int, int]) -> Counts:
    """A window whose axes sum up to this."""
    window = np.empty((100, 3), np.int64)
    for axis, total in enumerate(sums):
        window[:, axis] = total // 100
        window[: total % 100, axis] += 1
    return window


near_limit = st.integers(-2, 2)


@given(x=st.integers(-60_000, 60_000), y=st.integers(-60_000, 60_000), off=near_limit)
def test_within_45_degrees_of_the_back_to_the_last_count(
    library: ctypes.CDLL, x: int, y: int, off: int
) -> None:
    windows = with_sum((x, y, abs(x) + off))[None]
    assert c_says(library, windows) == python_says(windows)


@given(x=st.integers(-60_000, 60_000), z=st.integers(-60_000, 60_000), off=near_limit)
def test_upright_to_the_last_count(library: ctypes.CDLL, x: int, z: int, off: int) -> None:
    limit = round(np.sqrt(9 / 7 * (x * x + z * z)))
    windows = with_sum((x, limit + off, z))[None]
    assert c_says(library, windows) == python_says(windows)
    (said,) = c_says(library, windows, has_body_axes=False)
    assert said == python_says(windows, replace(SLEEP, domain="other"))[0]


def test_a_movement_of_exactly_the_limit_is_a_movement_on_both_sides(
    library: ctypes.CDLL,
) -> None:
    def window(high: int, counts: int) -> Counts:
        made = np.zeros((100, 3), np.int64)
        made[:high, 0] = counts
        return made[None]

    # 0.05 g is 12.8 counts, whose square times 100^2 is 1,638,400 = 100 * 20 * 32^2 - 640^2.
    said = [c_says(library, window(*each)) for each in ((50, 25), (20, 32), (50, 26))]
    assert [row[2] for (row,) in said] == [True, False, False]
    assert said == [python_says(window(*each)) for each in ((50, 25), (20, 32), (50, 26))]


@settings(max_examples=200)
@given(
    gravity=st.tuples(*[st.integers(-300, 300)] * 3),
    tall=st.integers(0, 60),
    many=st.integers(0, 100),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_window_is_judged_alike(
    library: ctypes.CDLL, gravity: tuple[int, int, int], tall: int, many: int, seed: int
) -> None:
    window = np.tile(np.array(gravity), (100, 1))
    window[:many] += np.random.default_rng(seed).integers(-tall, tall + 1, (many, 3))
    assert c_says(library, window[None]) == python_says(window[None])


def night(seed: int, noise: float, drift: float, samples: int = 9000) -> Counts:
    """Three minutes of a sensor at rest, with noise and a drift in counts."""
    random = np.random.default_rng(seed)
    wander = drift * np.sin(np.arange(samples)[:, None] / (random.uniform(200, 900, 3)))
    gravity = random.normal(0, 150, 3)
    return np.rint(gravity + wander + random.normal(0, noise, (samples, 3))).astype(np.int64)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    noise=st.sampled_from([0.4, 0.9, 1.3, 1.7, 1.8, 2.5]),
    drift=st.sampled_from([0.0, 0.2, 0.3, 0.35, 0.5]),
)
def test_on_or_off_the_body_is_the_same_through_a_night(
    library: ctypes.CDLL, seed: int, noise: float, drift: float
) -> None:
    cutter = WindowCutter(SLEEP.window, SLEEP.hop)
    windows = np.rint(256 * cutter.push((night(seed, noise, drift) / 256).astype(np.float32)))
    assert c_says(library, windows) == python_says(windows)


def test_the_nights_above_hold_both_answers(library: ctypes.CDLL) -> None:
    said = set()
    for noise, drift in ((0.9, 0.0), (1.7, 0.35), (2.5, 0.5)):
        cutter = WindowCutter(SLEEP.window, SLEEP.hop)
        samples = (night(1, noise, drift) / 256).astype(np.float32)
        said |= {row[0] for row in c_says(library, np.rint(256 * cutter.push(samples)))}
    assert {WORN, OFF} <= said


def test_a_restart_forgets_the_minute(library: ctypes.CDLL) -> None:
    wear, window = CWear(), np.full((100, 3), 50, np.int16)
    sample = ctypes.c_void_p(window.ctypes.data)
    states = [library.wear_push(ctypes.byref(wear), sample, True).state for _ in range(50)]
    assert [STATES[state] for state in states[-2:]] == [WORN, OFF]
    library.wear_restart(ctypes.byref(wear))
    assert STATES[library.wear_push(ctypes.byref(wear), sample, True).state] == WORN
