"""The micro net: depthwise-separable convolutions, under 16 k parameters."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .pooling import max_over_time, mean_over_time, wide_norm
from .two_heads import Trunk

WIDTHS = (16, 32, 64, 96)


class MTLNetMicro(Trunk):
    """A depthwise-separable net under 16 k parameters, for the smallest microcontrollers."""

    width = 2 * WIDTHS[-1]

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(channels, WIDTHS[0], (1, 9), stride=2, padding=(0, 4), bias=False)
        self.stem_norm = wide_norm(WIDTHS[0])
        self.blocks = nn.Sequential(*(Separable(a, b) for a, b in pairwise(WIDTHS)))

    def forward(self, x: Tensor) -> Tensor:
        h = F.relu6(self.stem_norm(self.stem(x)))  # (B, 16, 1, 50)
        h = self.blocks(h)  # (B, 96, 1, 7)
        return torch.cat([mean_over_time(h), max_over_time(h)], dim=1)  # (B, 192)


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
