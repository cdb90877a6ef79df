"""The Pico's flash chip and the SSI that reads it, as far as a boot stage sets them up.

W25Q16JV data sheet, 8.1 (status) and 8.2 (commands); RP2040 data sheet, 4.10 (SSI).
"""

from collections.abc import Callable

from edgekit.firmware.emulate.surroundings import Surroundings

DEVICE_ID = bytes.fromhex("0011223344556677")
_READ_MOST_MHZ, _QUAD_MOST_MHZ = 50, 133  # fR of command 03h, and of the others
_QUAD_ENABLE = 2  # of status 2
_LATE_FROM_MHZ = 40  # above, what is not sampled late is sampled too early: assumed


class W25q16jv:
    """`takes_quad`: False for a chip that keeps its quad-enable bit clear whatever is written."""

    def __init__(self) -> None:
        self.status_2, self.takes_quad, self.is_continuous = _QUAD_ENABLE, True, False
        self._can_write, self._bytes = False, bytearray()

    def exchange(self, byte: int) -> int:
        """Return what the chip answers while a byte of a command goes to it, on one line."""
        self._bytes.append(byte)
        command, at = self._bytes[0], len(self._bytes) - 1
        if command == 0x35 and at:
            return self.status_2
        if command == 0x4B and at >= 5:
            return DEVICE_ID[at - 5] if at - 5 < len(DEVICE_ID) else 0
        return 0

    def deselect(self) -> None:
        """Do what the command asked for, now that it is whole."""
        if bytes(self._bytes[:1]) == b"\x31":
            if self._can_write and len(self._bytes) == 2 and self.takes_quad:
                self.status_2 = self._bytes[1]
            self._can_write = False
        elif self._bytes:
            self._can_write = self._bytes[0] in (0x06, 0x50)
        self._bytes.clear()

    def read_quad(self, mode: int) -> bool:
        """Read by command EBh with mode bits; False where the chip understands nothing of it."""
        if not self.status_2 & _QUAD_ENABLE:
            return False
        self.is_continuous = mode >> 4 == 0xA
        return True


class Ssi:
    """A block; `set_readable` is told whether the processor can now read the flash."""

    base, pages = 0x1800_0000, 1
    _CTRLR0, _CTRLR1, _SSIENR, _BAUDR, _SR, _DR0 = 0x00, 0x04, 0x08, 0x14, 0x28, 0x60
    _RX_SAMPLE_DLY, _SPI_CTRLR0 = 0xF0, 0xF4
    _SR_IDLE, _SR_RECEIVED = 6, 8
    _BYTES, _READ, _QUAD = 0x0007_0000, 0x001F_0300, 0x005F_0300  # CTRLR0
    _BY_03H, _BY_EBH, _WITHOUT_COMMAND = 0x0300_0218, 0x0000_2221, 0xA000_2022  # SPI_CTRLR0

    def __init__(self, around: Surroundings, set_readable: Callable[[bool], None]) -> None:
        self._around, self._set_readable = around, set_readable
        self.chip = W25q16jv()
        self.is_forced_low = False  # the chip select, by IO_QSPI
        self._clock_mhz = 0.0
        self._values: dict[int, int] = {}
        self._received: list[int] = []
        self._sent: list[int] = []

    def reset(self) -> None:
        """Begin as the boot ROM leaves it: with a chip that left whatever mode it was in."""
        self._values.clear()
        self.leave_xip()

    def leave_xip(self) -> None:
        """Do as the boot ROM's function: the chip obeys commands again, in frames of bytes."""
        self._values |= {self._SSIENR: 1, self._CTRLR0: self._BYTES, self._BAUDR: 6}
        self.chip.is_continuous = False
        self._received.clear()
        self._set_readable(False)

    def set_clock_mhz(self, mhz: float) -> None:
        self._clock_mhz = mhz
        self._check_speed()

    def miss_clocks(self) -> int:
        """Return the clocks of the core for a line of the cache: two reads of 32 bits."""
        is_quad = self._values[self._CTRLR0] == self._QUAD
        return 2 * self._values[self._BAUDR] * (8 + 4 + 8 if is_quad else 8 + 24 + 32)

    def read(self, offset: int) -> int:
        if offset == self._SR:
            if not self.is_forced_low:
                self.chip.deselect()
            return self._SR_IDLE | (self._SR_RECEIVED if self._received else 0)
        if offset == self._DR0:
            if not self._received:
                self._complain("a read from the SSI's FIFO while it is empty")
            return self._received.pop(0) if self._received else 0
        return self._values.get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        is_on = bool(self._values.get(self._SSIENR))
        if offset == self._DR0:
            self._send(value)
            return
        if offset != self._SSIENR and is_on:
            self._complain(f"the SSI is set up at {offset:#x} while it is on")
        self._values[offset] = value
        if offset == self._SSIENR:
            self._received.clear()
            self._sent.clear()
            self._set_readable(bool(value) and self._reads())
            self._check_speed()

    def _send(self, value: int) -> None:
        if self._values.get(self._CTRLR0) == self._BYTES:
            self._received.append(self.chip.exchange(value))
            return
        self._sent.append(value)
        if len(self._sent) == 2:
            is_right = self._sent[0] == 0xEB and self._values[self._SPI_CTRLR0] == self._BY_EBH
            if not is_right or not self.chip.read_quad(self._sent[1] & 0xFF):
                self._complain("the flash does not understand the read by four lines")

    def _reads(self) -> bool:
        """Whether the SSI reads the chip as the chip expects."""
        how = self._values.get(self._CTRLR0), self._values.get(self._SPI_CTRLR0)
        if how == (self._QUAD, self._WITHOUT_COMMAND):
            return self.chip.is_continuous
        return how == (self._READ, self._BY_03H) and not self.chip.is_continuous

    def _check_speed(self) -> None:
        if not self._values.get(self._SSIENR) or not self._clock_mhz:
            return
        divider = self._values.get(self._BAUDR, 0)
        if divider < 2 or divider % 2:
            self._complain(f"the SSI divides its clock by {divider}")
            return
        mhz = self._clock_mhz / divider
        is_plain = self._values.get(self._CTRLR0) == self._READ
        if mhz > (_READ_MOST_MHZ if is_plain else _QUAD_MOST_MHZ):
            self._complain(f"the flash is read at {mhz:g} MHz, which is too fast")
        is_quad = self._values.get(self._CTRLR0) == self._QUAD
        if is_quad and mhz > _LATE_FROM_MHZ and not self._values.get(self._RX_SAMPLE_DLY):
            self._complain(f"the flash's data is sampled too early at {mhz:g} MHz")

    def _complain(self, text: str) -> None:
        self._around.complaints.append(text)
