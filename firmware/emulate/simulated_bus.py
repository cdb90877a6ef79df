"""A simulated I2C bus for processes of this machine: what its sensor measures, and its faults.

A process that runs in `World.environment()` finds /dev/i2c-1 with the simulated ADXL345 on it; its
clocks show the world's time, which goes on while it sleeps or uses the bus, as fast as `speed`
says. The real smbus2 and the real monitor run there unchanged. Linux with glibc only.
"""

import ctypes
import hashlib
import mmap
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from edgekit.errors import EdgekitError, UsageError
from edgekit.files import user_cache

from ..build.toolchain import COMMON_FLAGS, FOLDER, INCLUDES, host_compiler

SIM = FOLDER / "sim"
# In the order of sim_world_kind_t, with the library's units in one of the value's.
KINDS = {
    "nack": 1,  # transfers
    "hold_sda": 1,  # clocks until SDA is let go
    "stall": 1e9,  # s: the host runs nothing
    "brown_out": 1,  # us without supply
    "freeze": 1,  # conversions that repeat the last sample
    "ones": 1,  # transfers that read 0xFF
    "slow": 1,  # transfers that the chip sees and the host does not
    "ntp_step": 1e9,  # s, of CLOCK_REALTIME alone
    "suspend": 1e9,  # s that CLOCK_MONOTONIC does not count
    "kill": 1,  # SIGKILL
    "disk_full": 1e9,  # s
    "cut": 1,  # the next reading that is longer is 0xFF from this byte on
    "signal": 1,  # its number: SIGINT ends a night as its user does
}
_SOURCES = (*sorted(SIM.glob("sim_*.c")), *sorted((SIM / "preload").glob("*.c")))
_HEADERS = (*sorted(SIM.glob("*.h")), *sorted((SIM / "preload").glob("*.h")))


@dataclass(frozen=True)
class Fault:
    """A fault when the world is `at_s` seconds old; `value` is in the unit that KINDS names."""

    at_s: float
    kind: str
    value: float = 1.0


def all_faults(duration_s: float) -> tuple[Fault, ...]:
    """Return one fault of each kind that a night must survive, spread over `duration_s` seconds."""
    values = {
        "nack": 3,
        "hold_sda": 5,
        "stall": 2.0,
        "brown_out": 20_000,
        "freeze": 150,
        "ones": 2,
        "slow": 1,
        "ntp_step": 37.5,
        "suspend": 20.0,
        "kill": 1,
        "disk_full": 30.0,
        "cut": 5,
    }
    step_s = duration_s / (len(values) + 1)
    return tuple(
        Fault(step_s * (at + 1), kind, value) for at, (kind, value) in enumerate(values.items())
    )


@dataclass(frozen=True)
class World:
    """Two files in a folder: the world as it stands, and the counts that the chip measures."""

    folder: Path
    library: Path
    second_chip: Path | None

    def environment(
        self, speed: float | None = None, machine: str = platform.machine()
    ) -> dict[str, str]:
        """Return variables for a process's environment; `speed` None: no sleep takes real time.

        A process of another machine is one under qemu-user: `qemu-aarch64 -E NAME=VALUE ...`.
        """
        return {
            "LD_PRELOAD": str(build_library(machine, self.second_chip)),
            "EDGEKIT_SIM_WORLD": str(self.folder / "world"),
            "EDGEKIT_SIM_COUNTS": str(self.folder / "counts"),
            "EDGEKIT_SIM_SPEED": repr(0.0 if speed is None else float(speed)),
        }

    def restart_after(self, seconds: float) -> None:
        """Let the world age with no process in it: the chip measures, nobody reads."""
        with _mapped(self.folder / "world") as memory:
            _c(self.library).sim_make_pass(_address(memory), round(seconds * 1e9))

    def _figure(self, number: int) -> int:
        with _mapped(self.folder / "world") as memory:
            return int(_c(self.library).sim_make_look(_address(memory), number))

    @property
    def age_s(self) -> float:
        return self._figure(0) / 1e9

    @property
    def taken(self) -> int:
        """The counts that the chip had measured when the bus was last used."""
        return self._figure(1)

    @property
    def faults_so_far(self) -> int:
        return self._figure(2)

    @property
    def utc_s(self) -> float:
        """CLOCK_REALTIME of the world, in seconds since 1970."""
        return self._figure(3) / 1e9

    def conversions(self) -> np.ndarray:
        """Return the world's age in s at each sample of the chip, (taken,) float64."""
        offset = _c(self.library).sim_make_log_offset()
        log = np.fromfile(self.folder / "world", np.uint64, count=self.taken, offset=offset)
        return log / 1e6


