"""Peripherals of the RP2040 and RP2350 that the images use: I2C, UART, timer, clocks, pins."""

from typing import TYPE_CHECKING

from .system import NEVER_NS, PIN, SERIAL_BYTE_NS, SOFTWARE, WATCHDOG

if TYPE_CHECKING:
    from .rp2 import Rp2

_SDA, _SCL, _INT1 = 1 << 4, 1 << 5, 1 << 6
_SIO_FUNCTION, _I2C_FUNCTION = 5, 3
_OK, _NACK = 0, 1  # edgekit_error_t


class Block:
    """Registers keep what is written, also through the aliases that set, clear or flip bits."""

    def __init__(self, system: "Rp2", base: int, name: str = "") -> None:
        self.system, self.name = system, name
        self.values: dict[int, int] = {}
        system.peripheral(base, self._read, self._write, pages=4)

    def read(self, offset: int) -> int:
        return self.values.get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        self.values[offset] = value

    def reset(self) -> None:
        self.values.clear()

    def _read(self, offset: int) -> int:
        self._check_reset()
        return self.read(offset & 0xFFF)

    def _write(self, offset: int, value: int) -> None:
        self._check_reset()
        alias, offset = offset >> 12, offset & 0xFFF
        old = self.values.get(offset, 0)
        self.write(offset, (value, old ^ value, old | value, old & ~value)[alias])

    def _check_reset(self) -> None:
        if self.name and self.system.resets_block.holds(self.name):
            self.system.complaints.append(f"{self.name} is used while it is in reset")


class Resets(Block):
    """All but what the boot ROM needed is in reset."""

    def read(self, offset: int) -> int:
        return ~self.values.get(0, 0) & 0xFFFFFFFF if offset == 0x8 else super().read(offset)

    def write(self, offset: int, value: int) -> None:
        super().write(offset, value)
        for block in self.system.blocks:
            if block.name and self.holds(block.name):
                block.reset()

    def holds(self, name: str) -> bool:
        return bool(self.values.get(0, 0) >> self.system.chip.reset_bits[name] & 1)

    def reset(self) -> None:
        self.values = {0: sum(1 << bit for bit in self.system.chip.reset_bits.values())}


class Oscillator(Block):
    """XOSC: stable after its start-up delay."""

    crystal = True

    def read(self, offset: int) -> int:
        if offset == 0x4:
            return self.stable() << 31
        return super().read(offset)

    def write(self, offset: int, value: int) -> None:
        super().write(offset, value)
        if offset == 0x0 and value >> 12 == 0xFAB:
            cycles = self.values.get(0xC, 0) * 256
            self._stable_ns = self.system.now_ns + cycles * 1000 // 12

    def stable(self) -> bool:
        return self.crystal and self.system.now_ns >= self._stable_ns

    def reset(self) -> None:
        super().reset()
        self._stable_ns = NEVER_NS


class Pll(Block):
    def read(self, offset: int) -> int:
        if offset == 0x0:
            powered = not self.values[0x4] & 0x21
            return (powered and self.system.oscillator.stable()) << 31 | self.values.get(0, 0)
        return super().read(offset)

    def megahertz(self) -> float:
        posts = self.values.get(0xC, 0x77000)
        return 12 * self.values.get(0x8, 0) / ((posts >> 16 & 7) * (posts >> 12 & 7))

    def reset(self) -> None:
        self.values = {0x4: 0x2D}


class Clocks(Block):
    def read(self, offset: int) -> int:
        if offset == 0x38:
            return 1 << (self.values.get(0x30, 0) & 3)
        if offset == 0x44:
            return 1 << (self.values.get(0x3C, 0) & 1)
        return super().read(offset)

    def write(self, offset: int, value: int) -> None:
        super().write(offset, value)
        if offset == 0x3C and value & 1 and self.system.pll.megahertz() != 48:
            self.system.complaints.append("the core does not run at 48 MHz")


