"""The boards' test program, built once for each board and core."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.surroundings import POWER
from tests.helpers.chips.nrf52840 import nrf52840
from tests.helpers.device_under_test import SAMPLES, Device, build_test_app


@pytest.fixture(scope="session")
def board_app(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """board_app(board, core) is the ELF file of board_app.c."""
    folder = tmp_path_factory.mktemp("board_app")
    return cache(lambda name, core: build_test_app(name, core, folder))


@pytest.fixture
def xiao(board_app: Callable[[str, str], Path]) -> Iterator[Device]:
    """A XIAO that has just started; the models have nothing to complain of at the end."""
    sensor = SimulatedSensor()
    sensor.set_counts(SAMPLES)
    system = nrf52840(board_app("xiao-nrf52840", "cortex-m4"), sensor)
    device = Device(system, sensor, "cortex-m4")
    assert device.started()[0] == POWER
    yield device
    assert system.complaints == []
