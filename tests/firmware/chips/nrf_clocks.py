"""The nRF52840's clocks and counters: CLOCK and POWER, RTC, TIMER, WDT."""

from typing import TYPE_CHECKING

from edgekit.firmware.emulate.system import NEVER_NS, PIN, SOFTWARE, WATCHDOG

from .nrf_peripheral import Peripheral

if TYPE_CHECKING:
    from .nrf52840 import Nrf52840

_SECOND_NS = 1_000_000_000
_COUNTER_BITS = 24
_SLOW_HZ = 32768
_COMPARE_0, _CC_0 = 0x140, 0x540


class Clock(Peripheral):
    """With POWER's reset reasons. `crystal` False: the 32768 Hz crystal never starts."""

    crystal = True
    _fast_ns: int | None  # when the 32 MHz crystal runs, if it was started
    _HFCLKSTART, _HFCLKSTOP, _LFCLKSTART, _LFCLKSTOP = 0x000, 0x004, 0x008, 0x00C
    _HFCLKSTARTED, _LFCLKSTARTED = 0x100, 0x104
    _RESETREAS, _LFCLKSTAT, _LFCLKSRC = 0x400, 0x418, 0x518

    def __init__(self, system: "Nrf52840") -> None:
        self._reasons = 0
        super().__init__(system, 0x4000_0000)

    def task(self, offset: int) -> None:
        if offset == self._HFCLKSTART:
            self._later.add(360_000, self._HFCLKSTARTED)
            self._fast_ns = self.system.now_ns + 360_000
        elif offset == self._HFCLKSTOP:
            self._fast_ns = None
        elif offset == self._LFCLKSTART:
            from_crystal = self.values.get(self._LFCLKSRC, 0) == 1
            if self.crystal or not from_crystal:
                self._later.add(250_000_000 if from_crystal else 600_000, self._LFCLKSTARTED)
            self.values[self._LFCLKSTAT] = 1 << 16 | int(from_crystal)
        elif offset == self._LFCLKSTOP:
            self._later.clear()
            self.values[self._LFCLKSTAT] = 0

    @property
    def is_fast_on(self) -> bool:
        """Whether the 32 MHz crystal takes its current."""
        return self._fast_ns is not None

    def is_fast_exact(self) -> bool:
        return self._fast_ns is not None and self.system.now_ns >= self._fast_ns

    @property
    def slow_source(self) -> int:
        """0: RC, 1: crystal."""
        return self.values.get(self._LFCLKSRC, 0)

    def write(self, offset: int, value: int) -> None:
        if offset == self._RESETREAS:
            self._reasons &= ~value
        else:
            super().write(offset, value)

    def read(self, offset: int) -> int:
        return self._reasons if offset == self._RESETREAS else super().read(offset)

    def tell_reasons(self, bits: int) -> None:
        """RESETREAS has these, too."""
        self._reasons |= bits

    def reset_for(self, cause: int) -> None:
        super().reset()
        self._fast_ns = None
        self._reasons |= {PIN: 1, WATCHDOG: 2, SOFTWARE: 4}.get(cause, 0)


class Rtc(Peripheral):
    """A compare less than two ticks ahead is missed, as the data sheet warns."""

    def __init__(self, system: "Nrf52840") -> None:
        self._started_ns: int | None = None
        self._compare_tick: int | None = None
        super().__init__(system, 0x4001_1000)

    def task(self, offset: int) -> None:
        if offset == 0 and self._started_ns is None:
            self._started_ns = self.system.now_ns
        elif offset == 0x004:
            self._started_ns = self._compare_tick = None
        elif offset == 0x008 and self._started_ns is not None:
            self._started_ns = self.system.now_ns

    def leave_running(self) -> None:
        """As the boot loader's own clock was: with an interrupt that was not cleared."""
        self._interrupts, self.values[_COMPARE_0] = 1 << 16, 1
        self._started_ns = self.system.now_ns - 5 * _SECOND_NS

    def read(self, offset: int) -> int:
        if offset == 0x504:
            return self._ticks() & (1 << _COUNTER_BITS) - 1
        return super().read(offset)

    def write(self, offset: int, value: int) -> None:
        super().write(offset, value)
        if offset == 0x508 and self._started_ns is not None:
            self.system.complaints.append("the RTC's prescaler is set while it runs")
        if offset == _CC_0:
            ahead = (value - self._ticks()) % (1 << _COUNTER_BITS)
            self._compare_tick = self._ticks() + (ahead if ahead >= 2 else 1 << _COUNTER_BITS)

    def advance(self) -> None:
        if self._compare_tick is not None and self._ticks() >= self._compare_tick:
            self._compare_tick += 1 << _COUNTER_BITS
            if self.enabled(_COMPARE_0):
                self.event(_COMPARE_0)

    def next_ns(self) -> int:
        if self._compare_tick is None or self._started_ns is None:
            return NEVER_NS
        return self._started_ns - (-self._compare_tick * _SECOND_NS // _SLOW_HZ)

    def reset(self) -> None:
        super().reset()
        self._started_ns = self._compare_tick = None

    def _ticks(self) -> int:
        if self._started_ns is None:
            return 0
        return (self.system.now_ns - self._started_ns) * _SLOW_HZ // _SECOND_NS


class Timer(Peripheral):
    """One compare register: a timer at 1 MHz, or a counter."""

    _START, _COUNT, _SHUTDOWN, _CAPTURE_0 = 0x000, 0x008, 0x010, 0x040
    _MODE = 0x504

    def __init__(self, system: "Nrf52840", number: int) -> None:
        self._count = 0
        super().__init__(system, 0x4000_8000 + 0x1000 * number)

    def task(self, offset: int) -> None:
        if offset == self._START and not self.values.get(self._MODE):
            self._later.add(self.values.get(_CC_0, 0) * 1000, _COMPARE_0)
        elif offset == self._COUNT:
            self._count += 1
        elif offset == self._SHUTDOWN:
            self._later.clear()
            self._count = 0
        elif offset == self._CAPTURE_0:
            self.system.advance()
            self.values[_CC_0] = self._count

    def reset(self) -> None:
        super().reset()
        self._count = 0


class Watchdog(Peripheral):
    def __init__(self, system: "Nrf52840") -> None:
        super().__init__(system, 0x4001_0000)

    def task(self, offset: int) -> None:
        if self.values.get(0x504) != 8 * _SLOW_HZ - 1:
            self.system.complaints.append("the watchdog is not set to 8 s")
        self.system.feed()

    def write(self, offset: int, value: int) -> None:
        if offset == 0x600 and value == 0x6E524635:
            self.system.feed()
        super().write(offset, value)
