"""The int8 ranges come from ordinary windows, and reach +-2 g all the same."""

import numpy as np
import torch

from edgekit.convert.calibration import calibration_windows
from edgekit.spec import INPUT_LEAST_G, INPUT_MOST_G, SLEEP
from edgekit.train.nets import build


def test_violent_windows_are_left_out_and_two_g_is_put_in() -> None:
    torch.manual_seed(0)
    net = build("mtl-net-micro", SLEEP).eval()
    calm_g = np.random.default_rng(0).normal(0, 0.1, (100, 100, 3)).astype(np.float32)
    calm_g[17] *= 100.0
    chosen_g = calibration_windows(net, calm_g)
    assert len(chosen_g) == 75 + 1, "the calmer ones"
    assert np.abs(chosen_g[:-1]).max() < 1.0
    assert (chosen_g[-1].min(), chosen_g[-1].max()) == (INPUT_LEAST_G, INPUT_MOST_G)


def test_a_single_window_is_enough_to_calibrate() -> None:
    net = build("mtl-net-micro", SLEEP).eval()
    assert len(calibration_windows(net, np.zeros((1, 100, 3), np.float32))) == 2
