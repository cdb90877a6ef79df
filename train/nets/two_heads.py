"""Compose every net of a trunk that reads windows and two linear heads that answer."""

from typing import NamedTuple

from torch import Tensor, nn


class Heads(NamedTuple):
    """One value per task; logits are (B, classes of the task)."""

    posture: Tensor
    placement: Tensor


class Trunk(nn.Module):
    """Windows (B, channels, 1, 100) in, shared features (B, width) out."""

    width: int


class TwoHeads(nn.Module):
    """Windows (B, channels, 1, 100) in, two logits out."""

    def __init__(self, trunk: Trunk, postures: int, placements: int) -> None:
        super().__init__()
        self.trunk = trunk
        self.posture = nn.Linear(trunk.width, postures)
        self.placement = nn.Linear(trunk.width, placements)

    def forward(self, x: Tensor) -> Heads:
        return self.answer(self.features(x))

    def features(self, x: Tensor) -> Tensor:
        """Compute what both tasks share, (B, channels, 1, 100) -> (B, width)."""
        features: Tensor = self.trunk(x)
        return features

    def answer(self, features: Tensor) -> Heads:
        """Compute both tasks' logits from shared features (B, width)."""
        return Heads(self.posture(features), self.placement(features))
