"""Windows cut on the device are the windows that Python cuts."""

import ctypes
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers, lists

from edgekit.firmware.build.toolchain import FOLDER
from edgekit.spec import SLEEP, Spec
from edgekit.windows import WindowCutter


class Sample(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int16), ("y", ctypes.c_int16), ("z", ctypes.c_int16)]


class Window(ctypes.Structure):
    _fields_ = [("samples", Sample * SLEEP.window), ("held", ctypes.c_uint32)]


@pytest.fixture(scope="session")
def library(c_library: Callable[..., ctypes.CDLL], model_c: Callable[[Spec], Path]) -> ctypes.CDLL:
    built = c_library(FOLDER / "src" / "window.c", flags=[f"-I{model_c(SLEEP)}"])
    built.window_push.argtypes = [ctypes.c_void_p, Sample]
    built.window_push.restype = ctypes.c_bool
    return built


@settings(max_examples=40)
@given(runs=lists(integers(0, 400), min_size=1, max_size=5), seed=integers(0, 2**32 - 1))
def test_the_windows_are_python_s_whatever_gaps_lie_between_runs(
    library: ctypes.CDLL, runs: list[int], seed: int
) -> None:
    random = np.random.default_rng(seed)
    window, cutter = Window(), WindowCutter(SLEEP.window, SLEEP.hop)
    for length in runs:
        counts = random.integers(-(1 << 15), 1 << 15, (length, 3))
        library.window_restart(ctypes.byref(window))
        windows_in_c = [
            np.frombuffer(window.samples, np.int16).reshape(-1, 3).copy()
            for xyz in counts.tolist()
            if library.window_push(ctypes.byref(window), Sample(*xyz))
        ]
        cutter.restart()
        expected = cutter.push(counts.astype(np.float32))
        assert len(windows_in_c) == len(expected)
        assert all(np.array_equal(*pair) for pair in zip(windows_in_c, expected, strict=True))
