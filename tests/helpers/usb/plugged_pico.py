"""A Pico or Pico 2 with a small host on its USB."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.system import System
from tests.helpers.chips.rp2 import Rp2, pico, pico2

from .small_host import SmallHost

CORES = {"pico": "cortex-m0plus", "pico2": "cortex-m33"}
POWER_ON: dict[str, Callable[[Path, SimulatedSensor], System[Rp2]]] = {
    "pico": pico,
    "pico2": pico2,
}


@dataclass
class Plugged:
    """A board that runs, with a host on its USB."""

    system: System[Rp2]
    host: SmallHost

    def ask(self, command: str, size: int, for_us: int = 100_000) -> bytes:
        """Send board_app.c a command over USB; return the answer's fields."""
        self.host.write(command.encode())
        answer = b""
        for _ in range(for_us // 1000):
            answer += self.host.read(1000)
            if len(answer) > size:
                break
        assert answer[:1] == command.encode(), answer
        assert len(answer) == 1 + size
        return answer[1:]


def plug_in(system: System[Rp2]) -> Plugged:
    system.run(500_000)
    system.chip.usb.set_vbus(True)
    host = SmallHost(system.chip.usb, system.run)
    host.enumerate()
    return Plugged(system, host)
