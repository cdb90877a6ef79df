"""Breaths and beats follow each other without a hole and keep their rate."""

import numpy as np
from hypothesis import given
from hypothesis.strategies import floats, integers
from pytest import approx

from edgekit.train.datasets.synthetic.rhythm import beats, breaths, chest_volume, ringing

seeds = integers(0, 2**31)


@given(seeds, floats(1, 3600), floats(10, 20))
def test_breaths_cover_the_whole_recording(seed: int, seconds: float, per_minute: float) -> None:
    cycles = breaths(np.random.default_rng(seed), seconds, per_minute)
    assert (np.diff(cycles.start_s) > 0).all()
    assert cycles.start_s[0] <= 0 < seconds < cycles.start_s[-1]


@given(seeds, floats(1, 3600), floats(45, 85))
def test_beats_cover_the_whole_recording(seed: int, seconds: float, per_minute: float) -> None:
    cycles = beats(np.random.default_rng(seed), seconds, per_minute)
    assert (np.diff(cycles.start_s) > 0).all()
    assert cycles.start_s[0] <= -1 and seconds < cycles.start_s[-1]


def test_over_an_hour_a_heart_keeps_its_rate() -> None:
    cycles = beats(np.random.default_rng(0), 3600, 60.0)
    assert ((cycles.start_s >= 0) & (cycles.start_s < 3600)).sum() == approx(3600, rel=0.05)


@given(seeds)
def test_a_chest_empties_between_breaths_and_never_beyond(seed: int) -> None:
    cycles = breaths(np.random.default_rng(seed), 60.0, 15.0)
    volume, _ = chest_volume(cycles, np.arange(3000) / 50)
    at_starts, _ = chest_volume(cycles, cycles.start_s[4:8])
    assert volume.min() >= 0
    assert at_starts == approx(np.zeros(4), abs=1e-12)


def test_the_acceleration_of_a_chest_is_the_second_derivative_of_its_volume() -> None:
    cycles = breaths(np.random.default_rng(1), 20.0, 15.0)
    fine_s = np.arange(0, 20, 1e-3)
    volume, volume_per_s2 = chest_volume(cycles, fine_s)
    differences = np.diff(volume, 2) / 1e-6
    agree = np.abs(differences - volume_per_s2[1:-1]) < 1e-2
    assert agree.mean() > 0.995  # all but the samples where inhaling, exhaling and rest meet


def test_a_heart_rings_about_a_unit_high() -> None:
    cycles = beats(np.random.default_rng(2), 60.0, 60.0)
    wave = ringing(cycles, np.arange(3000) / 50, 0.0, hz=9.0, decay_s=0.07)
    assert 0.5 < np.abs(wave).max() < 2.0