class Timer(Block):
    """Microseconds, once it has a tick; ALARM0 wakes when the lower 32 bits are equal."""

    def read(self, offset: int) -> int:
        now_us = self._us()
        if offset == 0x24:
            return now_us >> 32
        if offset == 0x28:
            return now_us & 0xFFFFFFFF
        return super().read(offset)

    def write(self, offset: int, value: int) -> None:
        self.advance()
        if offset == self.system.chip.timer_intr:
            self._raised &= not value & 1
        elif offset == 0x10:
            ahead = (value - self._us()) & 0xFFFFFFFF
            self._alarm_us = self._us() + (ahead or 1 << 32)
        elif offset == 0x20 and value & 1:
            self._alarm_us = None
        else:
            super().write(offset, value)

    def advance(self) -> None:
        if self._alarm_us is not None and self._us() >= self._alarm_us:
            self._raised, self._alarm_us = True, None

    def interrupt(self) -> bool:
        self.advance()
        return self._raised and bool(self.values.get(self.system.chip.timer_intr + 4, 0) & 1)

    def next_ns(self) -> int:
        return NEVER_NS if self._alarm_us is None else self._alarm_us * 1000 + self._start_ns

    def reset(self) -> None:
        super().reset()
        self._raised = False
        self._alarm_us: int | None = None
        self._start_ns = self.system.now_ns

    def _us(self) -> int:
        if not self.system.ticks():
            self._start_ns = self.system.now_ns
        return (self.system.now_ns - self._start_ns) // 1000


class Watchdog(Block):
    def __init__(self, system: "Rp2", base: int) -> None:
        self._reason = 0
        super().__init__(system, base)

    def read(self, offset: int) -> int:
        return self._reason if offset == 0x8 else super().read(offset)

    def write(self, offset: int, value: int) -> None:
        super().write(offset, value)
        if offset == 0x0 and value >> 31:
            if self.system.psm.values.get(0x8) != self.system.chip.wdsel:
                self.system.complaints.append("a reset that leaves peripherals as they are")
            self.system.want_reset(SOFTWARE)
        elif (offset == 0x0 and value >> 30) or (offset == 0x4 and self.values.get(0, 0) >> 30):
            if self.values.get(0x4) != self.system.chip.watchdog_8_s:
                self.system.complaints.append("the watchdog is not set to 8 s")
            self.system.feed()

    def reset_for(self, cause: int) -> None:
        self.reset()
        self._reason = {WATCHDOG: 1, SOFTWARE: 2}.get(cause, 0)
        self.ran_pin = cause == PIN


class Pins(Block):
    """IO_BANK0; the wires are SIO's to look at."""

    def interrupt(self) -> bool:
        wanted = self.values.get(self.system.chip.inte_0, 0) >> (4 * 6 + 1) & 1
        return bool(wanted) and self.system.sensor_line()

    def function(self, pin: int) -> int:
        return self.values.get(8 * pin + 4, 31) & 31


class Sio(Block):
    """GPIO_IN; SCL that the image makes by hand clocks the sensor when it rises."""

    def read(self, offset: int) -> int:
        if offset != 0x4:
            return super().read(offset)
        low = self._outputs()
        sda = self.system.sensor.clock_out(0) == _OK and not low & _SDA
        return _INT1 * self.system.sensor_line() | _SDA * sda | _SCL * (not low & _SCL)

    def write(self, offset: int, value: int) -> None:
        before = self._outputs()
        if offset == self.system.chip.oe_set:
            self._oe |= value
        elif offset == self.system.chip.oe_clear:
            self._oe &= ~value
        if before & _SCL and not self._outputs() & _SCL:
            self.system.sensor.clock_out(1)

    def reset(self) -> None:
        super().reset()
        self._oe = 0

    def _outputs(self) -> int:
        by_hand = self.system.pins.function(4) == self.system.pins.function(5) == _SIO_FUNCTION
        return self._oe if by_hand else 0


class I2c(Block):
    """DW_apb_i2c: commands wait until the STOP, or until the FIFO for what is read is full."""

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
        self._forget()

    def _forget(self) -> None:
        self._out = bytearray()
        self._reads = self._done_ns = self._abort_source = 0
        self._received: list[int] = []
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
        # Else the bus hangs: no interrupt ever comes.


class Uart(Block):
    """PL011: a FIFO of 32 bytes to send; received ones are told of when the line was idle."""

    _FIFO = 32
    _IDLE_NS = 32 * SERIAL_BYTE_NS // 10

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
            if settings != (6, 33, 0x70, 0x301) or self.system.pins.function(0) != 2:
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
