"""What a training cost: seconds and memory, measured."""

import resource
from typing import Any

import torch

from .loop import Epoch


def cost_of(history: list[Epoch], device: torch.device) -> dict[str, Any]:
    """Wall and CPU seconds over all epochs, those before an interruption included."""
    return {
        "kind": "measured",
        "wall_s": round(sum(epoch.wall_s for epoch in history), 2),
        "cpu_s": round(sum(epoch.cpu_s for epoch in history), 2),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "device": str(device),
        "threads": torch.get_num_threads(),
    }
