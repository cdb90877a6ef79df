"""Peripherals of the RP2040 and RP2350 that the images use: resets, clocks, timer, pins.

Registers are named as in the RP2040's data sheet.
"""

from collections.abc import Callable, Mapping

from edgekit.firmware.emulate.surroundings import NEVER_NS, PIN, SOFTWARE, WATCHDOG, Surroundings

from .rp2_layout import Layout

_SDA_PIN, _SCL_PIN, _INT1_PIN, _USB_PIN, _LED_PIN = 4, 5, 6, 24, 25
_FUNCTION_SIO, _FUNCTION_NULL = 5, 31
_CRYSTAL_MHZ = 12
_OK = 0  # edgekit_error_t


class Block:
    """Registers keep what is written, also through the aliases that set, clear or flip bits.

    Subclasses act in `read_register` and `write_register`. A block that RESETS holds has a name.
    """

    pages = 4  # the registers, then their aliases: XOR, SET, CLR

    def __init__(self, around: Surroundings, base: int, name: str = "") -> None:
        self.is_clocked: Callable[[], bool] = lambda: True  # by a clock of its own, beside clk_sys
        self.around, self.base, self.name = around, base, name
        self.is_held = False  # in reset
        self.values: dict[int, int] = {}

    def read_register(self, offset: int) -> int:
        return self.values.get(offset, 0)

    def write_register(self, offset: int, value: int) -> None:
        self.values[offset] = value

    def reset(self) -> None:
        self.values.clear()

    def read(self, offset: int) -> int:
        self._check_reset()
        return self.read_register(offset & 0xFFF)

    def write(self, offset: int, value: int) -> None:
        self._check_reset()
        alias, offset = offset >> 12, offset & 0xFFF
        old = self.values.get(offset, 0)
        self.write_register(offset, (value, old ^ value, old | value, old & ~value)[alias])

    def _check_reset(self) -> None:
        if self.is_held:
            self.around.complaints.append(f"{self.name} is used while it is in reset")


class Resets(Block):
    """All but what the boot ROM needed is in reset."""

    _RESET, _RESET_DONE = 0x0, 0x8

    def __init__(
        self, around: Surroundings, base: int, bits: Mapping[str, int], blocks: list[Block]
    ) -> None:
        """`blocks`: those of a name in `bits` are held in reset."""
        self._bits = bits
        self._blocks = [block for block in blocks if block.name]
        self._left: set[str] = set()  # the blocks that were seen out of their reset
        super().__init__(around, base)

    def read_register(self, offset: int) -> int:
        if offset == self._RESET_DONE:
            return ~self.values.get(self._RESET, 0) & ~self._waiting() & 0xFFFFFFFF
        return super().read_register(offset)

    def write_register(self, offset: int, value: int) -> None:
        super().write_register(offset, value)
        self._hold()
        for block in self._blocks:
            if block.is_held:
                block.reset()

    def reset(self) -> None:
        self.values = {self._RESET: sum(1 << bit for bit in self._bits.values())}
        self._hold()

    def _waiting(self) -> int:
        """Return the blocks that cannot leave their reset, because their own clock stands still.

        One that has left it may be without its clock afterwards, as the ADC between two readings.
        """
        released = [block for block in self._blocks if not block.is_held]
        self._left |= {block.name for block in released if block.is_clocked()}
        waiting = [block for block in released if block.name not in self._left]
        complaints = self.around.complaints
        for complaint in (f"{block.name} leaves its reset without its clock" for block in waiting):
            if complaint not in complaints:  # it is polled
                complaints.append(complaint)
        return sum(1 << self._bits[block.name] for block in waiting)

    def _hold(self) -> None:
        for block in self._blocks:
            block.is_held = bool(self.values.get(self._RESET, 0) >> self._bits[block.name] & 1)
        self._left -= {block.name for block in self._blocks if block.is_held}


