"""A board that runs firmware/tests/board_app.c, which obeys one command a byte."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edgekit.firmware.build.board import board
from edgekit.firmware.build.build import whole_script
from edgekit.firmware.build.toolchain import (
    BARE_FLAGS,
    COLD_FLAGS,
    COMMON_FLAGS,
    FOLDER,
    INCLUDES,
    SENSOR,
    zig,
)
from edgekit.firmware.emulate.emulated import emulated
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.system import System
from tests.helpers.chips.nrf52840 import nrf52840
from tests.helpers.chips.rp2 import pico, pico2

HARDWARE: dict[str, Callable[[Path, SimulatedSensor], System[Any]]] = {
    "xiao-nrf52840": nrf52840,
    "pico": pico,
    "pico2": pico2,
}
SAMPLES = [(n % 500 - 250, 3 * n % 700 - 350, 256 - n % 200) for n in range(500)]


def build_test_app(name: str, core: str, folder: Path) -> Path:
    described, elf = board(name), folder / f"{name}-{core}.elf"
    sources = [
        *described.sources,
        *sorted(SENSOR.glob("*.c")),
        FOLDER / "tests" / "board_app.c",
    ]
    includes = [f"-I{path}" for path in (described.folder, *INCLUDES)]
    assert described.linker_script is not None
    script = folder / f"{name}.ld"
    script.write_text(whole_script(described.linker_script))
    linking = [f"-Wl,-T,{script}", "-Wl,--gc-sections", "-Wl,-e,reset_handler"]
    flags = (*COMMON_FLAGS, *BARE_FLAGS, *COLD_FLAGS)
    zig(core).run([*flags, *includes, *linking, *sources, "-o", elf])
    return elf


@dataclass
class Device:
    """A board after power-on; `ask` sends a command and gives the answer's fields."""

    system: System[Any]
    sensor: SimulatedSensor
    core: str

    def ask(self, command: str, size: int, limit_us: int = 1_000_000) -> bytes:
        start = len(self.system.sent)
        self.system.receive(command.encode())
        return self.next_answer(command.upper(), size, start, limit_us)

    def next_answer(self, kind: str, size: int, start: int, limit_us: int = 1_000_000) -> bytes:
        sent = self.system.sent
        assert self.system.run_until(lambda: len(sent) - start > size, limit_us), sent[start:]
        assert sent[start : start + 1] == kind.encode()
        return bytes(sent[start + 1 : start + 1 + size])

    def started(self, start: int = 0, limit_us: int = 2_000_000) -> tuple[int, bool, list[int]]:
        """The cause of the reset, whether a fault was kept, and its words."""
        cause, kept, *words = struct.unpack("<B?5I", self.next_answer("B", 22, start, limit_us))
        return cause, kept, words


def power_on(name: str, core: str, elf: Path, sensor: SimulatedSensor) -> System[Any]:
    return emulated(elf, core, sensor) if name == "emulated" else HARDWARE[name](elf, sensor)
