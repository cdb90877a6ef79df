"""The I2C and the UART of the RP2040 and RP2350, their registers named as in the data sheets."""

from edgekit.firmware.emulate.surroundings import NEVER_NS, SERIAL_BYTE_NS, Surroundings

from .rp2_blocks import Block, Pins
from .rp2_layout import Layout

_FUNCTION_UART, _FUNCTION_I2C = 2, 3
_UART_PIN = 0
_OK, _NACK = 0, 1  # edgekit_error_t
_NACK_NS = 25_000


class I2c(Block):
    """DW_apb_i2c: commands wait until the STOP, or until the FIFO for what is read is full. When it
    hangs in a transfer, it cannot be disabled, and takes no settings, until it is reset."""

    _CON, _TAR, _DATA_CMD, _FS_SCL_HCNT, _FS_SCL_LCNT = 0x00, 0x04, 0x10, 0x1C, 0x20
    _FS_SPKLEN = 0xA0
    _RAW_INTR_STAT, _CLR_INTR, _CLR_TX_ABRT = 0x34, 0x40, 0x54
    _ENABLE, _STATUS, _TX_ABRT_SOURCE = 0x6C, 0x70, 0x80
    _CMD_READ_BIT, _CMD_STOP_BIT = 8, 9
    _TX_ABRT_BIT, _STOP_DET_BIT = 6, 9  # of RAW_INTR_STAT
    _TX_ROOM_BIT, _RX_WAITS_BIT = 1, 3  # of STATUS
    _ABRT_ADDRESS_NACK = 1
    _FIFO = 16
    _FAST_MASTER = 0x65  # CON
    _LEAST_HIGH_NS, _LEAST_LOW_NS, _LEAST_CYCLE_NS = 600, 1300, 2500  # of I2C's fast mode

    _out: bytearray
    _received: list[int]
    _reads: int
    _done_ns: int
    _abort_source: int
    _aborted: bool
    _stopped: bool
    _hangs = False

    def __init__(self, around: Surroundings, layout: Layout, pins: Pins) -> None:
        self._pins, self._clock_mhz = pins, layout.clock_mhz
        super().__init__(around, layout.i2c, "i2c")

    def read_register(self, offset: int) -> int:
        is_done = self.around.now_ns >= self._done_ns
        match offset:
            case self._DATA_CMD:
                return self._received.pop(0) if self._received and is_done else 0
            case self._RAW_INTR_STAT:
                is_stopped = self._stopped and is_done
                return self._aborted << self._TX_ABRT_BIT | is_stopped << self._STOP_DET_BIT
            case self._CLR_INTR:
                self._aborted = self._stopped = False
            case self._CLR_TX_ABRT:
                self._aborted = False
            case self._STATUS:
                waits = bool(self._received) and is_done
                return 1 << self._TX_ROOM_BIT | waits << self._RX_WAITS_BIT
            case self._TX_ABRT_SOURCE:
                return self._abort_source
        return super().read_register(offset)

    def write_register(self, offset: int, value: int) -> None:
        if self._hangs:
            return
        super().write_register(offset, value)
        if offset == self._ENABLE and not value & 1:
            self._forget()
        elif offset == self._DATA_CMD and not self._aborted:
            if value >> self._CMD_READ_BIT & 1:
                self._reads += 1
            else:
                self._out.append(value & 0xFF)
            stop = bool(value >> self._CMD_STOP_BIT & 1)
            if stop or len(self._received) + self._reads == self._FIFO:
                self._transfer(stop)

    def reset(self) -> None:
        super().reset()
        self._hangs = False
        self._forget()

    def _forget(self) -> None:
        self._out = bytearray()
        self._reads = self._done_ns = self._abort_source = 0
        self._received = []
        self._aborted = self._stopped = False

    def _is_fast(self) -> bool:
        """Whether the counts are I2C's at 400 kHz, and no slower than 300 (data sheet, 4.3.14)."""
        high, low = self.values.get(self._FS_SCL_HCNT, 0), self.values.get(self._FS_SCL_LCNT, 0)
        spikes = self.values.get(self._FS_SPKLEN, 0)
        high_ns, low_ns = (1000 * n / self._clock_mhz for n in (high, low))
        cycle_ns = 1000 * (high + spikes + 7 + low + 1) / self._clock_mhz
        is_slow_enough = high_ns >= self._LEAST_HIGH_NS and low_ns >= self._LEAST_LOW_NS
        is_in_time = self._LEAST_CYCLE_NS <= cycle_ns < self._LEAST_CYCLE_NS * 4 / 3
        return is_slow_enough and is_in_time and self.values.get(self._CON) == self._FAST_MASTER

    def _transfer(self, stop: bool) -> None:
        around, sensor = self.around, self.around.sensor
        if not self._pins.bus_is(_FUNCTION_I2C):
            around.complaints.append("a transfer on pins that are not the I2C's")
        if not self._is_fast():
            around.complaints.append(f"the I2C is not set to 400 kHz at {self._clock_mhz} MHz")
        sensor.advance(around.now_us)
        out, reads = bytes(self._out), self._reads
        error, data = sensor.transfer(self.values.get(self._TAR, 0), out, reads)
        self._out, self._reads = bytearray(), 0
        if error == _OK:
            self._received += data
            self._done_ns = around.now_ns + sensor.transfer_us(len(out), reads) * 1000
            self._stopped = stop
        elif error == _NACK:
            self._done_ns = around.now_ns + _NACK_NS
            self._aborted = self._stopped = True
            self._abort_source = self._ABRT_ADDRESS_NACK
        else:
            self._hangs = True  # no interrupt ever comes


