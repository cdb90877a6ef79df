"""pyocd itself, on a probe in software that is wired to a locked nRF52840.

Run as `python -m tests.helpers.locked_probe LOG flash ...`: writes to the chip's CTRL-AP are noted
in the file LOG, a line each. A chip of build F0 or later is locked after every reset until its
program opens it; CTRL-AP then offers ERASEALL alone (nRF52840 product specification, 4.8.2).
"""

import sys
from pathlib import Path
from typing import Any

from pyocd.__main__ import PyOCDTool
from pyocd.core import exceptions
from pyocd.probe.aggregator import PROBE_CLASSES
from pyocd.probe.debug_probe import DebugProbe

DP_IDR, DP_CTRL_STAT, DP_SELECT, DP_RDBUFF = 0x0, 0x4, 0x8, 0xC
POWERED_UP = 0xF000_0000  # CTRL/STAT: both domains are on
AHB_AP, CTRL_AP = 0, 1
AHB_AP_IDR, CTRL_AP_IDR = 0x2477_0011, 0x1288_0000
ERASEALL, ERASEALLSTATUS, APPROTECTSTATUS, IDR = 0x04, 0x08, 0x0C, 0xFC


class LockedChip(DebugProbe):
    """APPROTECTSTATUS is 0, and no access to memory is answered, until ERASEALL."""

    log: Path

    def __init__(self) -> None:
        super().__init__()
        self._is_open = self._is_erased = False
        self._select = 0

    @classmethod
    def get_all_connected_probes(cls, unique_id: Any = None, is_explicit: bool = False) -> Any:
        return [cls()]

    @classmethod
    def get_probe_with_id(cls, unique_id: Any, is_explicit: bool = False) -> Any:
        return cls()

    vendor_name, product_name, unique_id = "edgekit", "locked chip", "locked"
    supported_wire_protocols = (DebugProbe.Protocol.DEFAULT, DebugProbe.Protocol.SWD)
    wire_protocol = DebugProbe.Protocol.SWD
    capabilities = frozenset({DebugProbe.Capability.MANAGED_AP_SELECTION})

    @property
    def is_open(self) -> bool:
        return self._is_open

    def open(self) -> None:
        self._is_open = True

    def close(self) -> None:
        self._is_open = False

    def _nothing(self, *_: Any, **__: Any) -> None:
        pass

    connect = disconnect = set_clock = reset = assert_reset = swj_sequence = flush = _nothing

    def is_reset_asserted(self) -> bool:
        return False

    def read_dp(self, addr: int, now: bool = True) -> Any:
        value = {DP_IDR: 0x2BA0_1477, DP_CTRL_STAT: POWERED_UP}.get(addr, 0)
        return value if now else (lambda: value)

    def write_dp(self, addr: int, data: int) -> None:
        if addr == DP_SELECT:
            self._select = data

    def read_ap(self, addr: int, now: bool = True) -> Any:
        value = self._read(addr >> 24, addr & 0xFF)
        return value if now else (lambda: value)

    def write_ap(self, addr: int, data: int) -> None:
        number, register = addr >> 24, addr & 0xFF
        if number == CTRL_AP:
            with self.log.open("a") as log:
                log.write(f"{register:#x} {data:#x}\n")
            self._is_erased |= (register, data) == (ERASEALL, 1)
        elif not self._is_erased:
            raise exceptions.TransferFaultError()

    def read_ap_multiple(self, addr: int, count: int = 1, now: bool = True) -> Any:
        values = [self._read(addr >> 24, addr & 0xFF)] * count
        return values if now else (lambda: values)

    def write_ap_multiple(self, addr: int, values: Any) -> None:
        for value in values:
            self.write_ap(addr, value)

    def _read(self, number: int, register: int) -> int:
        if register == IDR:
            return {AHB_AP: AHB_AP_IDR, CTRL_AP: CTRL_AP_IDR}.get(number, 0)
        if number == CTRL_AP:
            return {ERASEALLSTATUS: 0, APPROTECTSTATUS: int(self._is_erased)}.get(register, 0)
        if not self._is_erased:
            raise exceptions.TransferFaultError()
        return 0


if __name__ == "__main__":
    LockedChip.log = Path(sys.argv[1])
    PROBE_CLASSES.clear()
    PROBE_CLASSES["locked"] = LockedChip
    sys.exit(PyOCDTool().run(sys.argv[2:]))
