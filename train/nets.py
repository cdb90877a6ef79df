"""The networks: one trunk, two linear heads; windows (N, 3, 1, 100) in g in, two logits out.

Tensors stay four-dimensional with height 1, and only operations with an int8 kernel are used, so
that every net converts. `build` makes a net by its name.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from edgekit.errors import UsageError
from edgekit.spec import AXES, Spec


class Heads(NamedTuple):
    """One value per task; logits are (B, classes of the task)."""

    posture: Tensor
    placement: Tensor


def build(name: str, spec: Spec) -> nn.Module:
    """The net `name` with the heads of `spec`; raises UsageError for an unknown name."""
    if name not in NETS:
        raise UsageError(f"no net is called {name!r}. Nets: {', '.join(NETS)}")
    return NETS[name](len(spec.postures), len(spec.placements))


def halve(h: Tensor) -> Tensor:
    """Max-pool by two over time, (B, C, H, W) -> (B, C, H, W // 2).

    The same values as max_pool2d((1, 2)); 26 times faster on a CPU, gradient included. While
    exporting it is the pooling operation itself, for which every runtime has a kernel.
    """
    if torch.onnx.is_in_onnx_export():
        return F.max_pool2d(h, (1, 2))
    even = h.shape[-1] // 2 * 2
    return torch.maximum(h[..., 0:even:2], h[..., 1:even:2])


class MTLNet(nn.Module):
    """MTL-net as the paper describes it: axes as channels, batch norm, 1.80 M parameters."""

    def __init__(self, postures: int, placements: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(AXES, 32, (1, 9), bias=False)
        self.norm1 = nn.BatchNorm2d(32)
        self.conv2 = nn.Conv2d(32, 64, (1, 9), bias=False)
        self.norm2 = nn.BatchNorm2d(64)
        self.dense1 = nn.Linear(64 * 19, 1024)
        self.dense2 = nn.Linear(1024, 512)
        self.posture = nn.Linear(512, postures)
        self.placement = nn.Linear(512, placements)

    def forward(self, x: Tensor) -> Heads:
        h = F.relu(halve(self.norm1(self.conv1(x))))  # (B, 32, 1, 46)
        h = F.relu(halve(self.norm2(self.conv2(h))))  # (B, 64, 1, 19)
        # Time before channels: the order of the int8 model, so that it needs no transpose.
        h = h.permute(0, 2, 3, 1).flatten(1)  # (B, 19 * 64)
        h = F.relu(self.dense1(h))
        h = F.relu(self.dense2(h))
        return Heads(self.posture(h), self.placement(h))


class MTLNetPublished(nn.Module):
    """MTL-net as it was published, its two slips kept: 1,797,519 parameters for 12 + 3 classes.

    The window (100, 3) is put into (3, 100) by a reshape, so the first row is the first third of
    the window with its axes interleaved; and pooling strides over the rows as well, 3 -> 2 -> 1,
    so that first row alone reaches the output. Only that row is computed here: the same numbers
    and gradients for a third of the work.
    """

    def __init__(self, postures: int, placements: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, (1, 9))
        self.conv2 = nn.Conv2d(32, 64, (1, 9))
        self.dense1 = nn.Linear(64 * 19, 1024)
        self.dense2 = nn.Linear(1024, 512)
        self.posture = nn.Linear(512, postures)
        self.placement = nn.Linear(512, placements)

    def forward(self, x: Tensor) -> Heads:
        interleaved = x.permute(0, 2, 3, 1).flatten(1)  # (B, 300), as the sensor gives them
        row = interleaved[:, : x.shape[-1]].reshape(-1, 1, 1, x.shape[-1])  # (B, 1, 1, 100)
        h = F.relu(halve(self.conv1(row)))  # (B, 32, 1, 46)
        h = F.relu(halve(self.conv2(h)))  # (B, 64, 1, 19)
        h = h.permute(0, 2, 3, 1).flatten(1)  # (B, 19 * 64)
        h = F.relu(self.dense1(h))
        h = F.relu(self.dense2(h))
        return Heads(self.posture(h), self.placement(h))


class Residual(nn.Module):
    """Two convolutions over time around a short cut, (B, C, 1, W) -> the same shape."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, (1, 5), padding=(0, 2), bias=False)
        self.norm1 = wide_norm(channels)
        self.conv2 = nn.Conv2d(channels, channels, (1, 5), padding=(0, 2), bias=False)
        self.norm2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        h = F.relu6(self.norm1(self.conv1(x)))
        return F.relu6(x + self.norm2(self.conv2(h)))


class MTLNetSmall(nn.Module):
    """A residual net of full convolutions, of three widths: 26 k to 160 k parameters."""

    def __init__(self, postures: int, placements: int, widths: tuple[int, int, int]) -> None:
        super().__init__()
        first, second, third = widths
        self.stem = nn.Conv2d(AXES, first, (1, 7), padding=(0, 3), bias=False)
        self.stem_norm = wide_norm(first)
        self.block1 = Residual(first)
        self.down2 = nn.Conv2d(first, second, (1, 5), stride=2, padding=(0, 2), bias=False)
        self.norm2 = wide_norm(second)
        self.block2 = Residual(second)
        self.down3 = nn.Conv2d(second, third, (1, 5), stride=2, padding=(0, 2), bias=False)
        self.norm3 = wide_norm(third)
        self.block3 = Residual(third)
        self.posture = nn.Linear(2 * third, postures)
        self.placement = nn.Linear(2 * third, placements)

    def forward(self, x: Tensor) -> Heads:
        h = halve(F.relu6(self.stem_norm(self.stem(x))))  # (B, first, 1, 50)
        h = self.block1(h)
        h = self.block2(F.relu6(self.norm2(self.down2(h))))  # (B, second, 1, 25)
        h = self.block3(F.relu6(self.norm3(self.down3(h))))  # (B, third, 1, 13)
        pooled = torch.cat([mean_over_time(h), max_over_time(h)], dim=1)  # (B, 2 * third)
        return Heads(self.posture(pooled), self.placement(pooled))


class MTLNetMicro(nn.Module):
    """A depthwise-separable net under 16 k parameters, for the smallest microcontrollers."""

    def __init__(self, postures: int, placements: int) -> None:
        super().__init__()
        widths = (16, 32, 64, 96)
        self.stem = nn.Conv2d(AXES, widths[0], (1, 9), stride=2, padding=(0, 4), bias=False)
        self.stem_norm = wide_norm(widths[0])
        self.blocks = nn.Sequential(*(Separable(a, b) for a, b in pairwise(widths)))
        self.posture = nn.Linear(2 * widths[-1], postures)
        self.placement = nn.Linear(2 * widths[-1], placements)

    def forward(self, x: Tensor) -> Heads:
        h = F.relu6(self.stem_norm(self.stem(x)))  # (B, 16, 1, 50)
        h = self.blocks(h)  # (B, 96, 1, 7)
        pooled = torch.cat([mean_over_time(h), max_over_time(h)], dim=1)  # (B, 192)
        return Heads(self.posture(pooled), self.placement(pooled))


class Separable(nn.Module):
    """Depthwise then pointwise convolution, (B, a, 1, W) -> (B, b, 1, ceil(W / 2)).

    The stride is 2 on both axes though the height is 1: (1, 2) would be converted to a grouped
    convolution, for which microcontrollers have no fast kernel.
    """

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(
            channels_in,
            channels_in,
            (1, 5),
            stride=2,
            padding=(0, 2),
            groups=channels_in,
            bias=False,
        )
        self.norm1 = wide_norm(channels_in)
        self.pointwise = nn.Conv2d(channels_in, channels_out, 1, bias=False)
        self.norm2 = wide_norm(channels_out)

    def forward(self, x: Tensor) -> Tensor:
        h = F.relu6(self.norm1(self.depthwise(x)))
        return F.relu6(self.norm2(self.pointwise(h)))


def wide_norm(channels: int) -> nn.BatchNorm2d:
    """Batch norm that starts at a spread of 2.5, so that ReLU6 uses its range up to 2.4 sd.

    An int8 step, 6 / 255, is then a hundredth of a standard deviation instead of a fortieth.
    """
    norm = nn.BatchNorm2d(channels)
    nn.init.constant_(norm.weight, 2.5)
    return norm


def mean_over_time(h: Tensor) -> Tensor:
    """(B, C, 1, W) -> (B, C)"""
    return F.adaptive_avg_pool2d(h, 1).flatten(1)


def max_over_time(h: Tensor) -> Tensor:
    """(B, C, 1, W) -> (B, C)"""
    if torch.onnx.is_in_onnx_export():
        return F.max_pool2d(h, (1, h.shape[-1])).flatten(1)
    return h.amax(dim=(2, 3))


def parameter_count(net: nn.Module) -> int:
    return sum(parameter.numel() for parameter in net.parameters())


SMALL_WIDTHS = (32, 56, 88)  # 158 k parameters
LEAN_WIDTHS = (12, 20, 36)  # 26 k

NETS: dict[str, Callable[[int, int], nn.Module]] = {
    "mtl-net-small": lambda p, q: MTLNetSmall(p, q, SMALL_WIDTHS),
    "mtl-net-lean": lambda p, q: MTLNetSmall(p, q, LEAN_WIDTHS),
    "mtl-net-micro": MTLNetMicro,
    "mtl-net": MTLNet,
    "mtl-net-published": MTLNetPublished,
}