class Uart(Block):
    """PL011: a FIFO of 32 bytes to send; received bytes interrupt when the line was idle."""

    _DR, _FR, _IBRD, _FBRD, _LCR_H, _CR, _IMSC, _ICR = (
        *(0x00, 0x18, 0x24, 0x28, 0x2C, 0x30, 0x38, 0x44),
    )
    _FR_RX_EMPTY_BIT, _FR_TX_FULL_BIT = 4, 5
    _INT_TX_BIT, _INT_RX_IDLE_BIT = 5, 6
    _AT_115200 = (6, 33, 0x70, 0x301)  # of 12 MHz, 8N1 with FIFOs, on
    _FIFO = 32
    _IDLE_NS = 32 * SERIAL_BYTE_NS // 10
    _free_ns: int
    _drained_from_ns: int

    def __init__(self, around: Surroundings, base: int, pins: Pins) -> None:
        self._pins = pins
        super().__init__(around, base, "uart")

    def read_register(self, offset: int) -> int:
        if offset == self._DR:
            return self.around.read_serial() or 0
        if offset == self._FR:
            is_full = self._behind_ns() >= self._FIFO * SERIAL_BYTE_NS
            is_empty = not self.around.serial_waits()
            return is_full << self._FR_TX_FULL_BIT | is_empty << self._FR_RX_EMPTY_BIT
        return super().read_register(offset)

    def write_register(self, offset: int, value: int) -> None:
        super().write_register(offset, value)
        if offset == self._DR:
            registers = (self._IBRD, self._FBRD, self._LCR_H, self._CR)
            settings = tuple(self.values.get(register) for register in registers)
            if settings != self._AT_115200 or self._pins.function(_UART_PIN) != _FUNCTION_UART:
                self.around.complaints.append("the UART is not at 115200 baud, or has no pin")
            self.around.sent.append(value & 0xFF)
            self._free_ns = max(self._free_ns, self.around.now_ns) + SERIAL_BYTE_NS
        elif offset == self._ICR:
            self._drained_from_ns = self.around.now_ns

    def interrupt(self) -> bool:
        now_ns, masks = self.around.now_ns, self.values.get(self._IMSC, 0)
        is_drained = self._drained_from_ns < self._half_ns() <= now_ns
        is_idle = self.around.first_waiting_ns() + self._IDLE_NS <= now_ns
        return bool(
            (masks >> self._INT_TX_BIT & 1 and is_drained)
            or (masks >> self._INT_RX_IDLE_BIT & 1 and is_idle)
        )

    def next_ns(self) -> int:
        """Return when the FIFO will be half empty, or the line idle after bytes."""
        half_ns = self._half_ns()
        coming_ns = half_ns if half_ns > self.around.now_ns else NEVER_NS
        return min(coming_ns, self.around.first_waiting_ns() + self._IDLE_NS)

    def reset(self) -> None:
        super().reset()
        self._free_ns = self._drained_from_ns = 0

    def _behind_ns(self) -> int:
        return max(self._free_ns - self.around.now_ns, 0)

    def _half_ns(self) -> int:
        return self._free_ns - self._FIFO // 2 * SERIAL_BYTE_NS
