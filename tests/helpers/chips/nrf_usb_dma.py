"""USBD's EasyDMA: one for all endpoints. It copies at once, and ends after some microseconds."""

from collections.abc import Callable

from .nrf_peripheral import Peripheral
from .nrf_usb_registers import ENDPOINT_BYTES, Register

PACKET_BYTES = 64
_WORKAROUND_199 = 0x82
_COPY_NS = 5_000


class Dma:
    def __init__(self, block: Peripheral, complain: Callable[[str], None]) -> None:
        self._block, self._complain = block, complain
        self._until_ns = 0
        self.is_odd = False  # the count of all bytes since USBD was switched on

    def is_running(self) -> bool:
        return self._block.around.now_ns < self._until_ns

    def stop(self) -> None:
        self._until_ns = 0

    def start(self, registers: int, number: int, end_event: int) -> tuple[int, int]:
        """Return the address and the size that an endpoint's registers hold; size 0 for no RAM."""
        around, values = self._block.around, self._block.values
        at = values.get(registers + ENDPOINT_BYTES * number, 0)
        size = values.get(registers + ENDPOINT_BYTES * number + 4, 0)
        if size > PACKET_BYTES:
            self._complain(f"a packet of {size} bytes")
        if size and not around.ram.holds(at, size):
            self._complain(f"DMA at {at:#x}, which is no RAM")
            size = 0
        if values.get(Register.ANOMALY_199) != _WORKAROUND_199:
            self._complain("DMA without the workaround of anomaly 199")
        if values.get(end_event):
            self._complain(f"the end of DMA {end_event:#x} was never cleared from the time before")
        self.is_odd ^= bool(size & 1)
        self._until_ns = around.now_ns + _COPY_NS
        self._block.event_after(_COPY_NS, end_event)
        return at, size
