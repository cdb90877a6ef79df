"""The model beside 254 minutes of an ADXL345 on resting people: same noise, same sizes."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from edgekit.spec import SLEEP
from edgekit.train.datasets import data_folder
from edgekit.train.datasets.synthetic import load

Floats = NDArray[np.float64]


@cache
def real() -> tuple[Floats, ...]:
    path = data_folder(None) / "adxl345-rest" / "a3c_breathing.npz"
    with np.load(path) as arrays:
        g = arrays["counts"] * (arrays["lsb_mg"] / 1000.0)
        ends = np.flatnonzero(np.diff(arrays["rec"])) + 1
    return tuple(np.split(g, ends))


@cache
def simulated(placement: str) -> tuple[Floats, ...]:
    minutes = load(seed=0)
    return tuple(r.xyz_g.astype(np.float64) for r in minutes if r.placement == placement)


def level_mg(recordings: tuple[Floats, ...], low_hz: float, high_hz: float) -> Floats:
    """Rms over the three axes within a band, in mg, one for each recording."""
    levels = []
    for xyz_g in recordings:
        power = np.abs(np.fft.rfft(xyz_g - xyz_g.mean(axis=0), axis=0)) ** 2
        hz = np.fft.rfftfreq(len(xyz_g), 1 / 50)
        inside = (hz >= low_hz) & (hz < high_hz)
        levels.append(1000 * np.sqrt(2 * power[inside].sum()) / len(xyz_g))
    return np.array(levels)


@pytest.mark.parametrize("placement", SLEEP.placements)
def test_the_noise_above_20_hz_is_within_a_third_of_the_real_one(placement: str) -> None:
    ratio = np.median(level_mg(simulated(placement), 20, 25)) / np.median(level_mg(real(), 20, 25))
    assert 0.67 < ratio < 1.33


def test_the_breathing_of_a_belly_lies_among_the_real_ones() -> None:
    low, high = np.percentile(level_mg(real(), 0.1, 0.6), [5, 95])
    assert low < np.median(level_mg(simulated("abdomen"), 0.1, 0.6)) < high


def test_the_heart_on_a_chest_lies_among_the_real_ones() -> None:
    low, high = np.percentile(level_mg(real(), 5, 15), [5, 95])
    assert low < np.median(level_mg(simulated("chest"), 5, 15)) < high


@pytest.mark.parametrize("placement", SLEEP.placements)
def test_no_simulated_minute_moves_more_than_the_real_ones_do(placement: str) -> None:
    assert np.median(level_mg(simulated(placement), 0.1, 25)) < np.max(level_mg(real(), 0.1, 25))
