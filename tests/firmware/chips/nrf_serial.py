"""The nRF52840's TWIM0 and UARTE0, whose DMA reads and writes the RAM."""

from typing import TYPE_CHECKING

from edgekit.firmware.emulate.system import SERIAL_BYTE_NS

from .nrf_peripheral import Peripheral

if TYPE_CHECKING:
    from .nrf52840 import Nrf52840

_RXD_PTR, _RXD_MAXCNT, _RXD_AMOUNT, _TXD_PTR, _TXD_MAXCNT = 0x534, 0x538, 0x53C, 0x544, 0x548
_SHORTS, _ENABLE = 0x200, 0x500
_OK, _NACK = 0, 1  # edgekit_error_t


class _Dma(Peripheral):
    def sent_bytes(self) -> bytes:
        at, size = self.values.get(_TXD_PTR, 0), self.values.get(_TXD_MAXCNT, 0)
        ram = self.system.ram
        if size and not ram.holds(at, size):
            self.system.complaints.append(f"DMA from {at:#x}, which is no RAM")
            return bytes(size)
        return self.system.read(at, size) if size else b""


class Twim(_Dma):
    _STARTRX, _STARTTX, _STOP = 0x000, 0x008, 0x014
    _STOPPED, _ERROR = 0x104, 0x124
    _ERRORSRC, _ADDRESS = 0x4C4, 0x588
    _SHORT_TX_TO_RX, _SHORT_TX_STOP, _SHORT_RX_STOP = 1 << 7, 1 << 9, 1 << 12
    _ADDRESS_NACK = 2

    def __init__(self, system: "Nrf52840") -> None:
        super().__init__(system, 0x4000_3000)

    def task(self, offset: int) -> None:
        if offset in (self._STARTTX, self._STARTRX):
            if self.values.get(_ENABLE) != 6:
                self.system.complaints.append("a transfer while the TWIM is off")
            else:
                self._transfer(offset == self._STARTTX)
        elif offset == self._STOP:
            self._later.clear()
            if self.system.sda():
                self._later.add(5_000, self._STOPPED)

    def write(self, offset: int, value: int) -> None:
        if offset == self._ERRORSRC:
            self.values[offset] = self.values.get(offset, 0) & ~value
            return
        super().write(offset, value)
        if offset == _ENABLE and not value:
            self._later.clear()

    def _transfer(self, writes: bool) -> None:
        shorts = self.values.get(_SHORTS, 0)
        out = self.sent_bytes() if writes else b""
        reads = not writes or shorts & self._SHORT_TX_TO_RX
        wanted = self.values.get(_RXD_MAXCNT, 0) if reads else 0
        ends = shorts & (self._SHORT_RX_STOP if reads else self._SHORT_TX_STOP)
        sensor = self.system.sensor
        sensor.advance(self.system.now_us)
        error, data = sensor.transfer(self.values.get(self._ADDRESS, 0), out, wanted)
        if error == _OK:
            if data:
                self.system.write(self.values[_RXD_PTR], data)
            self.values[_RXD_AMOUNT] = len(data)
            if ends:
                self._later.add(sensor.transfer_us(len(out), len(data)) * 1000, self._STOPPED)
        elif error == _NACK:
            self.values[self._ERRORSRC] = self._ADDRESS_NACK
            self._later.add(25_000, self._ERROR)
        # Else the bus hangs: no event ever comes.


class Uarte(_Dma):
    """A byte that comes while nobody listens is a level on the line that changed, and is lost."""

    _STARTRX, _STOPRX, _STARTTX, _STOPTX, _FLUSHRX = 0x000, 0x004, 0x008, 0x00C, 0x02C
    _RXDRDY, _ENDRX, _ENDTX, _RXTO, _TXSTOPPED = 0x108, 0x110, 0x120, 0x144, 0x158
    _SHORT_ENDRX_TO_RX = 1 << 5
    _STOP_NS = 4 * SERIAL_BYTE_NS  # that it waits for bytes which were under way

    def __init__(self, system: "Nrf52840") -> None:
        self.listens = False
        self._received = 0
        self._sending_until_ns = 0
        super().__init__(system, 0x4000_2000)

    @property
    def is_on(self) -> bool:
        return self.values.get(_ENABLE) == 8

    def task(self, offset: int) -> None:
        if not self.is_on or self.values.get(0x524) != 0x01D60000:
            self.system.complaints.append("the UARTE is off, or not at 115200 baud")
        if offset in (self._STARTTX, self._STARTRX) and not self.system.clock.is_fast_exact():
            self.system.complaints.append("the UARTE is used before its crystal runs")
        if offset == self._STARTTX:
            data = self.sent_bytes()
            self.system.sent += data
            self._sending_until_ns = self.system.now_ns + len(data) * SERIAL_BYTE_NS
            self._later.add(len(data) * SERIAL_BYTE_NS, self._ENDTX)
        elif offset == self._STOPTX:
            self._later.add(0, self._TXSTOPPED)
        elif offset == self._STARTRX:
            self.listens, self._received = True, 0
        elif offset == self._STOPRX:
            self._end_buffer()
            self._later.add(self._STOP_NS, self._RXTO)
        elif offset == self._FLUSHRX:
            self._later.add(0, self._ENDRX)

    def write(self, offset: int, value: int) -> None:
        super().write(offset, value)
        if offset == _ENABLE and not value:
            if self.listens or self.system.now_ns < self._sending_until_ns:
                self.system.complaints.append("the UARTE is switched off while it works")
            self.listens = False

    def advance(self) -> None:
        super().advance()
        while (byte := self.system.serial_take()) is not None:
            if not self.listens:
                self.system.gpiote.line_changed()
                continue
            self.system.write(self.values[_RXD_PTR] + self._received, bytes([byte]))
            self._received += 1
            self.event(self._RXDRDY)
            if self._received == self.values[_RXD_MAXCNT]:
                self._end_buffer()

    def reset(self) -> None:
        super().reset()
        self.listens = False
        self._sending_until_ns = 0

    def _end_buffer(self) -> None:
        self._received = 0
        self.listens = bool(self.values.get(_SHORTS, 0) & self._SHORT_ENDRX_TO_RX)
        self.event(self._ENDRX)
