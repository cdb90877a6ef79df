"""The nRF52840's clocks and counters: CLOCK and POWER, RTC, TIMER, WDT."""

from collections.abc import Callable

from edgekit.firmware.emulate.surroundings import NEVER_NS, PIN, SOFTWARE, WATCHDOG, Surroundings

from .nrf_peripheral import OnEvent, Peripheral

_SECOND_NS = 1_000_000_000
_COUNTER_BITS = 24
_SLOW_HZ = 32768
_COMPARE_0, _CC_0 = 0x140, 0x540  # of RTC and TIMER
HW_DISABLED = 0x5A  # UICR.APPROTECT and APPROTECT.DISABLE: the debug port is open


class Clock(Peripheral):
    """With POWER's reset reasons, VBUS, and APPROTECT.

    `crystal` False: the 32768 Hz crystal never starts. `rc_is_held`: the watchdog outlived
    a reset, and keeps the RC oscillator.
    """

    DCDCEN, APPROTECT_DISABLE = 0x578, 0x558
    crystal, rc_is_held = True, False
    has_vbus = _usb_wanted = False
    vbus_changed_ns = 0
    _usb_supply_ns: int | None = None  # when USB's regulator has settled
    _fast_ns: int | None  # when the 32 MHz crystal runs, if it was started
    _HFCLKSTART, _HFCLKSTOP, _LFCLKSTART, _LFCLKSTOP = 0x000, 0x004, 0x008, 0x00C
    _HFCLKSTARTED, _LFCLKSTARTED = 0x100, 0x104
    _USBDETECTED, _USBREMOVED, _USBPWRRDY, _USBREGSTATUS = 0x11C, 0x120, 0x124, 0x438
    _RESETREAS, _LFCLKSTAT, _LFCLKSRC, _POFCON = 0x400, 0x418, 0x518, 0x510
    _HFCLKSTAT, _GPREGRET, _SYSTEMOFF = 0x40C, 0x51C, 0x500
    _LFCLKSTAT_RUNS, _LFCLKSRC_CRYSTAL = 1 << 16, 1
    _RESETREAS_PIN, _RESETREAS_DOG, _RESETREAS_SREQ = 1 << 0, 1 << 1, 1 << 2
    _STAY_IN_BOOT_LOADER = 0x57
    _USB_SUPPLY_NS = 1_000_000
    _CRYSTAL_START_NS, _RC_START_NS = 250_000_000, 600_000
    fast_start_ns = 360_000  # the 32 MHz crystal's

    def __init__(self, around: Surroundings, on_event: OnEvent) -> None:
        self._reasons = 0
        super().__init__(around, 0x4000_0000, on_event)

    def task(self, offset: int) -> None:
        if offset == self._HFCLKSTART:
            self.event_after(self.fast_start_ns, self._HFCLKSTARTED)
            self._fast_ns = self.around.now_ns + self.fast_start_ns
        elif offset == self._HFCLKSTOP:
            self._fast_ns = None
        elif offset == self._LFCLKSTART:
            from_crystal = self.slow_source == self._LFCLKSRC_CRYSTAL and not self.rc_is_held
            if self.crystal or not from_crystal:
                start_ns = self._CRYSTAL_START_NS if from_crystal else self._RC_START_NS
                self.event_after(start_ns, self._LFCLKSTARTED)
            self.values[self._LFCLKSTAT] = self._LFCLKSTAT_RUNS | int(from_crystal)
        elif offset == self._LFCLKSTOP:
            self.cancel_events()
            self.values[self._LFCLKSTAT] = 0

    @property
    def is_fast_on(self) -> bool:
        """Whether the 32 MHz crystal draws its current."""
        return self._fast_ns is not None

    def is_fast_exact(self) -> bool:
        return self._fast_ns is not None and self.around.now_ns >= self._fast_ns

    @property
    def warns_of_supply(self) -> bool:
        return bool(self.values.get(self._POFCON, 0) & 1)

    @property
    def slow_source(self) -> int:
        """0: RC, 1: crystal."""
        return self.values.get(self._LFCLKSRC, 0)

    def write(self, offset: int, value: int) -> None:
        if offset == self._RESETREAS:
            self._reasons &= ~value
        elif offset == self._SYSTEMOFF and value & 1:
            self.around.power_off()
        else:
            super().write(offset, value)

    def read(self, offset: int) -> int:
        match offset:
            case self._RESETREAS:
                return self._reasons
            case self._HFCLKSTAT:  # the core itself always has a clock
                return 1 << 16 | int(self.is_fast_exact())
            case self._USBREGSTATUS:
                return int(self.has_vbus) | int(self.usb_is_supplied()) << 1
        return super().read(offset)

    def set_vbus(self, is_on: bool) -> None:
        self.has_vbus, self.vbus_changed_ns = is_on, self.around.now_ns
        self.around.wake_by_usb(is_on)
        self.event(self._USBDETECTED if is_on else self._USBREMOVED)
        self.set_usb_regulator(self._usb_wanted)

    def set_usb_regulator(self, is_wanted: bool) -> None:
        """Follow USBD's ENABLE: the regulator runs while that is set and VBUS is there."""
        self._usb_wanted = is_wanted
        if not (is_wanted and self.has_vbus):
            self._usb_supply_ns = None
        elif self._usb_supply_ns is None:
            self._usb_supply_ns = self.around.now_ns + self._USB_SUPPLY_NS
            self.event_after(self._USB_SUPPLY_NS, self._USBPWRRDY)

    def usb_is_supplied(self) -> bool:
        return self._usb_supply_ns is not None and self.around.now_ns >= self._usb_supply_ns

    @property
    def boot_loader_is_wanted(self) -> bool:
        """Whether the image has left the word by which the UF2 boot loader stays."""
        return self.values.get(self._GPREGRET) == self._STAY_IN_BOOT_LOADER

    def add_reasons(self, bits: int) -> None:
        """Set further bits of RESETREAS."""
        self._reasons |= bits

    def reset_for(self, cause: int) -> None:
        super().reset()
        self._fast_ns = None
        self.values[self._POFCON] = 1  # a boot loader may have left it on
        self._reasons |= {
            PIN: self._RESETREAS_PIN,
            WATCHDOG: self._RESETREAS_DOG,
            SOFTWARE: self._RESETREAS_SREQ,
        }.get(cause, 0)