class Oscillator(Block):
    """XOSC: stable after its start-up delay."""

    _CTRL, _STATUS, _STARTUP = 0x0, 0x4, 0xC
    _CTRL_ENABLE, _STATUS_STABLE_BIT = 0xFAB, 31
    _DORMANT, _DORMANT_WORD = 0x8, 0x636F6D61
    crystal = True
    on_dormant: Callable[[], None]
    _stable_ns: int

    def read_register(self, offset: int) -> int:
        if offset == self._STATUS:
            return self.is_stable() << self._STATUS_STABLE_BIT
        return super().read_register(offset)

    def write_register(self, offset: int, value: int) -> None:
        super().write_register(offset, value)
        if offset == self._CTRL and value >> 12 == self._CTRL_ENABLE:
            cycles = self.values.get(self._STARTUP, 0) * 256
            self._stable_ns = self.around.now_ns + cycles * 1000 // _CRYSTAL_MHZ
        elif offset == self._DORMANT and value == self._DORMANT_WORD:
            self.on_dormant()

    def is_stable(self) -> bool:
        return self.crystal and self.around.now_ns >= self._stable_ns

    def reset(self) -> None:
        super().reset()
        self._stable_ns = NEVER_NS


class Pll(Block):
    _CS, _PWR, _FBDIV_INT, _PRIM = 0x0, 0x4, 0x8, 0xC
    _PWR_DSM = 1 << 2
    _LEAST_MHZ, _MOST_MHZ = 750, 1600  # of its oscillator
    _CS_LOCK_BIT, _PWR_RESET, _PWR_VCO_AND_MAIN, _PRIM_RESET = 31, 0x2D, 0x21, 0x77000

    def __init__(
        self, around: Surroundings, base: int, oscillator: Oscillator, name: str = "pll"
    ) -> None:
        self._oscillator = oscillator
        super().__init__(around, base, name)

    def read_register(self, offset: int) -> int:
        if offset == self._CS:
            is_powered = not self.values[self._PWR] & self._PWR_VCO_AND_MAIN
            is_locked = is_powered and self._oscillator.is_stable()
            return is_locked << self._CS_LOCK_BIT | self.values.get(self._CS, 0)
        return super().read_register(offset)

    @property
    def is_powered(self) -> bool:
        return not self.is_held and not self.values[self._PWR] & 1

    def megahertz(self) -> float:
        """Return what it gives; 0 where a part of it has no power or it has not locked."""
        if self.is_held or self.values[self._PWR] & self._PWR_RESET & ~self._PWR_DSM:
            return 0
        posts = self.values.get(self._PRIM, self._PRIM_RESET)
        multiplied = _CRYSTAL_MHZ * self.values.get(self._FBDIV_INT, 0)
        if not self._LEAST_MHZ <= multiplied <= self._MOST_MHZ:
            self.around.complaints.append(f"the PLL's oscillator runs at {multiplied} MHz")
        return multiplied / ((posts >> 16 & 7) * (posts >> 12 & 7))

    def reset(self) -> None:
        self.values = {self._PWR: self._PWR_RESET}


class Clocks(Block):
    _REF_CTRL, _REF_SELECTED, _SYS_CTRL, _SYS_SELECTED = 0x30, 0x38, 0x3C, 0x44
    _PERI_CTRL, _PERI_ENABLE_BIT = 0x48, 11

    _REF_CRYSTAL = 2
    _USB_ENABLE_BIT, _USB_FROM_PLL_USB, _USB_FROM_PLL_SYS = 11, 0, 1

    def __init__(
        self,
        around: Surroundings,
        layout: Layout,
        pll: Pll,
        pll_usb: Pll,
        on_change: Callable[[float], None],
    ) -> None:
        """`on_change` takes the core's megahertz whenever they change."""
        self._pll, self._pll_usb, self._usb_ctrl = pll, pll_usb, layout.clk_usb_ctrl
        self._adc_ctrl = layout.clk_adc_ctrl
        self._mhz, self._on_change = layout.clock_mhz, on_change
        super().__init__(around, layout.clocks)

    def usb_megahertz(self) -> float:
        """Return what clk_usb has; 0 where it is off."""
        return self._megahertz(self.values.get(self._usb_ctrl, 0))

    def adc_megahertz(self) -> float:
        """Return what clk_adc has, whose sources have the numbers of clk_usb's."""
        return self._megahertz(self.values.get(self._adc_ctrl, 0))

    def peripherals_run(self) -> bool:
        """Return whether clk_peri, the UART's, is enabled."""
        return bool(self.values.get(self._PERI_CTRL, 0) >> self._PERI_ENABLE_BIT & 1)

    @property
    def core_has_crystal(self) -> bool:
        """Whether the core runs from the crystal alone."""
        from_reference = not self.values.get(self._SYS_CTRL, 0) & 1
        return from_reference and self.values.get(self._REF_CTRL, 0) & 3 == self._REF_CRYSTAL

    def _megahertz(self, control: int) -> float:
        sources = {self._USB_FROM_PLL_USB: self._pll_usb, self._USB_FROM_PLL_SYS: self._pll}
        source = sources.get(control >> 5 & 7)
        return source.megahertz() if source and control >> self._USB_ENABLE_BIT & 1 else 0

    def read_register(self, offset: int) -> int:
        if offset == self._REF_SELECTED:
            return 1 << (self.values.get(self._REF_CTRL, 0) & 3)
        if offset == self._SYS_SELECTED:
            return 1 << (self.values.get(self._SYS_CTRL, 0) & 1)
        return super().read_register(offset)

    def write_register(self, offset: int, value: int) -> None:
        super().write_register(offset, value)
        if offset != self._SYS_CTRL:
            return
        mhz = self._pll.megahertz() if value & 1 else _CRYSTAL_MHZ
        if value & 1 and mhz != self._mhz:
            self.around.complaints.append(f"the core runs at {mhz:g} MHz, not at {self._mhz}")
        self._on_change(mhz)


