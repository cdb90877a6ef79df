"""The small family: residual full convolutions of three widths, 26 k to 160 k parameters.

The wide one, of 600 k, is no net for a small device: it teaches the others.
"""

from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .pooling import halve, max_over_time, mean_over_time, wide_norm
from .two_heads import Trunk


class MTLNetSmall(Trunk):
    """A residual net of full convolutions, of three widths."""

    def __init__(self, channels: int, widths: tuple[int, int, int]) -> None:
        super().__init__()
        first, second, third = widths
        self.width = 2 * third
        self.stem = nn.Conv2d(channels, first, (1, 7), padding=(0, 3), bias=False)
        self.stem_norm = wide_norm(first)
        self.block1 = Residual(first)
        self.down2 = nn.Conv2d(first, second, (1, 5), stride=2, padding=(0, 2), bias=False)
        self.norm2 = wide_norm(second)
        self.block2 = Residual(second)
        self.down3 = nn.Conv2d(second, third, (1, 5), stride=2, padding=(0, 2), bias=False)
        self.norm3 = wide_norm(third)
        self.block3 = Residual(third)

    def forward(self, x: Tensor) -> Tensor:
        h = halve(F.relu6(self.stem_norm(self.stem(x))))  # (B, first, 1, 50)
        h = self.block1(h)
        h = self.block2(F.relu6(self.norm2(self.down2(h))))  # (B, second, 1, 25)
        h = self.block3(F.relu6(self.norm3(self.down3(h))))  # (B, third, 1, 13)
        return torch.cat([mean_over_time(h), max_over_time(h)], dim=1)  # (B, 2 * third)


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


small = partial(MTLNetSmall, widths=(32, 56, 88))  # 158 k parameters
lean = partial(MTLNetSmall, widths=(12, 20, 36))  # 26 k
wide = partial(MTLNetSmall, widths=(64, 112, 176))  # 620 k
