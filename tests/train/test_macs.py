"""Multiply-adds are those that one counts by hand."""

import pickle

import pytest
import torch
from hypothesis import given
from hypothesis.strategies import integers, sampled_from
from torch import Tensor, nn

from edgekit.front_end import with_input
from edgekit.nets import NETS
from edgekit.spec import SLEEP, Spec
from edgekit.train.config import input_for
from edgekit.train.datasets.formats import training_defaults
from edgekit.train.macs import macs
from edgekit.train.nets import build

ONE = with_input(SLEEP, "one-gain")
specs = sampled_from([SLEEP, ONE])  # of six channels and of three


class Steps(nn.Module):
    """A window (N, channels, 1, 100) as a recurrent layer's 100 steps."""

    def __init__(self, layers: nn.Module) -> None:
        super().__init__()
        self.layers = layers

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layers(x.squeeze(2).permute(0, 2, 1))[0]
        return out


@given(spec=specs, filters=integers(1, 8), taps=integers(1, 9), stride=integers(1, 3))
def test_a_convolution_multiplies_every_output_by_its_taps(
    spec: Spec, filters: int, taps: int, stride: int
) -> None:
    outputs, channels = (100 - taps) // stride + 1, spec.front_end.channels
    conv = nn.Conv2d(channels, filters, (1, taps), stride=stride)
    assert macs(conv, spec) == outputs * filters * channels * taps


def test_a_depthwise_convolution_reads_one_channel_an_output() -> None:
    assert macs(nn.Conv2d(6, 6, (1, 5), padding=(0, 2), groups=6), SLEEP) == 100 * 6 * 5


def test_a_dense_layer_multiplies_each_input_by_each_output() -> None:
    assert macs(nn.Sequential(nn.Flatten(), nn.Linear(600, 7)), SLEEP) == 600 * 7


@pytest.mark.parametrize(
    ("layers", "by_hand"),
    [
        # A step: (inputs + hidden) x hidden for each of an LSTM's four gates, a GRU's three.
        (nn.LSTM(3, 10, batch_first=True), 100 * 4 * 10 * (3 + 10)),
        (nn.GRU(3, 10, batch_first=True), 100 * 3 * 10 * (3 + 10)),
        # A second layer reads the first, from both directions.
        (nn.LSTM(3, 10, num_layers=2, batch_first=True), 100 * 4 * 10 * (3 + 10 + 10 + 10)),
        (
            nn.LSTM(3, 10, num_layers=2, batch_first=True, bidirectional=True),
            100 * 2 * 4 * 10 * (3 + 10 + 20 + 10),
        ),
    ],
)
def test_a_recurrent_layer_multiplies_its_weights_at_every_step(
    layers: nn.Module, by_hand: int
) -> None:
    assert macs(Steps(layers), ONE) == by_hand


def test_the_published_net_needs_2_504_064_to_reach_an_output() -> None:
    by_hand = 92 * 32 * 9 + 38 * 64 * 32 * 9 + 1216 * 1024 + 1024 * 512 + 512 * (12 + 3)
    assert macs(build("mtl-net-published", ONE), ONE) == by_hand == 2_504_064


@pytest.mark.parametrize("name", NETS)
def test_counting_leaves_the_net_as_it_was(name: str) -> None:
    spec = with_input(SLEEP, input_for(name, training_defaults(SLEEP.domain)))
    net = build(name, spec).train()
    before = {key: tensor.clone() for key, tensor in net.state_dict().items()}
    first, again = macs(net, spec), macs(net, spec)
    assert first == again > 0
    assert net.training
    assert pickle.dumps(net), "a hook that was left behind could not be pickled"
    assert all(torch.equal(before[key], tensor) for key, tensor in net.state_dict().items())
