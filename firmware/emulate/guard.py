"""A watch over a core that loops without one access to a peripheral: no time passes for it."""

import threading
from typing import TYPE_CHECKING

from unicorn import arm_const

from .machine import MachineFaultError

if TYPE_CHECKING:
    from .system import System

STALL_S = 20.0  # of this machine's time


class Guard:
    """Watches from another thread until `stop`."""

    def __init__(self, system: "System") -> None:
        self._system, self._stalled = system, False
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        seen = -1
        while not self._done.wait(STALL_S):
            if self._system.now_ns == seen:
                self._stalled = True
                self._system.uc.emu_stop()
            seen = self._system.now_ns

    def check(self) -> None:
        if self._stalled:
            pc = self._system.uc.reg_read(arm_const.UC_ARM_REG_PC)
            raise MachineFaultError(
                f"it loops in {self._system.where(pc)} without touching a peripheral"
            )

    def stop(self) -> None:
        self._done.set()
        self._thread.join()
