"""LSTM, BiLSTM and GRU, two layers each: the paper's other architectures, for comparison.

Their widths are not published; 128 hidden units, 64 a direction where there are two, are usual.
"""

import torch
from torch import Tensor, nn

from .two_heads import Trunk

HIDDEN = 128


class Recurrent(Trunk):
    """The window as 100 steps of its channels; the feature is the last layer's last state."""

    width = HIDDEN

    def __init__(self, layers: nn.LSTM | nn.GRU) -> None:
        super().__init__()
        self.layers = layers

    def forward(self, x: Tensor) -> Tensor:
        steps = x.squeeze(2).permute(0, 2, 1)  # (B, 100, channels)
        out, _ = self.layers(steps)  # (B, 100, HIDDEN)
        if not self.layers.bidirectional:
            return last(out)
        forwards, backwards = out.chunk(2, dim=2)  # (B, 100, HIDDEN / 2) each
        return torch.cat([last(forwards), backwards[:, 0]], dim=1)  # (B, HIDDEN)


def lstm(channels: int) -> Recurrent:
    return Recurrent(nn.LSTM(channels, HIDDEN, num_layers=2, batch_first=True))


def bilstm(channels: int) -> Recurrent:
    both = nn.LSTM(channels, HIDDEN // 2, num_layers=2, batch_first=True, bidirectional=True)
    return Recurrent(both)


def gru(channels: int) -> Recurrent:
    return Recurrent(nn.GRU(channels, HIDDEN, num_layers=2, batch_first=True))


def last(out: Tensor) -> Tensor:
    """Take the last step, (B, T, H) -> (B, H)."""
    return out[:, -1]