class Timer(Block):
    """Microseconds, once it has a tick; ALARM0 wakes when the lower 32 bits are equal."""

    _ALARM0, _ARMED, _TIMERAWH, _TIMERAWL = 0x10, 0x20, 0x24, 0x28
    _raised: bool
    _alarm_us: int | None
    _start_ns: int

    def __init__(self, around: Surroundings, layout: Layout, has_ticks: Callable[[], bool]) -> None:
        self._intr, self._inte = layout.timer_intr, layout.timer_intr + 4
        self._has_ticks = has_ticks
        super().__init__(around, layout.timer, "timer")

    def read_register(self, offset: int) -> int:
        now_us = self._us()
        if offset == self._TIMERAWH:
            return now_us >> 32
        if offset == self._TIMERAWL:
            return now_us & 0xFFFFFFFF
        return super().read_register(offset)

    def write_register(self, offset: int, value: int) -> None:
        self._advance()
        if offset == self._intr:
            self._raised = self._raised and not value & 1
        elif offset == self._ALARM0:
            ahead = (value - self._us()) & 0xFFFFFFFF
            self._alarm_us = self._us() + (ahead or 1 << 32)
        elif offset == self._ARMED and value & 1:
            self._alarm_us = None
        else:
            super().write_register(offset, value)

    def interrupt(self) -> bool:
        self._advance()
        return self._raised and bool(self.values.get(self._inte, 0) & 1)

    def next_ns(self) -> int:
        return NEVER_NS if self._alarm_us is None else self._alarm_us * 1000 + self._start_ns

    def reset(self) -> None:
        super().reset()
        self._raised = False
        self._alarm_us = None
        self._start_ns = self.around.now_ns

    def _advance(self) -> None:
        if self._alarm_us is not None and self._us() >= self._alarm_us:
            self._raised, self._alarm_us = True, None

    def _us(self) -> int:
        if not self._has_ticks():
            self._start_ns = self.around.now_ns
        return (self.around.now_ns - self._start_ns) // 1000


class Watchdog(Block):
    TICK = 0x2C  # the RP2040's
    _CTRL, _LOAD, _REASON = 0x0, 0x4, 0x8
    _CTRL_TRIGGER_BIT, _CTRL_ENABLE_BIT = 31, 30
    _REASON_TIMER, _REASON_FORCE = 1, 2
    _PSM_WDSEL = 0x8
    ran_pin: bool

    def __init__(self, around: Surroundings, layout: Layout, psm: Block) -> None:
        self._reason, self._layout, self._psm = 0, layout, psm
        super().__init__(around, layout.watchdog)

    def read_register(self, offset: int) -> int:
        return self._reason if offset == self._REASON else super().read_register(offset)

    def write_register(self, offset: int, value: int) -> None:
        super().write_register(offset, value)
        control = self.values.get(self._CTRL, 0)
        if offset == self._CTRL and value >> self._CTRL_TRIGGER_BIT:
            if self._psm.values.get(self._PSM_WDSEL) != self._layout.psm_wdsel_all:
                self.around.complaints.append("a reset that leaves peripherals as they are")
            self.around.want_reset(SOFTWARE)
        elif offset in (self._CTRL, self._LOAD) and control >> self._CTRL_ENABLE_BIT:
            if self.values.get(self._LOAD) != self._layout.watchdog_load_8_s:
                self.around.complaints.append("the watchdog is not set to 8 s")
            self.around.feed_watchdog()
        elif offset == self._CTRL:
            self.around.stop_watchdog()

    def reset_for(self, cause: int) -> None:
        self.reset()
        self._reason = {WATCHDOG: self._REASON_TIMER, SOFTWARE: self._REASON_FORCE}.get(cause, 0)
        self.ran_pin = cause == PIN


