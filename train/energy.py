"""Energy of a training: measured where the machine counts it, else modelled, as its kind says.

A counter counts all that runs on its package or board, other processes too, hence its kind's name.
The meter yields the mean power while a training runs; its energy is that power over the wall
seconds of all its epochs, so a training that was interrupted counts whole.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any, Protocol

import torch

MEASURED_PACKAGE = "measured, whole package"
MEASURED_BOARD = "measured, whole board"
MODELLED = "modelled"

# A busy core of a common server CPU: AMD EPYC 7763, 280 W (TDP) over 64 cores (data sheet).
WATTS_A_BUSY_CORE = 280 / 64
# A board at its limit, so an upper bound: NVIDIA A100 80 GB PCIe, 300 W (data sheet).
WATTS_OF_A_BOARD = 300.0

POWERCAP = Path("/sys/class/powercap")
# AMD's package counter wraps at 65.5 kJ, in three minutes at 360 W: it is read far more often.
READ_EVERY_S = 10.0
# NVML renews its count every tenth of a second or so: over less than this, power means little.
LEAST_METERED_S = 1.0

JOULES_A_KWH = 3.6e6


@dataclass(frozen=True)
class Power:
    """Mean power over a time; `kind` says what was metered."""

    watts: float
    kind: str


@dataclass(frozen=True)
class Energy:
    kwh: float
    kind: str  # MEASURED_PACKAGE, MEASURED_BOARD or MODELLED


def energy_of(power: Power | None, wall_s: float, cpu_s: float, device: torch.device) -> Energy:
    """Return the energy of a training, modelled where no power was metered.

    The model multiplies CPU seconds by a busy core's watts, or wall seconds by a board's.
    """
    if power is not None:
        return Energy(power.watts * wall_s / JOULES_A_KWH, power.kind)
    if device.type == "cuda":
        return Energy(WATTS_OF_A_BOARD * wall_s / JOULES_A_KWH, MODELLED)
    return Energy(WATTS_A_BUSY_CORE * cpu_s / JOULES_A_KWH, MODELLED)


class Counter(Protocol):
    """Counts joules; raises OSError when it can no longer be read."""

    kind: str

    def joules(self) -> float:
        """Return the joules used since the counter was made."""


class Meter:
    """Mean power since this meter was made; None while nothing counts, or for `least_s` seconds."""

    def __init__(
        self,
        counter: Counter | None,
        least_s: float = LEAST_METERED_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._counter, self._least_s, self._clock = counter, least_s, clock
        self._began_s = clock()
        self.power: Power | None = None

    def read(self) -> None:
        """Update `power`; a counter that fails counts no more."""
        if self._counter is None:
            return
        try:
            joules = self._counter.joules()
        except OSError:
            self._counter, self.power = None, None
            return
        metered_s = self._clock() - self._began_s
        if metered_s >= self._least_s:
            self.power = Power(joules / metered_s, self._counter.kind)


@contextmanager
def metered(
    counter: Counter | None, every_s: float = READ_EVERY_S, least_s: float = LEAST_METERED_S
) -> Iterator[Meter]:
    """Meter what runs within the block, reading every `every_s`; then `power` is its mean."""
    meter, over = Meter(counter, least_s), Event()

    def keep_reading() -> None:
        while not over.wait(every_s):
            meter.read()

    reader = Thread(target=keep_reading, daemon=True)
    reader.start()
    try:
        yield meter
    finally:
        over.set()
        reader.join()
        meter.read()


def counter_of(device: torch.device, powercap: Path = POWERCAP) -> Counter | None:
    """Return the device's energy counter; None where there is none or it may not be read."""
    try:
        return Board.of(device) if device.type == "cuda" else Packages(powercap)
    except OSError:
        return None


class Packages:
    """The CPU packages' RAPL counters: all packages, without the sub-domains that they include.

    Linux, Documentation/power/powercap: intel-rapl (AMD's too) holds a zone for each package,
    `intel-rapl:<n>`, with energy_uj, which starts anew after max_energy_range_uj. Raises OSError
    where there is no package or one may not be read.
    """

    kind = MEASURED_PACKAGE

    def __init__(self, powercap: Path) -> None:
        zones = sorted(zone for zone in powercap.glob("intel-rapl:*") if zone.name.count(":") == 1)
        self._zones = [zone for zone in zones if _is_package(zone)]
        if not self._zones:
            raise OSError(f"{powercap} holds no package")
        self._range = [_number(zone / "max_energy_range_uj") for zone in self._zones]
        self._last = [_number(zone / "energy_uj") for zone in self._zones]
        self._used_uj = 0

    def joules(self) -> float:
        now = [_number(zone / "energy_uj") for zone in self._zones]
        for value, last, wraps_at in zip(now, self._last, self._range, strict=True):
            self._used_uj += value - last if value >= last else value - last + wraps_at
        self._last = now
        return self._used_uj / 1e6


def _is_package(zone: Path) -> bool:
    """Tell a package from the zone `psys`, which counts the whole platform, packages included."""
    return (zone / "name").read_text().startswith("package")


def _number(path: Path) -> int:
    try:
        return int(path.read_text())
    except ValueError:
        raise OSError(f"{path} holds no number") from None


class Board:
    """An NVIDIA board's own counter, in millijoules since the driver was loaded (NVML)."""

    kind = MEASURED_BOARD

    def __init__(self, nvml: Any, handle: Any) -> None:
        self._nvml, self._handle = nvml, handle
        self._began_mj = self._read_mj()

    @staticmethod
    def of(device: torch.device) -> "Board":
        """Open the board's counter. Raises OSError without NVML, or without a counter."""
        try:
            import pynvml
        except ImportError as error:
            raise OSError(str(error)) from None
        try:
            pynvml.nvmlInit()
            # By its UUID: NVML counts the boards otherwise than a CUDA_VISIBLE_DEVICES does.
            uuid = f"GPU-{torch.cuda.get_device_properties(device).uuid}"
            return Board(pynvml, pynvml.nvmlDeviceGetHandleByUUID(uuid))
        except pynvml.NVMLError as error:
            raise OSError(str(error)) from None

    def joules(self) -> float:
        return (self._read_mj() - self._began_mj) / 1e3

    def _read_mj(self) -> int:
        try:
            return int(self._nvml.nvmlDeviceGetTotalEnergyConsumption(self._handle))
        except self._nvml.NVMLError as error:
            raise OSError(str(error)) from None
