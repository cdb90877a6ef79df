"""The boards whose chips have a modelled USB block."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgekit.firmware.build import board as board_files
from edgekit.firmware.build.board import Board
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.system import System
from tests.helpers.chips.nrf52840 import nrf52840
from tests.helpers.chips.rp2 import pico, pico2

from .port import UsbPort


@dataclass(frozen=True)
class UsbBoard:
    board: Board
    power_on: Callable[[Path, SimulatedSensor], System[Any]]
    port: Callable[[System[Any]], UsbPort]


BOARDS = {
    "pico": UsbBoard(board_files.board("pico"), pico, lambda system: system.chip.usb),
    "pico2": UsbBoard(board_files.board("pico2"), pico2, lambda system: system.chip.usb),
    "xiao-nrf52840": UsbBoard(
        board_files.board("xiao-nrf52840"), nrf52840, lambda system: system.chip.usbd
    ),
}
