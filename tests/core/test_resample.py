"""Resampling keeps gravity and slow movement, removes what would fold down, and streams."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers, lists
from numpy.typing import NDArray

from edgekit.recording import Recording
from edgekit.resample import Resampler, resample


def sine(hz: float, rate_hz: float, seconds: float) -> NDArray[np.float32]:
    wave = np.sin(2 * np.pi * hz * np.arange(int(seconds * rate_hz)) / rate_hz)
    return np.repeat(wave[:, None], 3, axis=1).astype(np.float32)


@given(
    lists(integers(0, 90), min_size=1, max_size=10),
    floats(5, 200, allow_nan=False),
    floats(5, 200, allow_nan=False),
)
def test_the_stream_is_the_same_however_it_is_chunked(
    sizes: list[int], from_hz: float, to_hz: float
) -> None:
    stream = np.random.default_rng(0).normal(size=(sum(sizes), 3)).astype(np.float32)
    whole, piecewise = Resampler(from_hz, to_hz), Resampler(from_hz, to_hz)
    expected = np.concatenate([whole.push(stream), whole.flush()])
    parts = [piecewise.push(chunk) for chunk in np.split(stream, np.cumsum(sizes)[:-1])]
    found = np.concatenate([*parts, piecewise.flush()])
    assert np.allclose(found, expected, atol=1e-6)


@given(floats(5, 200), floats(5, 200), integers(1, 500))
def test_gravity_keeps_its_length(from_hz: float, to_hz: float, samples: int) -> None:
    still = np.tile(np.array([[0.6, 0.0, 0.8]], np.float32), (samples, 1))
    resampler = Resampler(from_hz, to_hz)
    out = np.concatenate([resampler.push(still), resampler.flush()])
    assert abs(len(out) - (samples - 1) * to_hz / from_hz - 1) <= 1
    assert np.allclose(np.linalg.norm(out, axis=1), 1.0, atol=1e-5)


@pytest.mark.parametrize(("from_hz", "to_hz"), [(100.0, 20.0), (25.0, 20.0), (20.0, 50.0)])
def test_a_slow_movement_comes_through(from_hz: float, to_hz: float) -> None:
    recording = Recording(sine(1.0, from_hz, 20), from_hz, "s", "chest")
    out = resample(recording, to_hz).xyz_g[:, 0]
    expected = sine(1.0, to_hz, 20)[: len(out), 0]
    inner = slice(20, -20)  # the ends see one side only
    assert np.abs(out[inner] - expected[inner]).max() < 0.01


def test_what_would_fold_down_is_removed() -> None:
    recording = Recording(sine(18.0, 100.0, 20), 100.0, "s", "chest")  # 18 Hz would appear as 2 Hz
    assert np.abs(resample(recording, 20.0).xyz_g[30:-30]).max() < 0.02


def test_a_rate_within_the_clocks_tolerance_is_left_alone() -> None:
    recording = Recording(sine(1.0, 19.86, 5), 19.86, "s", "phone")
    assert resample(recording, 20.0) is recording


def test_labels_follow_their_samples() -> None:
    label = np.repeat(np.array([0, 1], np.int16), 500)
    recording = Recording(sine(1, 100, 10), 100.0, "s", "chest", label, ("a", "b"))
    out = resample(recording, 50.0)
    assert out.label is not None
    assert len(out.label) == len(out.xyz_g)
    assert out.label[:250].tolist() == [0] * 250
    assert out.label[250:].tolist() == [1] * (len(out.label) - 250)


@given(
    lists(integers(1, 400), min_size=2, max_size=6),
    lists(floats(49.0, 51.0), min_size=2, max_size=6),
    integers(1, 97),
)
def test_a_rate_that_is_followed_gives_the_same_stream_however_it_is_chunked(
    lengths: list[int], rates_hz: list[float], chunk: int
) -> None:
    stream = np.random.default_rng(0).normal(size=(sum(lengths), 3)).astype(np.float32)
    whole, piecewise = Resampler(50.0, 50.0), Resampler(50.0, 50.0)
    expected, found, begin = [], [], 0
    for length, rate_hz in zip(lengths, [*rates_hz] * 3, strict=False):
        piece = stream[begin : begin + length]
        begin += length
        whole.follow(rate_hz)
        expected.append(whole.push(piece))
        for at in range(0, length, chunk):
            piecewise.follow(rate_hz)
            found.append(piecewise.push(piece[at : at + chunk]))
    assert np.allclose(np.concatenate(found), np.concatenate(expected), atol=1e-6)


def test_a_sensor_at_49_1_hz_does_not_look_like_50() -> None:
    """Its rate is found after ten seconds; from then on each output stands 20 ms after the last."""
    resampler = Resampler(50.0, 50.0)
    resampler.push(sine(1.0, 49.1, 10))
    resampler.follow(49.1)
    rest = sine(1.0, 49.1, 70)[int(10 * 49.1) :]
    out = resampler.push(rest)[:, 0]
    crossings = np.flatnonzero((out[:-1] < 0) & (out[1:] >= 0))
    assert np.diff(crossings).mean() == pytest.approx(50.0, abs=0.02)


def test_at_the_same_rate_samples_pass_unchanged() -> None:
    stream = np.random.default_rng(0).normal(size=(300, 3)).astype(np.float32)
    resampler = Resampler(50.0, 50.0)
    out = np.concatenate([resampler.push(stream), resampler.flush()])
    np.testing.assert_array_equal(out, stream)
