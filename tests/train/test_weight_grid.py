"""A net whose weights int8 represents exactly: each row of a layer is whole steps of its own."""

import pytest
import torch

from edgekit.front_end import with_input
from edgekit.nets import NETS
from edgekit.spec import SLEEP
from edgekit.train.config import input_for
from edgekit.train.datasets.formats import training_defaults
from edgekit.train.nets import build
from edgekit.train.weight_grid import on_weight_grid


@pytest.mark.parametrize("name", NETS)
def test_every_weight_is_a_whole_number_of_its_channels_steps(name: str) -> None:
    net = build(name, with_input(SLEEP, input_for(name, training_defaults(SLEEP.domain))))
    weights = on_weight_grid(net.state_dict())
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
