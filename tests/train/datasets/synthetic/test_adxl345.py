"""The model of the part keeps to the data sheet: counts of 3.9 mg, limits, noise, drift."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis.extra.numpy import arrays
from hypothesis.strategies import floats, integers
from numpy.typing import NDArray
from pytest import approx

from edgekit.train.datasets.synthetic.adxl345 import (
    LSB_PER_G,
    Adxl345,
    draw_sensor,
    to_counts,
    to_g,
)

PERFECT = Adxl345(np.full(3, LSB_PER_G), np.zeros(3), np.zeros(3), np.zeros(3), clock_error=0.0)


def read(
    sensor: Adxl345, acceleration_g: NDArray[np.float64], temperature_c: float = 25.0
) -> NDArray[np.float32]:
    return to_g(to_counts(sensor, acceleration_g, np.random.default_rng(0), temperature_c))


@given(arrays(np.float64, (20, 3), elements=floats(-1.99, 1.99)))
def test_a_perfect_part_errs_by_half_a_count_at_most(acceleration_g: NDArray[np.float64]) -> None:
    error = np.abs(read(PERFECT, acceleration_g) - acceleration_g)
    assert error.max() <= 0.5 / LSB_PER_G + 1e-6


@given(floats(2.0, 50.0))
def test_beyond_its_range_a_part_stands_at_its_limit(height_g: float) -> None:
    pair = np.array([[height_g] * 3, [-height_g] * 3])
    counts = to_counts(PERFECT, pair, np.random.default_rng(0))
    assert counts[0].tolist() == [511] * 3
    assert counts[1].tolist() == [-512] * 3


def test_a_wider_range_keeps_the_step() -> None:
    wide = replace(PERFECT, range_g=16.0)
    assert read(wide, np.full((1, 3), 12.5)).tolist() == [[12.5] * 3]


@given(integers(0, 10_000))
def test_every_unit_lies_within_the_data_sheet(seed: int) -> None:
    unit = draw_sensor(np.random.default_rng(seed))
    assert ((unit.lsb_per_g >= 230) & (unit.lsb_per_g <= 282)).all()
    assert abs(unit.clock_error) <= 0.01
    assert np.abs(unit.offset_g).max() < 0.15


def test_noise_has_the_rms_that_the_unit_says() -> None:
    noisy = replace(PERFECT, noise_lsb=np.array([1.0, 2.0, 4.0]))
    rms_lsb = read(noisy, np.zeros((50_000, 3))).std(axis=0) * LSB_PER_G
    quantisation_lsb = np.sqrt(1 / 12)
    assert rms_lsb == approx(np.hypot([1.0, 2.0, 4.0], quantisation_lsb), rel=0.02)


def test_the_offset_drifts_with_the_temperature_from_25_degrees_on() -> None:
    drifting = replace(PERFECT, offset_g_per_c=np.array([0.0, 0.01, -0.01]))
    warm = read(drifting, np.zeros((1, 3)), temperature_c=35.0)
    assert warm[0] == approx(np.array([0.0, 0.1, -0.1]), abs=0.5 / LSB_PER_G)
    assert read(drifting, np.zeros((1, 3)), temperature_c=25.0).tolist() == [[0.0] * 3]
