"""A net that int8 can say exactly: windows and weights on int8's grids."""

import numpy as np
import pytest
import torch
from edgekit.train.int8_ready import on_input_grid, on_weight_grid
from hypothesis import given
from hypothesis.extra.numpy import arrays
from hypothesis.strategies import floats

from edgekit.bundle import Quantisation
from edgekit.spec import INPUT_STEP_G, SLEEP
from edgekit.train.nets import NETS, build

INPUT = Quantisation(INPUT_STEP_G, 0)
windows = arrays(np.float32, (5, 3), elements=floats(-16, 16, width=32))


@given(windows)
def test_the_net_is_trained_on_what_the_int8_input_holds(xyz_g: np.ndarray) -> None:
    read = on_input_grid(torch.from_numpy(xyz_g)).numpy()
    assert np.array_equal(read, INPUT.dequantise(INPUT.quantise(xyz_g)))


@pytest.mark.parametrize("name", NETS)
def test_every_weight_is_a_whole_number_of_its_channels_steps(name: str) -> None:
    weights = on_weight_grid(build(name, SLEEP).state_dict())
    for tensor in (w for w in weights.values() if w.dim() > 1):
        rows = tensor.flatten(1).double()
        counts = rows / (rows.abs().amax(1, keepdim=True) / 127)
        assert (counts - counts.round()).abs().max() < 1e-3


def test_batch_norm_and_biases_are_left_alone() -> None:
    before = build("mtl-net-micro", SLEEP).state_dict()
    after = on_weight_grid(before)
    assert all(torch.equal(before[n], after[n]) for n in before if before[n].dim() <= 1)


def test_a_channel_of_zeros_stays_zero() -> None:
    zeros = {"w": torch.zeros(2, 3, 1, 5)}
    assert torch.equal(on_weight_grid(zeros)["w"], zeros["w"])
