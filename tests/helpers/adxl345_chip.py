"""The simulated chip alone (firmware/sim), as a test speaks of it: its bus, its time, its world."""

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

from edgekit.firmware.build.toolchain import FOLDER

BYPASS, FIFO, STREAM, TRIGGER = 0x00, 0x40, 0x80, 0xC0
BW_RATE, POWER_CTL, INT_ENABLE, INT_MAP, INT_SOURCE, DATA_FORMAT = range(0x2C, 0x32)
DATAX0, FIFO_CTL, FIFO_STATUS = 0x32, 0x38, 0x39
MEASURE, SLEEP = 0x08, 0x04
DATA_READY, WATERMARK, OVERRUN = 0x80, 0x02, 0x01
NACK, BUS_STUCK, TIMEOUT = 1, 2, 3
WHEN_FULL, UNTIL_EMPTY, LEVEL_33 = 1, 2, 4

SIM_FLAGS = (f"-I{FOLDER / 'sim'}", "-lm")  # to compile it with

Source = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint64, ctypes.POINTER(ctypes.c_double))


class Chip:
    """The chip in memory of its own, and the master on its bus."""

    def __init__(self, library: ctypes.CDLL, seed: int = 1) -> None:
        self.c = library
        self.c.sim_adxl345_next_us.restype = ctypes.c_uint64
        self.memory = ctypes.create_string_buffer(library.sim_adxl345_bytes())
        self.call("init", ctypes.c_uint64(seed))
        self.time_us = 0

    def call(self, name: str, *arguments: Any) -> int:
        return int(getattr(self.c, f"sim_adxl345_{name}")(self.memory, *arguments) or 0)

    def interrupt(self, pin: int) -> bool:
        """Whether the pin is high."""
        self.c.sim_adxl345_interrupt.restype = ctypes.c_bool
        return bool(self.c.sim_adxl345_interrupt(self.memory, pin))

    def transfer(self, out: bytes = b"", in_bytes: int = 0, address: int = 0x53) -> bytes | int:
        """What was read, or the error's number."""
        found = ctypes.create_string_buffer(max(in_bytes, 1))
        error = self.c.sim_i2c_transfer(self.memory, address, out, len(out), found, in_bytes)
        return int(error) or found.raw[:in_bytes]

    def read(self, register: int, count: int = 1) -> bytes:
        found = self.transfer(bytes([register]), count)
        assert isinstance(found, bytes)
        return found

    def __getitem__(self, register: int) -> int:
        return self.read(register)[0]

    def __setitem__(self, register: int, value: int) -> None:
        assert self.transfer(bytes([register, value])) == b""

    def wait(self, seconds: float) -> "Chip":
        self.time_us += round(seconds * 1e6)
        self.call("advance", ctypes.c_uint64(self.time_us))
        return self

    def axis(
        self, axis: int, zero_g: float = 0, gain: float = 1, noise: float = 0, self_test: float = 0
    ) -> "Chip":
        self.call("set_axis", axis, *map(ctypes.c_double, (zero_g, gain, noise, self_test)))
        return self

    def at(self, x: float, y: float, z: float) -> "Chip":
        """At rest in this field, without noise."""
        for axis in range(3):
            self.axis(axis)
        self.recording = np.tile(np.array([x, y, z], np.float64), (20_000, 1))
        self.call("set_g", ctypes.c_void_p(self.recording.ctypes.data), ctypes.c_uint64(20_000))
        return self

    def counting(self, samples: int = 20_000) -> "Chip":
        """Sample n reads n, -n, n + 7."""
        n = np.arange(samples)
        self.counts = np.stack([n, -n, n + 7], 1).astype(np.int16)
        pointer = ctypes.c_void_p(self.counts.ctypes.data)
        self.call("set_counts", pointer, ctypes.c_uint64(samples))
        return self

    def measure(self, mode: int = BYPASS, samples: int = 0, rate: int = 0x0A) -> "Chip":
        self[BW_RATE], self[FIFO_CTL], self[POWER_CTL] = rate, mode | samples, MEASURE
        return self

    def sample(self) -> list[int]:
        return list(np.frombuffer(self.read(DATAX0, 6), np.int16))

    def samples(self) -> list[int]:
        """The x of all that wait, popped."""
        found = []
        while self[FIFO_STATUS] & 0x3F:
            found.append(self.sample()[0])
        return found


NewChip = Callable[..., Chip]
