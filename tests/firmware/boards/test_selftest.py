"""The self-test on emulated boards: what only a chip's own registers can answer."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from edgekit.device.selftest.judge import judge, judge_watchdog
from edgekit.device.selftest.judged import Result
from edgekit.device.sources.wearable.usb_ports import PRODUCT_ID, VENDOR_ID, UsbPort
from edgekit.firmware.build.build import Built
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.surroundings import SOFTWARE
from edgekit.firmware.emulate.system import System
from tests.helpers.device_under_test import power_on
from tests.helpers.usb.boards import BOARDS
from tests.helpers.virtual_line import SystemLine, UsbLine, measured, measuring

LISTEN_S = 1.0


@pytest.fixture
def powered(image_of: Callable[..., Built]) -> Callable[[str], System[Any]]:
    """powered(board) runs the application, and lies on a table."""

    def power(name: str) -> System[Any]:
        sensor, built = SimulatedSensor(), image_of(name, None)
        noise = np.random.default_rng(2).normal(0, 0.9, (1500, 3))
        sensor.set_counts(np.rint(np.array([2, 4, 255]) + noise))
        system = power_on(name, built.core, built.elf, sensor)
        system.run(500_000)  # before it has started nobody hears a greeting
        return system

    return power


@pytest.mark.parametrize("name", ["xiao-nrf52840", "pico"])
def test_a_whole_board_on_usb_passes_and_knows_its_stack_and_its_flash(
    name: str, powered: Callable[[str], System[Any]]
) -> None:
    system = powered(name)
    line = UsbLine(system, BOARDS[name])
    found = measured(line, LISTEN_S)
    usb = UsbPort(
        "ttyACM0", VENDOR_ID, PRODUCT_ID, line.device.serial_number, "1-1",
        line.device.manufacturer, line.device.product,
    )  # fmt: skip
    lines = {each.what: each for each in judge(found, usb)}
    assert [each for each in lines.values() if each.result is Result.FAIL] == []
    assert {"sensor", "bus", "self-test", "flash", "stack", "line", "window", "USB"} <= {
        what for what, each in lines.items() if each.result is Result.PASS
    }
    assert 512 < found.checks["stack"].value < 8192 - 256
    assert found.checks["flash"].value == pytest.approx(
        {"xiao-nrf52840": 85_000, "pico": 45_000}[name], rel=0.05
    )
    assert (system.complaints, system.faults, system.resets) == ([], [], [])
    assert line.complaints == []


def test_a_bus_that_is_held_low_fails_on_a_pico_as_the_bus_alone(
    powered: Callable[[str], System[Any]],
) -> None:
    system = powered("pico")
    system.sensor.do("fault_hold_sda", 1_000_000)
    lines = judge(measured(SystemLine(system), LISTEN_S))
    assert [each.what for each in lines if each.result is Result.FAIL] == ["bus"]


def test_a_xiao_that_runs_from_rc_fails_its_crystal_alone(
    powered: Callable[[str], System[Any]],
) -> None:
    system = powered("xiao-nrf52840")
    system.chip.clock.rc_is_held = True
    system.reset(SOFTWARE)
    system.run(500_000)
    lines = judge(measured(SystemLine(system), LISTEN_S))
    assert [each.what for each in lines if each.result is Result.FAIL] == ["crystal"]


def test_the_watchdog_of_a_xiao_ends_a_hang(powered: Callable[[str], System[Any]]) -> None:
    system = powered("xiao-nrf52840")
    judged = judge_watchdog(*measuring(SystemLine(system)).watchdog())
    assert judged.result is Result.PASS, judged
    assert system.resets == ["watchdog"]
