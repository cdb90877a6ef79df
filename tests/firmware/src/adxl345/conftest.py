"""The driver and the chip, built once."""

import ctypes
from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.firmware.build.toolchain import FOLDER, SENSOR
from tests.helpers.adxl345_chip import SIM_FLAGS, Chip, NewChip
from tests.helpers.adxl345_driver import Make, Sensor


@pytest.fixture(scope="session")
def sources() -> list[Path]:
    """The rig, the model of the chip, and the driver."""
    return [
        FOLDER / "tests" / "adxl345_rig.c",
        *sorted((FOLDER / "sim").glob("sim_*.c")),
        *sorted(SENSOR.glob("*.c")),
    ]


@pytest.fixture(scope="session")
def adxl345(c_library: Callable[..., ctypes.CDLL], sources: list[Path]) -> ctypes.CDLL:
    return c_library(*sources, flags=SIM_FLAGS)


@pytest.fixture(scope="session")
def sensor(adxl345: ctypes.CDLL) -> Make:
    """sensor(rate_hz=100, ...) is a driver before its start."""
    return lambda **options: Sensor(adxl345, **options)


@pytest.fixture(scope="session")
def new_chip(adxl345: ctypes.CDLL) -> NewChip:
    return lambda **options: Chip(adxl345, **options)


@pytest.fixture
def chip(adxl345: ctypes.CDLL) -> Chip:
    """The chip without a driver, after its reset."""
    return Chip(adxl345)
