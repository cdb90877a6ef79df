"""The driver on the simulated chip (firmware/tests/adxl345_rig.c), as a test speaks of it."""

import ctypes
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edgekit.firmware.build.toolchain import FOLDER

ERRORS = re.findall(r"X\((\w+), \"", (FOLDER / "include" / "edgekit_error.h").read_text())
COUNTERS = (
    *("nacks", "timeouts", "recoveries", "overruns", "register_losses"),
    *("frozen", "reinitialised", "samples"),
)
NACK, HOLD_SDA, BROWN_OUT, FREEZE, ONES, SLOW, SLOW_DONE, PAUSE = range(8)
POKE = 9
SAMPLES = 20_000

# The bus transfers of one drain: FIFO_CTL and FIFO_STATUS, then one for each sample.
FIRST_POP = 1


def numbered(samples: int) -> NDArray[np.int16]:
    index = np.arange(samples)
    return np.stack([index % 30_000, index // 30_000, index * 40_503 % 8_191], 1).astype(np.int16)


RECORDING = numbered(SAMPLES)


@dataclass
class Drain:
    error: str
    indices: list[int]  # of the samples delivered


@dataclass
class Sensor:
    """A started driver on a chip that reads RECORDING; made anew by each call of `sensor`."""

    c: ctypes.CDLL
    watermark: int = 16
    rate_hz: int = 50
    low_power: bool = False
    readings: int = 0
    seed: int = 1
    started: str = field(init=False)

    def __post_init__(self) -> None:
        self.c.rig_chip.restype = ctypes.c_void_p
        self.c.rig_now_us.restype = ctypes.c_uint64
        self.c.rig_sleep_us.restype = ctypes.c_bool
        self.c.rig_init(ctypes.c_uint64(self.seed), self.readings)
        self.set_counts(RECORDING)

    @property
    def chip(self) -> ctypes.c_void_p:
        return ctypes.c_void_p(self.c.rig_chip())

    def set_counts(self, counts: NDArray[np.int16]) -> None:
        self.recording = np.ascontiguousarray(counts)
        self.c.sim_adxl345_set_counts(
            self.chip, ctypes.c_void_p(self.recording.ctypes.data), ctypes.c_uint64(len(counts))
        )

    def start(self) -> "Sensor":
        code = self.c.rig_start(0x53, self.watermark, self.low_power, self.rate_hz)
        self.started = ERRORS[code]
        return self

    def read(self, capacity: int = 40) -> tuple[str, NDArray[np.int16]]:
        """One call of adxl345_drain: what it returned, and the samples."""
        xyz = np.zeros((capacity, 3), np.int16)
        count = ctypes.c_uint32()
        code = self.c.rig_drain(ctypes.c_void_p(xyz.ctypes.data), capacity, ctypes.byref(count))
        return ERRORS[code], xyz[: count.value]

    def drain(self, capacity: int = 40) -> Drain:
        """The same, where the samples are RECORDING's."""
        error, xyz = self.read(capacity)
        indices = [int(x) + 30_000 * int(y) for x, y, _ in xyz]
        assert np.array_equal(xyz, self.recording[indices]), "a sample was altered"
        return Drain(error, indices)

    def sleep(self, seconds: float) -> bool:
        """Until the interrupt or for so long; true when the line is high."""
        return bool(self.c.rig_sleep_us(ctypes.c_uint64(int(seconds * 1e6))))

    def wait(self, seconds: float) -> "Sensor":
        self.c.rig_pass_us(ctypes.c_uint64(int(seconds * 1e6)))
        return self

    def run(self, seconds: float) -> list[Drain]:
        """As the application does: sleep until the watermark, drain."""
        until_us = self.now_us + seconds * 1e6
        drains = []
        while self.now_us < until_us:
            self.sleep(0.5)
            drains.append(self.drain())
        return drains

    def plan(self, transfers_from_now: int, fault: int, amount: int) -> "Sensor":
        self.c.rig_plan(self.c.rig_transfers() + transfers_from_now, fault, amount)
        return self

    def fault(self, name: str, *amounts: int) -> "Sensor":
        getattr(self.c, f"sim_adxl345_fault_{name}")(self.chip, *amounts)
        return self

    def poke(self, register: int, value: int) -> "Sensor":
        self.c.sim_adxl345_poke(self.chip, register, value)
        return self

    def peek(self, register: int) -> int:
        return int(self.c.sim_adxl345_peek(self.chip, register)) & 0xFF

    def check(self) -> str:
        return str(ERRORS[self.c.rig_check()])

    def self_test(self) -> str:
        return str(ERRORS[self.c.rig_self_test()])

    def moves(self, x_g: float, y_g: float, z_g: float) -> "Sensor":
        """How far the self-test moves the mass."""
        for axis, shift in enumerate((x_g, y_g, z_g)):
            numbers = map(ctypes.c_double, (0.0, 1.0, 1.0, shift))
            self.c.sim_adxl345_set_axis(self.chip, axis, *numbers)
        return self

    @property
    def now_us(self) -> int:
        return int(self.c.rig_now_us())

    @property
    def transfers(self) -> int:
        return int(self.c.rig_transfers())

    @property
    def counted(self) -> dict[str, int]:
        """The counters that are not zero, without `samples`."""
        values = (ctypes.c_uint32 * 8)()
        self.c.rig_counters(values)
        return {k: v for k, v in zip(COUNTERS, values, strict=True) if v and k != "samples"}


Make = Callable[..., Sensor]


def indices(drains: list[Drain]) -> list[int]:
    return [index for drain in drains for index in drain.indices]


def flows(sensor: Sensor) -> bool:
    """Samples come again without a gap."""
    sensor.run(1.5)
    after = sensor.run(2.0)
    seen = indices(after)
    return all(d.error == "OK" for d in after) and seen == list(range(seen[0], seen[0] + len(seen)))
