"""Sensor: what the driver of an accelerometer gives to everything above it, whatever the chip.

A second chip is a file or folder beside adxl345/ and an entry in sensors.py.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .i2c_bus import Bus

Sleep = Callable[[float], None]  # seconds
NowS = Callable[[], float]  # seconds of a clock that nobody sets


@dataclass(frozen=True)
class Part:
    """Samples in a row."""

    counts: NDArray[np.int16]  # (n, 3)
    gap: str = ""  # the fault that lost samples before them; "": none are missing


@dataclass(frozen=True)
class Drained:
    parts: tuple[Part, ...]
    left: int  # samples that still wait in the FIFO
    at_s: float  # when that was read


class Sensor(Protocol):
    """A chip that measures into its FIFO. Faults are counted and recovered from, never raised."""

    counts_per_g: int
    rate_hz: int  # nominal
    watermark: int  # samples in the FIFO at which its interrupt line rises
    faults: Counter[str]  # all so far, by kind
    running: bool  # set up, and it answers

    @property
    def name(self) -> str:
        """The chip, its address and its bus, for people."""

    def now_s(self) -> float:
        """Seconds of a clock that nobody sets."""

    def sleep(self, seconds: float) -> None: ...

    @property
    def left(self) -> int:
        """Samples that waited in the FIFO when it was read last."""

    @property
    def pause_s(self) -> float:
        """Seconds until the FIFO reaches the watermark; at least one sample period."""

    def set_up(self) -> None:
        """Bring it from any state to measuring. Raises BusFault; EdgekitError for another chip."""

    def drain(self) -> Drained:
        """Read all waiting samples. A fault becomes a gap before the next sample."""

    def stand_by(self) -> None:
        """Stop measuring, unless the bus fails: raises nothing."""


@dataclass(frozen=True)
class SelfTestResult:
    """Change (3,) of each axis in g as the chip moved its own mass, and the data sheet's limits."""

    change_g: NDArray[np.float64]
    least_g: NDArray[np.float64]
    most_g: NDArray[np.float64]

    @property
    def is_passed(self) -> bool:
        return bool(((self.least_g <= self.change_g) & (self.change_g <= self.most_g)).all())


@dataclass(frozen=True)
class SensorKind:
    """A chip that edgekit has a driver for."""

    name: str
    addresses: tuple[int, ...]  # on the I2C bus, the usual first
    open: Callable[[Bus, float, NowS, Sleep], Sensor]  # at its rate nearest to a model's, in Hz
    # Return "" where this chip answers, else what does, for people. Raises BusFault.
    identify: Callable[[Bus], str]
    # Of a sensor that lies still; leaves it measuring. Raises BusFault, EdgekitError.
    self_test: Callable[[Bus, NowS, Sleep], SelfTestResult]
    noise_most_g: float  # an axis's standard deviation at rest; more is a fault


@dataclass(frozen=True)
class Heard:
    xyz_g: NDArray[np.float64]  # (n, 3)
    rate_hz: float  # measured; 0 where no sample came
    faults: Counter[str]


def listen(sensor: Sensor, seconds: float) -> Heard:
    """Set the sensor up and read it for `seconds`, as a night does; leave it measuring.

    Raises BusFault and EdgekitError as `set_up` does; later faults are counted.
    """
    sensor.set_up()
    end_s = sensor.now_s() + seconds
    counts = [np.empty((0, 3), np.int16)]
    measured: list[tuple[float, int]] = []  # when, and how many samples had been measured
    while sensor.now_s() < end_s:
        sensor.sleep(sensor.pause_s)
        drained = sensor.drain()
        counts += [part.counts for part in drained.parts]
        if drained.parts:
            measured.append((drained.at_s, sum(map(len, counts)) + drained.left))
    rate_hz = 0.0
    if len(measured) > 1:
        (first_s, first), (last_s, last) = measured[0], measured[-1]
        rate_hz = (last - first) / (last_s - first_s)
    return Heard(np.concatenate(counts) / sensor.counts_per_g, rate_hz, sensor.faults.copy())