class Pins(Block):
    """IO_BANK0; the wires are SIO's to look at."""

    _INTE_HIGH = 1 << (4 * _INT1_PIN + 1)

    def __init__(self, around: Surroundings, layout: Layout) -> None:
        self._inte0 = layout.io_inte0
        super().__init__(around, layout.io, "io")

    def interrupt(self) -> bool:
        is_wanted = self.values.get(self._inte0, 0) & self._INTE_HIGH
        return bool(is_wanted) and self.around.sensor_line()

    def function(self, pin: int) -> int:
        return self.values.get(8 * pin + 4, _FUNCTION_NULL) & 31

    def bus_is(self, function: int) -> bool:
        """Whether both pins of the sensor's bus have this function."""
        return self.function(_SDA_PIN) == self.function(_SCL_PIN) == function


class Sio(Block):
    """GPIO_IN; SCL that the image makes by hand clocks the sensor when it rises."""

    _GPIO_IN = 0x4
    _outputs: int
    _lit_us: int | None
    has_usb_power = False

    def __init__(self, around: Surroundings, layout: Layout, pins: Pins) -> None:
        self._oe_set, self._oe_clr, self._pins = layout.gpio_oe_set, layout.gpio_oe_clr, pins
        self._out_set, self._out_clr = layout.gpio_out_set, layout.gpio_out_clr
        self.blinks: list[tuple[int, int]] = []  # microseconds: lit at, for so long
        super().__init__(around, 0xD000_0000)

    def read_register(self, offset: int) -> int:
        if offset != self._GPIO_IN:
            return super().read_register(offset)
        sda = self.around.sensor.clock_out(0) == _OK and not self._pulls_low(_SDA_PIN)
        scl = not self._pulls_low(_SCL_PIN)
        usb = self.has_usb_power and self._pins.function(_USB_PIN) == _FUNCTION_SIO
        bus = sda << _SDA_PIN | scl << _SCL_PIN
        return self.around.sensor_line() << _INT1_PIN | bus | usb << _USB_PIN

    def write_register(self, offset: int, value: int) -> None:
        was_low = self._pulls_low(_SCL_PIN)
        if offset == self._oe_set:
            self._outputs |= value
        elif offset == self._oe_clr:
            self._outputs &= ~value
        elif offset in (self._out_set, self._out_clr) and value >> _LED_PIN & 1:
            self._light(offset == self._out_set)
        if was_low and not self._pulls_low(_SCL_PIN):
            self.around.sensor.clock_out(1)

    def reset(self) -> None:
        super().reset()
        self._outputs = 0
        self._lit_us = None

    def _light(self, is_on: bool) -> None:
        if not self._outputs >> _LED_PIN & 1 or self._pins.function(_LED_PIN) != _FUNCTION_SIO:
            self.around.complaints.append("the light's pin is no output")
        if is_on and self._lit_us is None:
            self._lit_us = self.around.now_us
        elif not is_on and self._lit_us is not None:
            self.blinks.append((self._lit_us, self.around.now_us - self._lit_us))
            self._lit_us = None

    def drives_low(self, pin: int) -> bool:
        """Whether it drives a pin that has its function; no image here sets one high."""
        return bool(self._outputs >> pin & 1)

    def _pulls_low(self, pin: int) -> bool:
        return self._pins.bus_is(_FUNCTION_SIO) and bool(self._outputs >> pin & 1)
