"""Put windows on a torch device, and pass them through the front end as the wearable does.

Rounding the input to 1/64 g alone changes the answer on 6 % of WISDM windows of a net that never
saw it. A net that is trained and judged on the int8 input has no such difference left.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from edgekit.front_end import COUNTS_LEAST, COUNTS_MOST, gains
from edgekit.spec import ADXL345_COUNTS_PER_G, INPUT_SCALE, FrontEnd
from edgekit.windows import Windows

from .nets import Heads
from .splits import Split


@dataclass(frozen=True)
class Batch:
    """Windows and labels on the device: in g, or as the net reads them."""

    x: Tensor  # (N, 3, 1, 100) in g, (N, channels, 1, 100) once read
    target: Heads  # labels (N,), (N,)

    def __len__(self) -> int:
        return len(self.x)

    def take(self, index: Tensor) -> "Batch":
        return Batch(self.x[index], Heads(self.target.posture[index], self.target.placement[index]))


def batch_of(windows: Windows, device: torch.device) -> Batch:
    """Put windows on the device: (N, 100, 3) in memory, (N, 3, 1, 100) to the net."""
    return Batch(
        torch.from_numpy(windows.xyz_g).to(device).permute(0, 2, 1).unsqueeze(2),
        Heads(
            torch.from_numpy(windows.posture).to(device),
            torch.from_numpy(windows.placement).to(device),
        ),
    )


def batches_of(
    windows: Windows, parts: Split, front_end: FrontEnd | None, device: torch.device
) -> tuple[Batch, Batch]:
    """Put a split's training windows, in g, and validation windows, as read, on the device.

    Validation windows are read once, because nothing about them changes from epoch to epoch.
    """
    train, validation = (
        batch_of(windows.take(index), device) for index in (parts.train, parts.validation)
    )
    return train, as_read(validation, front_end)


def as_read(batch: Batch, front_end: FrontEnd | None) -> Batch:
    """Pass windows in g through the front end; where there is none the net reads them in g."""
    return Batch(net_input(batch.x, front_end), batch.target) if front_end else batch


def net_input(xyz_g: Tensor, front_end: FrontEnd) -> Tensor:
    """Convert windows (B, 3, 1, W) in g to the float net's input (B, channels, 1, W).

    Each value is what the int8 input holds, times INPUT_SCALE: a fixed step, whatever the gain.
    """
    counts = (xyz_g * ADXL345_COUNTS_PER_G).round().clamp(COUNTS_LEAST, COUNTS_MOST)
    by_sample = counts.int().squeeze(2).transpose(1, 2)  # (B, W, 3)
    channels = torch.cat(gains(by_sample, front_end), dim=2)  # (B, W, channels)
    return (channels.to(xyz_g.dtype) * INPUT_SCALE).transpose(1, 2).unsqueeze(2)
