"""The nRF52840's TWIM0 and UARTE0, whose DMA reads and writes the RAM."""

from edgekit.firmware.emulate.surroundings import SERIAL_BYTE_NS, Surroundings

from .nrf_clocks import Clock
from .nrf_peripheral import OnEvent, Peripheral
from .nrf_pins import Gpiote

_RXD_PTR, _RXD_MAXCNT, _RXD_AMOUNT, _TXD_PTR, _TXD_MAXCNT = 0x534, 0x538, 0x53C, 0x544, 0x548
_SHORTS, _ENABLE = 0x200, 0x500
_OK, _NACK = 0, 1  # edgekit_error_t
_NACK_NS, _STOP_NS = 25_000, 5_000


def _bytes_to_send(peripheral: Peripheral) -> bytes:
    """Read by DMA, which reaches the RAM alone."""
    at, size = peripheral.values.get(_TXD_PTR, 0), peripheral.values.get(_TXD_MAXCNT, 0)
    around = peripheral.around
    if size and not around.ram.holds(at, size):
        around.complaints.append(f"DMA from {at:#x}, which is no RAM")
        return bytes(size)
    return around.memory.read(at, size) if size else b""


class Twim(Peripheral):
    _STARTRX, _STARTTX, _STOP = 0x000, 0x008, 0x014
    _STOPPED, _ERROR = 0x104, 0x124
    _ERRORSRC, _ADDRESS = 0x4C4, 0x588
    _SHORT_TX_TO_RX, _SHORT_TX_STOP, _SHORT_RX_STOP = 1 << 7, 1 << 9, 1 << 12
    _ERRORSRC_ADDRESS_NACK = 2
    _ENABLE_ON = 6

    def __init__(self, around: Surroundings, on_event: OnEvent) -> None:
        super().__init__(around, 0x4000_3000, on_event)

    def task(self, offset: int) -> None:
        if offset in (self._STARTTX, self._STARTRX):
            if self.values.get(_ENABLE) != self._ENABLE_ON:
                self.around.complaints.append("a transfer while the TWIM is off")
            else:
                self._transfer(offset == self._STARTTX)
        elif offset == self._STOP:
            self.cancel_events()
            if self.around.sensor.clock_out(0) == _OK:
                self.event_after(_STOP_NS, self._STOPPED)

    def write(self, offset: int, value: int) -> None:
        if offset == self._ERRORSRC:
            self.values[offset] = self.values.get(offset, 0) & ~value
            return
        super().write(offset, value)
        if offset == _ENABLE and not value:
            self.cancel_events()

    def _transfer(self, writes: bool) -> None:
        shorts = self.values.get(_SHORTS, 0)
        out = _bytes_to_send(self) if writes else b""
        reads = not writes or shorts & self._SHORT_TX_TO_RX
        wanted = self.values.get(_RXD_MAXCNT, 0) if reads else 0
        ends = shorts & (self._SHORT_RX_STOP if reads else self._SHORT_TX_STOP)
        sensor = self.around.sensor
        sensor.advance(self.around.now_us)
        error, data = sensor.transfer(self.values.get(self._ADDRESS, 0), out, wanted)
        if error == _OK:
            if data:
                self.around.memory.write(self.values[_RXD_PTR], data)
            self.values[_RXD_AMOUNT] = len(data)
            if ends:
                self.event_after(sensor.transfer_us(len(out), len(data)) * 1000, self._STOPPED)
        elif error == _NACK:
            self.values[self._ERRORSRC] = self._ERRORSRC_ADDRESS_NACK
            self.event_after(_NACK_NS, self._ERROR)
        # Else the bus hangs: no event ever comes.


class Uarte(Peripheral):
    """A byte that comes while nobody listens is a level on the line that changed, and is lost."""

    _STARTRX, _STOPRX, _STARTTX, _STOPTX, _FLUSHRX = 0x000, 0x004, 0x008, 0x00C, 0x02C
    _RXDRDY, _ENDRX, _ENDTX, _RXTO, _TXSTOPPED = 0x108, 0x110, 0x120, 0x144, 0x158
    _BAUDRATE, _BAUDRATE_115200 = 0x524, 0x01D6_0000
    _SHORT_ENDRX_TO_RX = 1 << 5
    _ENABLE_ON = 8
    _STOPRX_NS = 4 * SERIAL_BYTE_NS  # that it waits for bytes which were under way

    def __init__(
        self, around: Surroundings, on_event: OnEvent, clock: Clock, gpiote: Gpiote
    ) -> None:
        self.listens = False
        self._clock, self._gpiote = clock, gpiote
        self._received = 0
        self._sending_until_ns = 0
        super().__init__(around, 0x4000_2000, on_event)

    @property
    def is_on(self) -> bool:
        return self.values.get(_ENABLE) == self._ENABLE_ON

    def task(self, offset: int) -> None:
        around = self.around
        if not self.is_on or self.values.get(self._BAUDRATE) != self._BAUDRATE_115200:
            around.complaints.append("the UARTE is off, or not at 115200 baud")
        if offset in (self._STARTTX, self._STARTRX) and not self._clock.is_fast_exact():
            around.complaints.append("the UARTE is used before its crystal runs")
        if offset == self._STARTTX:
            data = _bytes_to_send(self)
            around.sent += data
            self._sending_until_ns = around.now_ns + len(data) * SERIAL_BYTE_NS
            self.event_after(len(data) * SERIAL_BYTE_NS, self._ENDTX)
        elif offset == self._STOPTX:
            self.event_after(0, self._TXSTOPPED)
        elif offset == self._STARTRX:
            self.listens, self._received = True, 0
        elif offset == self._STOPRX:
            self._end_buffer()
            self.event_after(self._STOPRX_NS, self._RXTO)
        elif offset == self._FLUSHRX:
            self.event_after(0, self._ENDRX)

    def write(self, offset: int, value: int) -> None:
        super().write(offset, value)
        if offset == _ENABLE and not value:
            if self.listens or self.around.now_ns < self._sending_until_ns:
                self.around.complaints.append("the UARTE is switched off while it works")
            self.listens = False

    def advance(self) -> None:
        super().advance()
        while (byte := self.around.read_serial()) is not None:
            if not self.listens:
                self._gpiote.line_changed()
                continue
            self.around.memory.write(self.values[_RXD_PTR] + self._received, bytes([byte]))
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
