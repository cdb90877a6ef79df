"""Doubts of a recording: what is warned of, and that right data is not."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgekit.recording import Recording
from edgekit.recording_doubts import doubts
from edgekit.train.datasets import load
from edgekit.train.datasets.any_file import read_any
from edgekit.train.datasets.synthetic import simulate_night
from tests.helpers.tables import lying

RATE_HZ = 50.0


def recording(xyz_g: np.ndarray, start_s: float = 1.7e9, clock: str = "utc") -> Recording:
    return Recording(
        xyz_g.astype(np.float32), RATE_HZ, "ann", "chest", start_s=start_s, clock=clock
    )  # type: ignore[arg-type]


def held(samples: int, *axes: int, at_g: float = 0.5) -> np.ndarray:
    """Lie for two minutes, with some axes standing for so many samples."""
    xyz_g = lying(6_000)
    for axis in axes:
        xyz_g[1_000 : 1_000 + samples, axis] = at_g if len(axes) == 1 else xyz_g[1_000, axis]
    return xyz_g


@pytest.mark.parametrize(
    ("xyz_g", "doubt"),
    [
        (lying(500) * 0.5, "gravity at rest is 0.50 g, not 1 g"),
        (np.where(np.arange(6_000)[:, None] < 900, 0, lying(6_000)), "900 of 6,000 samples are 0"),
        (held(600, 0, 1, 2), "all axes stay at one value for up to 12 s"),
        (held(3_100, 1), "axis y stays at one value for up to 62 s"),
        (np.stack([*lying(600).T[:2], np.full(600, 1.0)], 1), "axis z stays at one value"),
        (held(60, 2, at_g=2.0), "samples stand at the end of the range, 2 g"),
        (np.tile(np.repeat([[2.0], [-2.0]], 4, 0), (750, 3)), "100.0 % of its samples stand at"),
    ],
)
def test_each_doubt_is_a_line(xyz_g: np.ndarray, doubt: str) -> None:
    (found,) = doubts([recording(xyz_g)])
    assert doubt in found.text


@pytest.mark.parametrize(
    ("start_s", "clock", "doubt"),
    [
        (0.0, "utc", "dated 1970-01-01: the clock was not set"),
        (4e9, "utc", "dated 2096-10-02, in the future"),
        (4e9, "device", "in the future"),
        (1e15, "device", "1e+15 s after 1970, in the future"),
    ],
)
def test_a_date_that_cannot_be_is_doubtful(start_s: float, clock: str, doubt: str) -> None:
    (found,) = doubts([recording(lying(500), start_s, clock)])
    assert doubt in found.text


@given(
    unrest_g=st.floats(0.002, 1.0),
    start_s=st.floats(7e8, time.time()),
    pause=st.integers(0, 100),
)
def test_a_living_sensor_raises_none(unrest_g: float, start_s: float, pause: int) -> None:
    noise = np.random.default_rng(0).normal(0, unrest_g, (1_000, 3))
    noise[300 : 300 + pause] = noise[300]
    assert doubts([recording(np.array([0, 0.1, 0.99]) + noise, start_s)]) == []


def test_movement_alone_is_no_wrong_gravity() -> None:
    """A file of running and nothing else has no sample at rest."""
    phase = 2 * np.pi * 2.7 * np.arange(3_000) / RATE_HZ
    run = np.stack([np.sin(phase), 0.5 * np.cos(phase), 1 + 1.4 * np.sin(phase)], axis=1)
    noise = np.random.default_rng(0).normal(0, 0.05, run.shape)
    assert doubts([recording(run + noise)]) == []


def test_an_empty_recording_has_none() -> None:
    assert doubts([]) == [] and doubts([recording(np.empty((0, 3)))]) == []


@pytest.mark.parametrize("placement", ["neck", "chest", "abdomen"])
def test_simulated_nights_raise_none(placement: str) -> None:
    night = simulate_night(3, 1.0, placement, 1.7e9)
    assert doubts([night.recording]) == []


def test_real_loggers_raise_none(real) -> None:
    for path in sorted((real / "loggers").glob("*.[cbg]*")):
        if path.suffix != ".csv":
            assert doubts(read_any(path).recordings) == []


@pytest.mark.parametrize("name", ["mhealth", "hapt"])
def test_real_sets_raise_none(real, name: str) -> None:
    assert doubts(load(name, real, seed=0).recordings) == []
