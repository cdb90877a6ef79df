"""Account what a training cost: seconds, memory and energy, each with its kind."""

import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from .cpu import give_back_freed_memory
from .energy import MODELLED, Power, energy_of
from .loop import Epoch


@dataclass(frozen=True)
class Cost:
    """Seconds and memory are measured; `energy_kind` is one of energy.py's kinds."""

    wall_s: float
    cpu_s: float  # over all threads
    peak_memory_mb: float  # of the process; on CUDA what torch held there; 0 where unknown
    energy_kwh: float
    energy_kind: str
    device: str
    threads: int

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": "measured",
            **asdict(self),
            "wall_s": round(self.wall_s, 2),
            "cpu_s": round(self.cpu_s, 2),
            "peak_memory_mb": round(self.peak_memory_mb),
            "energy_kwh": round(self.energy_kwh, 9),
        }

    @staticmethod
    def total(costs: list["Cost"]) -> "Cost":
        """Add the costs of trainings done in turn on one device; of memory take the largest.

        The energy is modelled where any part of it is.
        """
        kinds = sorted({cost.energy_kind for cost in costs})
        return Cost(
            wall_s=sum(cost.wall_s for cost in costs),
            cpu_s=sum(cost.cpu_s for cost in costs),
            peak_memory_mb=max(cost.peak_memory_mb for cost in costs),
            energy_kwh=sum(cost.energy_kwh for cost in costs),
            energy_kind=MODELLED if MODELLED in kinds else " + ".join(kinds),
            device=costs[0].device,
            threads=costs[0].threads,
        )


def cost_of(history: list[Epoch], device: torch.device, power: Power | None) -> Cost:
    """Add up all epochs, those before an interruption included.

    `power`: watts measured during training; None on machines without a meter.
    """
    wall_s = sum(epoch.wall_s for epoch in history)
    cpu_s = sum(epoch.cpu_s for epoch in history)
    energy = energy_of(power, wall_s, cpu_s, device)
    return Cost(
        wall_s=wall_s,
        cpu_s=cpu_s,
        peak_memory_mb=_peak_memory_mb(device),
        energy_kwh=energy.kwh,
        energy_kind=energy.kind,
        device=str(device),
        threads=torch.get_num_threads(),
    )


def forget_peak_memory(device: torch.device) -> None:
    """Reset the memory peak, so that each training of a process has its own.

    Only Linux can reset a process's peak; elsewhere it stays the largest since the start.
    """
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        return
    give_back_freed_memory()
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # 5: reset the peak (proc(5))


def _peak_memory_mb(device: torch.device) -> float:
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 2**20
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):  # unlike getrusage's figure it can be reset
                return int(line.split()[1]) / 1024  # "VmHWM:  123456 kB"
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, elsewhere KiB
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20)
