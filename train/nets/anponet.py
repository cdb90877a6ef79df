"""AnpoNet: convolutions with batch norm, then an LSTM; for comparison.

After the paper's description: its widths are not published.
"""

from torch import Tensor, nn
from torch.nn import functional as F

from .pooling import halve
from .two_heads import Trunk


class AnpoNet(Trunk):
    width = 128

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 32, (1, 5), padding=(0, 2), bias=False)
        self.norm1 = nn.BatchNorm2d(32)
        self.conv2 = nn.Conv2d(32, 64, (1, 5), padding=(0, 2), bias=False)
        self.norm2 = nn.BatchNorm2d(64)
        self.lstm = nn.LSTM(64, self.width, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        h = halve(F.relu(self.norm1(self.conv1(x))))  # (B, 32, 1, 50)
        h = halve(F.relu(self.norm2(self.conv2(h))))  # (B, 64, 1, 25)
        out, _ = self.lstm(h.squeeze(2).permute(0, 2, 1))  # (B, 25, 128)
        features: Tensor = out[:, -1]  # (B, 128)
        return features
