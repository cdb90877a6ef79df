"""The I2C and the UART of the RP2040 and RP2350."""

from edgekit.firmware.emulate.system import NEVER_NS, SERIAL_BYTE_NS

from .rp2_blocks import Block

_UART_FUNCTION, _I2C_FUNCTION = 2, 3
_OK, _NACK = 0, 1  # edgekit_error_t


class I2c(Block):
    """DW_apb_i2c: commands wait until the STOP, or until the FIFO for what is read is full. When it
    hangs in a transfer, it cannot be disabled, and takes no settings, until it is reset."""

    _out: bytearray
    _received: list[int]
    _reads: int
    _done_ns: int
    _abort_source: int
    _aborted: bool
    _stopped: bool
    _hangs = False

    def read(self, offset: int) -> int:
        done = self.system.now_ns >= self._done_ns
        match offset:
            case 0x10:
                return self._received.pop(0) if self._received and done else 0
            case 0x34:
                return self._aborted << 6 | (self._stopped and done) << 9
            case 0x40:
                self._aborted = self._stopped = False
            case 0x54:
                self._aborted = False
            case 0x70:
                return 1 << 1 | (bool(self._received) and done) << 3
            case 0x80:
                return self._abort_source
        return super().read(offset)

    def write(self, offset: int, value: int) -> None:
        if self._hangs:
            return
        super().write(offset, value)
        if offset == 0x6C and not value & 1:
            self._forget()
        elif offset == 0x10 and not self._aborted:
            if value >> 8 & 1:
                self._reads += 1
            else:
                self._out.append(value & 0xFF)
            if value >> 9 & 1 or len(self._received) + self._reads == 16:
                self._transfer(stop=bool(value >> 9 & 1))

    def reset(self) -> None:
        super().reset()
        self._hangs = False
        self._forget()

    def _forget(self) -> None:
        self._out = bytearray()
        self._reads = self._done_ns = self._abort_source = 0
        self._received = []
        self._aborted = self._stopped = False

    def _transfer(self, stop: bool) -> None:
        system = self.system
        if not system.pins.function(4) == system.pins.function(5) == _I2C_FUNCTION:
            system.complaints.append("a transfer on pins that are not the I2C's")
        if (self.values.get(0x1C), self.values.get(0x20), self.values.get(0x0)) != (48, 72, 0x65):
            system.complaints.append("the I2C is not set to 400 kHz at 48 MHz")
        system.sensor.advance(system.now_us)
        out, reads = bytes(self._out), self._reads
        error, data = system.sensor.transfer(self.values.get(0x4, 0), out, reads)
        self._out, self._reads = bytearray(), 0
        if error == _OK:
            self._received += data
            self._done_ns = system.now_ns + system.sensor.transfer_us(len(out), reads) * 1000
            self._stopped = stop
        elif error == _NACK:
            self._done_ns = system.now_ns + 25_000
            self._aborted, self._stopped, self._abort_source = True, True, 1
        else:
            self._hangs = True  # no interrupt ever comes


class Uart(Block):
    """PL011: a FIFO of 32 bytes to send; received ones are told of when the line was idle."""

    _FIFO = 32
    _IDLE_NS = 32 * SERIAL_BYTE_NS // 10
    _free_ns: int
    _drained_from_ns: int

    def read(self, offset: int) -> int:
        if offset == 0x0:
            return self.system.serial_take() or 0
        if offset == 0x18:
            full = self._behind_ns() >= self._FIFO * SERIAL_BYTE_NS
            return full << 5 | (not self.system.serial_waits()) << 4
        return super().read(offset)

    def write(self, offset: int, value: int) -> None:
        super().write(offset, value)
        if offset == 0x0:
            settings = tuple(self.values.get(at) for at in (0x24, 0x28, 0x2C, 0x30))
            if settings != (6, 33, 0x70, 0x301) or self.system.pins.function(0) != _UART_FUNCTION:
                self.system.complaints.append("the UART is not at 115200 baud, or has no pin")
            self.system.sent.append(value & 0xFF)
            self._free_ns = max(self._free_ns, self.system.now_ns) + SERIAL_BYTE_NS
        elif offset == 0x44:
            self._drained_from_ns = self.system.now_ns

    def interrupt(self) -> bool:
        now_ns, masks = self.system.now_ns, self.values.get(0x38, 0)
        drained = self._drained_from_ns < self._half_ns() <= now_ns
        told = self.system.first_waiting_ns() + self._IDLE_NS <= now_ns
        return bool((masks >> 5 & 1 and drained) or (masks >> 6 & 1 and told))

    def next_ns(self) -> int:
        """When the FIFO will be half empty, or the line idle after bytes."""
        half = self._half_ns()
        coming = half if half > self.system.now_ns else NEVER_NS
        return min(coming, self.system.first_waiting_ns() + self._IDLE_NS)

    def reset(self) -> None:
        super().reset()
        self._free_ns = self._drained_from_ns = 0

    def _behind_ns(self) -> int:
        return max(self._free_ns - self.system.now_ns, 0)

    def _half_ns(self) -> int:
        return self._free_ns - self._FIFO // 2 * SERIAL_BYTE_NS
