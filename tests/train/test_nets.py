"""The networks: their sizes, their answers' shapes, and what the fast pooling computes."""

import pytest
import torch
from hypothesis import given
from hypothesis.strategies import integers
from torch.nn import functional as F

from edgekit.errors import UsageError
from edgekit.spec import SLEEP, WISDM, Spec
from edgekit.train.nets import NETS, build, halve, parameter_count


@pytest.mark.parametrize("spec", [SLEEP, WISDM])
@pytest.mark.parametrize("name", NETS)
def test_each_net_answers_both_questions(name: str, spec: Spec) -> None:
    posture, placement = build(name, spec)(torch.randn(4, 3, 1, 100))
    assert posture.shape == (4, len(spec.postures))
    assert placement.shape == (4, len(spec.placements))


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("mtl-net-published", 1_797_519, 1_797_519),
        ("mtl-net-small", 150_000, 160_000),
        ("mtl-net-lean", 20_000, 27_000),
        ("mtl-net-micro", 1, 16_000),
    ],
)
def test_the_nets_have_the_sizes_they_are_known_by(name: str, least: int, most: int) -> None:
    assert least <= parameter_count(build(name, SLEEP)) <= most


@given(integers(2, 60))
def test_pooling_by_slices_is_max_pooling(width: int) -> None:
    h = torch.randn(2, 3, 1, width)
    assert torch.equal(halve(h), F.max_pool2d(h, (1, 2)))


def test_every_axis_of_the_whole_window_reaches_the_sound_net() -> None:
    net = build("mtl-net", SLEEP).eval()
    x = torch.randn(1, 3, 1, 100, requires_grad=True)
    sum(head.sum() for head in net(x)).backward()
    assert x.grad is not None
    assert (x.grad.abs().sum(dim=3) > 0).all()
    assert (x.grad[0, :, 0, :90].abs().sum(dim=0) > 0).all()


def test_an_unknown_net_is_named() -> None:
    with pytest.raises(UsageError, match="no net is called 'resnet'"):
        build("resnet", SLEEP)
