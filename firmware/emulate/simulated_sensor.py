"""The ADXL345 in C (firmware/sim), compiled for this machine, on an emulated board's bus."""

import ctypes
import functools
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from ..build.toolchain import COMMON_FLAGS, FOLDER, INCLUDES, zig

NEVER_US = (1 << 64) - 1


class SimulatedSensor:
    """One chip; `do("fault_nack", 1)` calls `fault_*` and `set_*` of sim_adxl345.h."""

    def __init__(self, seed: int = 1) -> None:
        self._library = _library()
        self._chip = ctypes.create_string_buffer(self._library.sim_adxl345_bytes())
        self._samples = np.empty((0, 3), np.int16)  # the chip reads them from here
        self._library.sim_adxl345_init(self._chip, ctypes.c_uint64(seed))

    def do(self, name: str, *arguments: int) -> None:
        getattr(self._library, f"sim_adxl345_{name}")(self._chip, *arguments)

    def set_counts(self, counts: ArrayLike) -> None:
        """Set the samples of the next conversions, int16 (n, 3); after them it measures no more."""
        self._samples = np.ascontiguousarray(counts, np.int16)
        self._library.sim_adxl345_set_counts(
            self._chip,
            ctypes.c_void_p(self._samples.ctypes.data),
            ctypes.c_uint64(len(self._samples)),
        )

    def consumed(self) -> int:
        """Return how many of the samples were converted."""
        return int(self._library.sim_adxl345_consumed(self._chip))

    def advance(self, time_us: int) -> None:
        self._library.sim_adxl345_advance(self._chip, ctypes.c_uint64(time_us))

    def next_us(self) -> int:
        return int(self._library.sim_adxl345_next_us(self._chip))

    def interrupt(self) -> bool:
        """Whether INT1 is high."""
        return bool(self._library.sim_adxl345_interrupt(self._chip, 1))

    def register(self, number: int) -> int:
        return int(self._library.sim_adxl345_peek(self._chip, ctypes.c_uint8(number)))

    def transfer(self, address: int, out: bytes, in_bytes: int) -> tuple[int, bytes]:
        """Return an edgekit_error_t and the bytes read."""
        into = ctypes.create_string_buffer(max(in_bytes, 1))
        error = self._library.sim_i2c_transfer(
            self._chip, ctypes.c_uint8(address), out, len(out), into, in_bytes
        )
        return int(error), into.raw[:in_bytes]

    def clock_out(self, clocks: int) -> int:
        """Send clocks and a STOP; return an edgekit_error_t: whether SDA is high after them."""
        return int(self._library.sim_i2c_clock_out(self._chip, clocks))

    def transfer_us(self, out_bytes: int, in_bytes: int) -> int:
        return int(self._library.sim_i2c_us(out_bytes, in_bytes))


@functools.cache
def _library() -> ctypes.CDLL:
    with tempfile.TemporaryDirectory(prefix="edgekit-sensor-") as folder:
        path = Path(folder) / "sensor.so"
        includes = [f"-I{path}" for path in (*INCLUDES, FOLDER / "sim")]
        sources = sorted((FOLDER / "sim").glob("*.c"))
        zig("host").run([*COMMON_FLAGS, "-shared", "-fPIC", *includes, *sources, "-o", path, "-lm"])
        library = ctypes.CDLL(str(path))
    for name in ("next_us", "consumed", "conversions"):
        getattr(library, f"sim_adxl345_{name}").restype = ctypes.c_uint64
    library.sim_adxl345_interrupt.restype = ctypes.c_bool
    library.sim_adxl345_peek.restype = ctypes.c_uint8
    return library
