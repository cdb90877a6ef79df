"""The published method, plainly written, to measure and test our training loop against.

Every operation as a first reading of the paper would have it: MTL-net with all three rows and
max-pooling layers, a DataLoader over a TensorDataset, Adam, `.item()` at every step, the average
parameter by parameter.
"""

import copy
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from edgekit.train.nets import TwoHeads
from edgekit.train.nets.mtl_net import MTLNetPublished

ALPHA, LAMBDA, TEMPERATURE, DECAY = 0.5, 0.5, 3.0, 0.999


class PlainMTLNet(nn.Module):
    """The published net on its own input (B, 1, 3, 100), the reshaped window."""

    def __init__(self, postures: int, placements: int) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, (1, 9)),
            nn.ReLU(),
            nn.MaxPool2d((1, 2), stride=2),
            nn.Conv2d(32, 64, (1, 9)),
            nn.ReLU(),
            nn.MaxPool2d((1, 2), stride=2),
            nn.Flatten(),
            nn.Linear(1216, 1024),
            nn.ReLU(),
            nn.Linear(1024, 512),
            nn.ReLU(),
        )
        self.posture = nn.Linear(512, postures)
        self.placement = nn.Linear(512, placements)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        shared = self.features(x)
        return self.posture(shared), self.placement(shared)

    def take_weights(self, ours: TwoHeads) -> None:
        """Copy mtl-net-published's weights; dense1's columns go to (channel, time)."""
        trunk = ours.trunk
        assert isinstance(trunk, MTLNetPublished)
        layers = (
            trunk.conv1,
            trunk.conv2,
            trunk.dense1,
            trunk.dense2,
            ours.posture,
            ours.placement,
        )
        theirs = [m for m in self.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
        for mine, other in zip(layers, theirs, strict=True):
            other.load_state_dict(mine.state_dict())
        columns = (
            trunk.dense1.weight.detach().view(1024, 19, 64).permute(0, 2, 1).reshape(1024, 1216)
        )
        theirs[2].weight.data.copy_(columns)


def published_input(x: Tensor) -> Tensor:
    """Return windows (N, 3, 1, 100) as published: (N, 100, 3) reshaped to (N, 1, 3, 100)."""
    return x.squeeze(2).permute(0, 2, 1).reshape(-1, 1, 3, x.shape[-1]).contiguous()


def plain_losses(
    student: PlainMTLNet, x: Tensor, posture: Tensor, placement: Tensor, batch: int, ramp: bool
) -> Iterator[float]:
    """Train one epoch in the given order and yield the loss of every step."""
    teacher = copy.deepcopy(student)
    teacher.eval()
    for parameter in teacher.parameters():
        parameter.requires_grad = False
    optimizer = torch.optim.Adam(student.parameters(), lr=0.001)
    windows = TensorDataset(published_input(x), posture, placement)
    for step, (inputs, labels1, labels2) in enumerate(DataLoader(windows, batch, shuffle=False)):
        optimizer.zero_grad()
        outputs1, outputs2 = student(inputs)
        with torch.no_grad():
            soft1, soft2 = teacher(inputs)
        loss = ALPHA * (
            F.cross_entropy(outputs1, labels1) + LAMBDA * _distillation(outputs1, soft1)
        )
        loss = loss + (1 - ALPHA) * (
            F.cross_entropy(outputs2, labels2) + LAMBDA * _distillation(outputs2, soft2)
        )
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        decay = min(DECAY, (1 + step) / (10 + step)) if ramp else DECAY
        for average, parameter in zip(teacher.parameters(), student.parameters(), strict=True):
            average.data = decay * average.data + (1 - decay) * parameter.data
        yield loss.item()


def _distillation(student: Tensor, teacher: Tensor) -> Tensor:
    soft = F.softmax(teacher / TEMPERATURE, dim=1)
    log = F.log_softmax(student / TEMPERATURE, dim=1)
    return F.kl_div(log, soft, reduction="batchmean") * TEMPERATURE**2
