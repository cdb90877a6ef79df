"""Peripherals of the RP2040 and RP2350 that the images use: resets, clocks, timer, pins."""

from typing import TYPE_CHECKING

from edgekit.firmware.emulate.system import NEVER_NS, PIN, SOFTWARE, WATCHDOG

if TYPE_CHECKING:
    from .rp2 import Rp2

_SDA, _SCL, _INT1 = 1 << 4, 1 << 5, 1 << 6
_SIO_FUNCTION = 5
_OK = 0  # edgekit_error_t


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
    _stable_ns: int

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

    _raised: bool
    _alarm_us: int | None
    _start_ns: int

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
            self._raised = self._raised and not value & 1
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
        self._alarm_us = None
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

    _oe: int

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