def make_world(
    folder: str | Path,
    counts: np.ndarray,
    faults: Sequence[Fault] = (),
    *,
    clock_ppm: float = 0.0,
    start_utc_s: float = 1_793_487_600.0,
    smbus_only: bool = False,
    one_reading: bool = False,
    seed: int = 1,
    second_chip: Path | None = None,
) -> World:
    """Make a world that begins now, whose sensor measures `counts` (n, 3) int16.

    `one_reading`: the adapter does one reading a call, as that of a Raspberry Pi 0 to 4.
    `second_chip`: a C file that is built in, the other chip on the bus (sim_world.h has its calls).

    Raises UsageError for counts or faults it cannot use, EdgekitError without a compiler.
    """
    if counts.ndim != 2 or counts.shape[1] != 3 or not len(counts):
        raise UsageError(f"counts are (n, 3) with n > 0, not {counts.shape}")
    folder = Path(folder)
    library = build_library(second_chip=second_chip)
    folder.mkdir(parents=True, exist_ok=True)
    np.ascontiguousarray(counts, np.int16).tofile(folder / "counts")
    path = folder / "world"
    c = _c(library)
    adapter = 1 if smbus_only else 2 if one_reading else 0  # sim_world_adapter_t
    with path.open("wb") as file:
        file.truncate(c.sim_make_bytes(len(counts)))
    with _mapped(path) as memory:
        at = _address(memory)
        c.sim_make(at, len(counts), seed, clock_ppm, round(start_utc_s * 1e9), adapter)
        for fault in sorted(faults, key=lambda fault: fault.at_s):
            if fault.kind not in KINDS:
                raise UsageError(f"no fault is called {fault.kind!r}. There are {', '.join(KINDS)}")
            value = round(fault.value * KINDS[fault.kind])
            kind = list(KINDS).index(fault.kind)
            if not c.sim_make_fault(at, round(fault.at_s * 1e9), kind, value):
                raise UsageError("too many faults: a world has at most 256")
    return World(folder, library, second_chip)


def build_library(machine: str = platform.machine(), second_chip: Path | None = None) -> Path:
    """Build the library to preload on x86_64 or aarch64, once for each state of its sources.

    Raises EdgekitError without a compiler, or on another system than Linux with glibc.
    """
    if sys.platform != "linux" or platform.libc_ver()[0] != "glibc":
        raise EdgekitError("the simulated bus needs Linux with glibc: it is a library to preload")
    state = hashlib.sha256(machine.encode())
    sources = (*_SOURCES, *([second_chip] if second_chip else []))
    for path in (*sources, *_HEADERS, *(FOLDER / "include").glob("*.h"), Path(__file__)):
        state.update(path.read_bytes())
    cache = user_cache()
    library = cache / f"simulated-bus-{state.hexdigest()[:16]}.so"
    if not library.exists():
        cache.mkdir(parents=True, exist_ok=True)
        unfinished = library.with_suffix(f".{os.getpid()}")
        includes = [f"-I{folder}" for folder in (*INCLUDES, SIM, SIM / "preload")]
        # POSIX and GNU names besides C11; no checked variants of the calls that it replaces.
        flags = ["-D_GNU_SOURCE", "-U_FORTIFY_SOURCE", "-fPIC", "-shared", "-pthread"]
        rest: list[str | Path] = [*sources, "-lm", "-ldl", "-o", unfinished]
        host_compiler(machine).run([*COMMON_FLAGS, *flags, *includes, *rest])
        unfinished.replace(library)
    return library


def _c(library: Path) -> ctypes.CDLL:
    """Load the library with the types of its functions; the loader loads each file once."""
    c = ctypes.CDLL(str(library))
    world, count, wide, number = ctypes.c_void_p, ctypes.c_uint64, ctypes.c_int64, ctypes.c_uint32
    real = ctypes.c_double
    signatures: dict[str, tuple[list[Any], Any]] = {
        "sim_make_bytes": ([count], count),
        "sim_make": ([world, count, count, real, wide, number], None),
        "sim_make_fault": ([world, wide, number, wide], ctypes.c_bool),
        "sim_make_pass": ([world, wide], None),
        "sim_make_look": ([world, number], wide),
        "sim_make_log_offset": ([], count),
    }
    for name, (arguments, result) in signatures.items():
        function = getattr(c, name)
        function.argtypes, function.restype = arguments, result
    return c


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap]:
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        yield memory


def _address(memory: mmap.mmap) -> int:
    first = ctypes.c_char.from_buffer(memory)
    address = ctypes.addressof(first)
    del first  # else the mapping could not be closed
    return address
