import numpy as np
from hypothesis import given
from hypothesis.strategies import integers

from edgekit.device.monitor.health import HealthCounter


def counted(xyz_g: np.ndarray, chunk: int = 1000):
    counter = HealthCounter()
    for begin in range(0, len(xyz_g), chunk):
        counter.add(xyz_g[begin : begin + chunk].astype(np.float32))
    return counter.drain(0.0, 50.0)


def living(samples: int) -> np.ndarray:
    return np.random.default_rng(0).normal((0, 0, 1), 0.02, (samples, 3))


def test_a_living_sensor_is_neither_stuck_nor_clipped() -> None:
    row = counted(living(5000))
    assert (row.samples, row.stuck, row.clipped, row.gaps) == (5000, 0, 0, 0)


@given(chunk=integers(1, 500), stuck=integers(51, 300))
def test_a_sensor_that_repeats_itself_is_stuck_after_a_second(chunk: int, stuck: int) -> None:
    samples = living(500)
    samples[100 : 100 + stuck] = samples[100]
    assert counted(samples, chunk).stuck == stuck - 50


def test_a_flat_top_beyond_the_least_range_is_clipped() -> None:
    blow = living(300) + np.array([0, 0, 1]) * np.sin(np.linspace(0, np.pi, 300))[:, None] * 2
    assert counted(blow).clipped == 0
    at_most_2_g = blow.clip(-2, 2)
    at_end = int((at_most_2_g[:, 2] == 2).sum())
    assert 0.9 * at_end <= counted(at_most_2_g).clipped < at_end


def test_each_row_counts_from_the_row_before() -> None:
    counter = HealthCounter()
    counter.add(living(70).astype(np.float32))
    counter.add_gap()
    first, second = counter.drain(1.0, 50.0), counter.drain(2.0, 50.0)
    assert (first.samples, first.gaps, second.samples, second.gaps) == (70, 1, 0, 0)
