"""Augmentation turns, scales and shifts a window by as much as it was asked to."""

import pytest
import torch
from hypothesis import given
from hypothesis.strategies import floats, integers, tuples

from edgekit.train.augment import augment
from edgekit.train.datasets.defaults import Augmentation


def random(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def windows(count: int = 8) -> torch.Tensor:
    return torch.randn(count, 3, 1, 100, generator=random(1))


spreads_deg = tuples(floats(0, 180), floats(0, 180), floats(0, 180))


@given(spreads_deg, integers(0, 100))
def test_a_rotation_keeps_every_samples_length(
    degrees: tuple[float, float, float], seed: int
) -> None:
    x = windows()
    turned = augment(x, Augmentation(rotation_deg=degrees), random(seed))
    assert torch.allclose(turned.norm(dim=1), x.norm(dim=1), atol=1e-4)


@pytest.mark.parametrize(
    ("rotation_deg", "about", "from_axis", "to_axis"),
    [
        ((10.0, 0.0, 0.0), "x", 1, 2),
        ((0.0, 20.0, 0.0), "y", 2, 0),
        ((0.0, 0.0, 5.0), "z", 0, 1),
    ],
)
def test_a_rotation_about_each_axis_is_as_large_as_asked(
    rotation_deg: tuple[float, float, float], about: str, from_axis: int, to_axis: int
) -> None:
    """It turns the second axis towards the third, and leaves its own where it is."""
    own = "xyz".index(about)
    still = torch.zeros(4000, 3, 1, 100)
    still[:, from_axis], still[:, own] = 1.0, 0.5
    turned = augment(still, Augmentation(rotation_deg=rotation_deg), random())
    angle = torch.rad2deg(torch.atan2(turned[:, to_axis, 0, 0], turned[:, from_axis, 0, 0]))
    assert float(angle.std()) == pytest.approx(rotation_deg[own], rel=0.1)
    assert float(angle.mean()) == pytest.approx(0.0, abs=1.0)
    assert torch.allclose(turned[:, own], still[:, own], atol=1e-5)


def test_a_shift_moves_the_window_and_mirrors_its_edge() -> None:
    x = torch.arange(100.0).view(1, 1, 1, 100).expand(64, 3, 1, 100)
    for window in augment(x, Augmentation(shift=8), random())[:, 0, 0]:
        shift = int(window[50]) - 50
        assert abs(shift) <= 8
        expected = [99 - abs(99 - abs(k + shift)) for k in range(100)]
        assert window.tolist() == expected


def test_none_asked_none_done() -> None:
    x = windows()
    assert torch.equal(augment(x, Augmentation(), random()), x)


@given(integers(0, 100))
def test_a_mirror_negates_one_axis_or_none(seed: int) -> None:
    x = windows()
    for given_window, worn in zip(
        x, augment(x, Augmentation(mirror=0.5), random(seed)), strict=True
    ):
        negated = [torch.equal(worn[axis], -given_window[axis]) for axis in range(3)]
        same = [torch.equal(worn[axis], given_window[axis]) for axis in range(3)]
        assert sum(negated) <= 1
        assert sum(negated) + sum(same) == 3


def test_a_mirror_is_as_frequent_as_asked_and_takes_each_axis_as_often() -> None:
    x = torch.ones(6000, 3, 1, 100)
    negated = (augment(x, Augmentation(mirror=0.3), random())[:, :, 0, 0] < 0).float().mean(dim=0)
    assert negated.tolist() == pytest.approx([0.1] * 3, abs=0.015)
