"""MTL-net: two convolutions, two dense layers; as the paper describes it, and as published."""

from torch import Tensor, nn
from torch.nn import functional as F

from edgekit.errors import UsageError
from edgekit.spec import AXES

from .pooling import halve
from .two_heads import Trunk


class MTLNet(Trunk):
    """MTL-net as the paper describes it: axes as channels, batch norm, 1.80 M parameters."""

    width = 512

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 32, (1, 9), bias=False)
        self.norm1 = nn.BatchNorm2d(32)
        self.conv2 = nn.Conv2d(32, 64, (1, 9), bias=False)
        self.norm2 = nn.BatchNorm2d(64)
        self.dense1 = nn.Linear(64 * 19, 1024)
        self.dense2 = nn.Linear(1024, 512)

    def forward(self, x: Tensor) -> Tensor:
        h = F.relu(halve(self.norm1(self.conv1(x))))  # (B, 32, 1, 46)
        h = F.relu(halve(self.norm2(self.conv2(h))))  # (B, 64, 1, 19)
        # Time before channels: the order of the int8 model, so that it needs no transpose.
        h = h.permute(0, 2, 3, 1).flatten(1)  # (B, 19 * 64)
        h = F.relu(self.dense1(h))
        features: Tensor = F.relu(self.dense2(h))  # (B, 512)
        return features


class MTLNetPublished(Trunk):
    """MTL-net as it was published, its two mistakes included: 1,797,519 parameters, 12 + 3 classes.

    The window (100, 3) is put into (3, 100) by a reshape, so the first row is the first third of
    the window with its axes interleaved; and pooling strides over the rows as well, 3 -> 2 -> 1,
    so that first row alone reaches the output. Only that row is computed here: the same numbers
    and gradients for a third of the work.
    """

    width = 512

    def __init__(self, channels: int) -> None:
        """Raises UsageError for another input than the three axes."""
        super().__init__()
        if channels != AXES:
            raise UsageError(
                "mtl-net-published reads the paper's input, three axes at one gain: "
                "give --input one-gain, or take mtl-net"
            )
        self.conv1 = nn.Conv2d(1, 32, (1, 9))
        self.conv2 = nn.Conv2d(32, 64, (1, 9))
        self.dense1 = nn.Linear(64 * 19, 1024)
        self.dense2 = nn.Linear(1024, 512)

    def forward(self, x: Tensor) -> Tensor:
        interleaved = x.permute(0, 2, 3, 1).flatten(1)  # (B, 300), in the order of the samples
        row = interleaved[:, : x.shape[-1]].reshape(-1, 1, 1, x.shape[-1])  # (B, 1, 1, 100)
        h = F.relu(halve(self.conv1(row)))  # (B, 32, 1, 46)
        h = F.relu(halve(self.conv2(h)))  # (B, 64, 1, 19)
        h = h.permute(0, 2, 3, 1).flatten(1)  # (B, 19 * 64)
        h = F.relu(self.dense1(h))
        features: Tensor = F.relu(self.dense2(h))  # (B, 512)
        return features
