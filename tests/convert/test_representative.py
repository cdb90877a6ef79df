"""The int8 ranges come from ordinary windows, and the input's reaches both its ends."""

import numpy as np
import torch
from hypothesis import given
from hypothesis.extra.numpy import arrays
from hypothesis.strategies import floats, integers, sampled_from
from numpy.typing import NDArray

from edgekit.convert.representative import representative_windows, with_full_range
from edgekit.spec import SLEEP
from edgekit.train.nets import build

LEAST, MOST = -128 / 64, 127 / 64


def test_violent_windows_are_left_out_and_both_ends_are_put_in() -> None:
    torch.manual_seed(0)
    net = build("mtl-net-micro", SLEEP).eval()
    calm = np.random.default_rng(0).normal(0, 0.1, (100, 100, 6)).astype(np.float32)
    calm[17] *= 100.0
    chosen = representative_windows(net, calm)
    assert len(chosen) == 75 + 1, "the calmer ones"
    assert np.abs(chosen[:-1]).max() < 1.0
    assert (chosen[-1].min(), chosen[-1].max()) == (LEAST, MOST)


def test_a_single_window_is_enough_to_calibrate() -> None:
    net = build("mtl-net-micro", SLEEP).eval()
    assert len(representative_windows(net, np.zeros((1, 100, 6), np.float32))) == 2


windows = sampled_from([3, 6]).flatmap(
    lambda channels: integers(1, 3).flatmap(
        lambda count: arrays(np.float32, (count, 4, channels), elements=floats(-9, 9, width=32))
    )
)


@given(windows)
def test_calibration_spans_the_input_and_no_more(given_windows: NDArray[np.float32]) -> None:
    """From -128/64 to 127/64, of which TFLite makes a scale of 1/64 and a zero point of 0."""
    chosen = with_full_range(given_windows)
    assert (chosen.min(), chosen.max()) == (LEAST, MOST)
    assert np.array_equal(chosen[:-1], given_windows.clip(LEAST, MOST))
    assert np.array_equal(chosen[-1, 2:], chosen[0, 2:]), "but for two samples the first again"
