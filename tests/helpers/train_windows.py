"""Windows that a net learns from in a few steps."""

import numpy as np
import torch

from edgekit.spec import SLEEP
from edgekit.train.batches import Batch, as_read
from edgekit.train.nets import Heads


def some_windows(count: int, seed: int = 0, noise_g: float = 0.1) -> Batch:
    """Make `count` windows in g: gravity at the posture's angle plus noise."""
    random = np.random.default_rng(seed)
    posture = random.integers(0, 12, count)
    angle = posture * np.pi / 6
    gravity = np.stack([np.cos(angle), np.zeros(count), np.sin(angle)], axis=1)
    x = gravity[:, :, None, None] + random.normal(0, noise_g, (count, 3, 1, 100))
    placement = random.integers(0, 3, count)
    return Batch(
        torch.from_numpy(x.astype(np.float32)),
        Heads(torch.from_numpy(posture), torch.from_numpy(placement)),
    )


def read_windows(count: int, seed: int = 0, noise_g: float = 0.1) -> Batch:
    """Make the same windows, as a net of six channels reads them."""
    return as_read(some_windows(count, seed, noise_g), SLEEP.front_end)