class Rtc(Peripheral):
    """A compare less than two ticks ahead is missed, as the data sheet warns."""

    _START, _STOP, _CLEAR = 0x000, 0x004, 0x008
    _COUNTER, _PRESCALER = 0x504, 0x508
    _INT_COMPARE_0 = 1 << 16

    def __init__(self, around: Surroundings, on_event: OnEvent) -> None:
        self._started_ns: int | None = None
        self._compare_tick: int | None = None
        super().__init__(around, 0x4001_1000, on_event)

    def task(self, offset: int) -> None:
        if offset == self._START and self._started_ns is None:
            self._started_ns = self.around.now_ns
        elif offset == self._STOP:
            self._started_ns = self._compare_tick = None
        elif offset == self._CLEAR and self._started_ns is not None:
            self._started_ns = self.around.now_ns

    def leave_running(self) -> None:
        """Run as the boot loader's own clock: with an interrupt that was not cleared."""
        self._interrupts, self.values[_COMPARE_0] = self._INT_COMPARE_0, 1
        self._started_ns = self.around.now_ns - 5 * _SECOND_NS

    def read(self, offset: int) -> int:
        if offset == self._COUNTER:
            return self._ticks() & (1 << _COUNTER_BITS) - 1
        return super().read(offset)

    def write(self, offset: int, value: int) -> None:
        super().write(offset, value)
        if offset == self._PRESCALER and self._started_ns is not None:
            self.around.complaints.append("the RTC's prescaler is set while it runs")
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
        return (self.around.now_ns - self._started_ns) * _SLOW_HZ // _SECOND_NS


class Timer(Peripheral):
    """One compare register: a timer at 1 MHz, or a counter."""

    COUNT = 0x008
    _START, _SHUTDOWN, _CAPTURE_0 = 0x000, 0x010, 0x040
    _MODE = 0x504

    def __init__(
        self, around: Surroundings, on_event: OnEvent, number: int, advance_all: Callable[[], None]
    ) -> None:
        """`advance_all`: lets every peripheral raise its events, which this one may count."""
        self._count, self._advance_all = 0, advance_all
        super().__init__(around, 0x4000_8000 + 0x1000 * number, on_event)

    def task(self, offset: int) -> None:
        if offset == self._START and not self.values.get(self._MODE):
            self.event_after(self.values.get(_CC_0, 0) * 1000, _COMPARE_0)
        elif offset == self.COUNT:
            self._count += 1
        elif offset == self._SHUTDOWN:
            self.cancel_events()
            self._count = 0
        elif offset == self._CAPTURE_0:
            self._advance_all()
            self.values[_CC_0] = self._count

    def reset(self) -> None:
        super().reset()
        self._count = 0


class Watchdog(Peripheral):
    _CRV, _RR_0, _RR_RELOAD = 0x504, 0x600, 0x6E524635

    def __init__(self, around: Surroundings, on_event: OnEvent) -> None:
        super().__init__(around, 0x4001_0000, on_event)

    def task(self, offset: int) -> None:
        if self.values.get(self._CRV) != 8 * _SLOW_HZ - 1:
            self.around.complaints.append("the watchdog is not set to 8 s")
        self.around.feed_watchdog()

    def write(self, offset: int, value: int) -> None:
        if offset == self._RR_0 and value == self._RR_RELOAD:
            self.around.feed_watchdog()
        super().write(offset, value)
