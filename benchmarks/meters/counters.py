"""Energy counters of a machine as power meters: RAPL of its CPU, NVML of an NVIDIA board."""

import time
from pathlib import Path

from edgekit.distribution import install_line
from edgekit.errors import EdgekitError
from edgekit.train.energy import POWERCAP, READ_EVERY_S, Board, Counter, Packages


class CounterMeter:
    """Mean power by a counter's joules, of all that runs on the package or board."""

    def __init__(self, name: str, counter: Counter) -> None:
        self.name, self._counter = name, counter

    def mean_w(self, seconds: float) -> float:
        """Measure from now on. Raises EdgekitError when the counter can no longer be read."""
        try:
            began_j = joules = self._counter.joules()
            began_s = time.monotonic()
            while (left_s := began_s + seconds - time.monotonic()) > 0:
                time.sleep(min(left_s, READ_EVERY_S))
                joules = self._counter.joules()  # read often, because a counter wraps
            return (joules - began_j) / (time.monotonic() - began_s)
        except OSError as error:
            raise EdgekitError(f"{self.name} can no longer be read: {error}") from None


def rapl(powercap: Path = POWERCAP) -> CounterMeter:
    """Open RAPL's counter. Raises EdgekitError where there is none, or it may not be read."""
    try:
        return CounterMeter("RAPL, whole CPU package", Packages(powercap))
    except PermissionError:
        raise EdgekitError(
            f"RAPL's counters are root's alone: sudo chmod a+r {powercap}/intel-rapl:*/energy_uj"
        ) from None
    except OSError as error:
        raise EdgekitError(
            f"this machine shows no RAPL counter ({error}). Virtual machines and Arm have none: "
            "take a meter on the supply, as in --meter ina226:/dev/i2c-1:0x40:0.1"
        ) from None


def nvml() -> CounterMeter:
    """Open the counter of torch's first board. Raises EdgekitError where there is none."""
    import torch

    if not torch.cuda.is_available():
        raise EdgekitError("torch finds no NVIDIA board here, so NVML has nothing to meter")
    try:
        return CounterMeter("NVML, whole board", Board.of(torch.device("cuda")))
    except OSError as error:
        raise EdgekitError(
            f"NVML does not show the board's energy ({error}). It needs nvidia-ml-py "
            f"({install_line('compare')}) and a board from Volta on"
        ) from None
