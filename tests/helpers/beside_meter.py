"""A process beside a simulated INA226; its time is the simulated world's."""

import ctypes
import json
import mmap
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from edgekit.firmware.emulate.simulated_bus import World, make_world

SOURCE = Path(__file__).with_name("sim_ina226.c")


@dataclass(frozen=True)
class Load:
    """The load on the meter's shunt from the time when the world is `at_s` seconds old."""

    at_s: float
    volts: float
    amperes: float


@dataclass(frozen=True)
class Silence:
    """So many transfers are not answered from `at_s` on."""

    at_s: float
    transfers: int


@dataclass(frozen=True)
class Meter:
    """An INA226 on the world's bus; another `die` is another chip."""

    loads: tuple[Load, ...]
    shunt_ohms: float = 0.1
    address: int = 0x40
    die: int = 0x2260
    silences: tuple[Silence, ...] = ()
    resets_s: tuple[float, ...] = ()


def said_beside(folder: Path, setup: str, code: str, meter: Meter) -> list[Any]:
    """The values of its last line, which is JSON."""
    world = make_world(folder, np.zeros((100, 3), np.int16), second_chip=SOURCE)
    _put(world, meter)
    done = subprocess.run(
        [sys.executable, "-c", setup + textwrap.dedent(code)],
        env={**os.environ, **world.environment()},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout.splitlines()[-1]))


def _put(world: World, meter: Meter) -> None:
    c = ctypes.CDLL(str(world.library))
    number, time, real = ctypes.c_uint32, ctypes.c_uint64, ctypes.c_double
    for call in (c.sim_ina226_add_load, c.sim_ina226_add_fault):
        call.restype = ctypes.c_bool
    faults = [(silence.at_s, silence.transfers) for silence in meter.silences]
    faults += [(at_s, 0) for at_s in meter.resets_s]
    with (world.folder / "world").open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        first = ctypes.c_char.from_buffer(memory)
        at = ctypes.c_void_p(ctypes.addressof(first))
        c.sim_ina226_put(at, number(meter.address), real(meter.shunt_ohms), number(meter.die))
        for load in meter.loads:
            at_us = time(round(load.at_s * 1e6))
            assert c.sim_ina226_add_load(at, at_us, real(load.volts), real(load.amperes))
        for at_s, transfers in sorted(faults):
            assert c.sim_ina226_add_fault(at, time(round(at_s * 1e6)), number(transfers))
        del first  # else the mapping could not be closed
