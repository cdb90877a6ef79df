"""Change training windows as wearing does: the sensor sits a little turned, reads a little off."""

import torch
from torch import Generator, Tensor

from edgekit.spec import AXES

from .datasets.defaults import Augmentation


def augment(x: Tensor, by: Augmentation, random: Generator) -> Tensor:
    """Return windows (B, 3, 1, W) in g, each changed at random; `random` is on their device."""
    if by.shift:
        x = _shifted(x, by.shift, random)
    if any(by.rotation_deg) or by.scale or by.mirror:
        turn = _rotations(len(x), by.rotation_deg, random)  # (B, 3, 3)
        if by.mirror:
            turn = turn * _mirrors(len(x), by.mirror, random)
        factor = 1 + by.scale * torch.randn(len(x), 1, 1, generator=random, device=x.device)
        x = torch.bmm((turn * factor).to(x.dtype), x.squeeze(2)).unsqueeze(2)
    return x


def _rotations(count: int, sd_deg: tuple[float, float, float], random: Generator) -> Tensor:
    """Draw (count, 3, 3) rotations by vectors of three normal angles (Rodrigues' formula)."""
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
    """Draw (count, 1, 3) signs: all 1, but one of three is -1 in `probability` of the windows."""
    device = random.device
    axis = torch.randint(0, AXES, (count, 1), generator=random, device=device)
    chosen = torch.rand(count, 1, generator=random, device=device) < probability
    sign = torch.ones(count, AXES, device=device).scatter(1, axis, 1 - 2 * chosen.float())
    return sign.unsqueeze(1)


def _shifted(x: Tensor, most: int, random: Generator) -> Tensor:
    """Shift each window by up to `most` samples; the edge is mirrored."""
    width = x.shape[-1]
    shift = torch.randint(-most, most + 1, (len(x), 1), generator=random, device=x.device)
    place = torch.arange(width, device=x.device) + shift  # (B, W), may run past either end
    mirrored = (width - 1) - ((width - 1) - place.abs()).abs()
    return x.gather(3, mirrored.view(len(x), 1, 1, width).expand_as(x))
