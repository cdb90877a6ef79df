"""The registers by which anomalies 171 and 187 of the nRF52840's USBD are worked around."""

from edgekit.firmware.emulate.surroundings import Surroundings

from .nrf_peripheral import OnEvent, Peripheral


class Trims(Peripheral):
    """Registers of anomalies 171 and 187, behind a lock that its key turns: 0 reads as locked."""

    LOCK, ANOMALY_171, ANOMALY_187 = 0xC00, 0xC14, 0xD14
    _KEY = 0x9375

    def __init__(self, around: Surroundings, on_event: OnEvent) -> None:
        super().__init__(around, 0x4006_E000, on_event)

    def write(self, offset: int, value: int) -> None:
        if offset == self.LOCK:
            if value == self._KEY:
                self.values[offset] = 0 if self.values.get(offset) else self._KEY
        elif not self.values.get(self.LOCK):
            self.around.complaints.append(f"{self.base + offset:#x} is written while it is locked")
        else:
            super().write(offset, value)

    def unlock(self) -> None:
        self.values[self.LOCK] = self._KEY

    def workarounds(self) -> tuple[int, int]:
        """Return what is written for anomalies 171 and 187."""
        return self.values.get(self.ANOMALY_171, 0), self.values.get(self.ANOMALY_187, 0)
