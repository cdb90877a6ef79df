"""What wearing does to a window: the sensor sits a little turned, reads a little off."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor

from edgekit.spec import AXES


@dataclass(frozen=True)
class Augmentation:
    """Random changes of a training window; all zero: none."""

    rotation_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)  # sd about x, y and z
    scale: float = 0.0  # sd of a factor on all axes
    shift: int = 0  # largest shift, in samples; the edge is mirrored
    mirror: float = 0.0  # probability that one random axis is negated: worn on the other side

    def __call__(self, x: Tensor, random: Generator) -> Tensor:
        """(B, 3, 1, W) -> the same shape."""
        if self.shift:
            x = _shifted(x, self.shift, random)
        if any(self.rotation_deg) or self.scale or self.mirror:
            turn = _rotations(len(x), self.rotation_deg, random)  # (B, 3, 3)
            if self.mirror:
                turn = turn * _mirrors(len(x), self.mirror, random)
            factor = 1 + self.scale * torch.randn(len(x), 1, 1, generator=random, device=x.device)
            x = torch.bmm((turn * factor).to(x.dtype), x.squeeze(2)).unsqueeze(2)
        return x


def augmentation_from_json(fields: dict[str, Any]) -> Augmentation:
    """Raises KeyError, TypeError or ValueError when a field is missing, unknown or no number."""
    x, y, z = fields["rotation_deg"]
    return Augmentation(**{**fields, "rotation_deg": (float(x), float(y), float(z))})


def _rotations(count: int, sd_deg: tuple[float, float, float], random: Generator) -> Tensor:
    """(count, 3, 3) rotations by vectors of three normal angles, through the matrix exponential."""
    sd = torch.tensor(sd_deg, device=random.device) * (torch.pi / 180)
    angle = torch.randn(count, AXES, generator=random, device=random.device) * sd
    x, y, z = angle.unbind(1)
    zero = torch.zeros_like(x)
    cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], dim=1).view(count, 3, 3)
    size = angle.norm(dim=1).clamp_min(1e-8).view(count, 1, 1)
    eye = torch.eye(3, device=random.device)
    turn: Tensor = eye + size.sin() / size * cross + (1 - size.cos()) / size**2 * (cross @ cross)
    return turn


def _mirrors(count: int, probability: float, random: Generator) -> Tensor:
    """(count, 1, 3) of ones, one of them -1 in `probability` of the windows."""
    device = random.device
    axis = torch.randint(0, AXES, (count, 1), generator=random, device=device)
    chosen = torch.rand(count, 1, generator=random, device=device) < probability
    sign = torch.ones(count, AXES, device=device).scatter(1, axis, 1 - 2 * chosen.float())
    return sign.unsqueeze(1)


def _shifted(x: Tensor, most: int, random: Generator) -> Tensor:
    width = x.shape[-1]
    shift = torch.randint(-most, most + 1, (len(x), 1), generator=random, device=x.device)
    place = torch.arange(width, device=x.device) + shift  # (B, W), may run past either end
    mirrored = (width - 1) - ((width - 1) - place.abs()).abs()
    return x.gather(3, mirrored.view(len(x), 1, 1, width).expand_as(x))
