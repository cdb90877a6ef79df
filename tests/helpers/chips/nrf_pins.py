"""The nRF52840's pins as the XIAO wires them: GPIO with its latch, and GPIOTE's PORT event."""

from collections.abc import Callable

from edgekit.firmware.emulate.surroundings import Surroundings

from .nrf_peripheral import OnEvent, Peripheral

_OUTSET, _OUTCLR, _IN, _LATCH, _PIN_CNF = 0x508, 0x50C, 0x510, 0x520, 0x700
_PORT_1 = 0x300  # port 1's registers, behind port 0's
_PIN_CNF_OUTPUT, _SENSE_HIGH, _SENSE_LOW = 1 << 0, 2, 3
_INT1_PIN, _SDA_PIN, _SCL_PIN = 28, 4, 5
_BATTERY_ENABLE_PIN, _LED_PIN = 14, 26
_RXD_PIN = 12  # of port 1
_FLASH_DATA_PIN, _FLASH_CLOCK_PIN, _FLASH_SELECT_PIN = 20, 21, 25
_FLASH_HIGH_PINS = (22, 23)  # WP# and HOLD#: floating, they may hold the command


class Gpio(Peripheral):
    """Port 0's sensor lines, port 1's serial line with its latch; a rising SCL that the image makes
    by hand clocks the sensor. `flash_commands`: the bits of each command to the board's flash chip,
    by hand. `line_low`: the serial line's other end has no power.
    """

    line_low = False

    def __init__(
        self, around: Surroundings, on_event: OnEvent, advance_all: Callable[[], None]
    ) -> None:
        """`advance_all`: lets every peripheral act up to now, which may set the latch."""
        self._out = self._latch = 0
        self._advance_all = advance_all
        self.flash_commands: list[str] = []
        self.blinks: list[tuple[int, int]] = []  # microseconds: lit at, for so long
        self._lit_us: int | None = None
        self.flash_selected = False
        super().__init__(around, 0x5000_0000, on_event)

    def read(self, offset: int) -> int:
        if offset == _PORT_1 + _IN:
            return (not self.line_low) << _RXD_PIN
        if offset == _PORT_1 + _LATCH:
            self._advance_all()
            return self._latch
        if offset != _IN:
            return super().read(offset)
        sda = self.around.sensor.clock_out(0) == 0 and not self.drives_low(_SDA_PIN)
        scl = not self.drives_low(_SCL_PIN)
        return self.around.sensor_line() << _INT1_PIN | sda << _SDA_PIN | scl << _SCL_PIN

    def write(self, offset: int, value: int) -> None:
        before = self.sense(_PORT_1, _RXD_PIN)
        super().write(offset, value)
        if offset == _OUTSET:
            if value >> _SCL_PIN & 1 and self.drives_low(_SCL_PIN):
                self.around.sensor.clock_out(1)
            self._drive(self._out | value)
        elif offset == _OUTCLR:
            self._drive(self._out & ~value)
        elif offset == _PORT_1 + _LATCH and not self.senses_level():
            self._latch &= ~value
        elif self.sense(_PORT_1, _RXD_PIN) == _SENSE_LOW != before:
            self.latch()  # anomaly 210, whether the input was connected before or not

    def reset(self) -> None:
        super().reset()
        self._out = self._latch = 0
        self.flash_selected = False

    def interrupt(self) -> bool:
        return False

    def sense(self, port: int, pin: int) -> int:
        return self.values.get(port + _PIN_CNF + 4 * pin, 0) >> 16 & 3

    def senses_level(self) -> bool:
        """Whether the serial line, when nobody sends, has the level that is sensed."""
        wanted = _SENSE_LOW if self.line_low else _SENSE_HIGH
        return self.sense(_PORT_1, _RXD_PIN) == wanted

    def senses_sensor(self) -> bool:
        """Whether the sensor's INT1 has the level that is sensed."""
        return self.sense(0, _INT1_PIN) == _SENSE_HIGH and self.around.sensor_line()

    def senses_start(self) -> bool:
        """Whether a byte's first bit, which is low, would be sensed on the serial line."""
        return self.sense(_PORT_1, _RXD_PIN) == _SENSE_LOW

    def latch(self) -> None:
        self._latch |= 1 << _RXD_PIN

    def _drive(self, out: int) -> None:
        raised, self._out = out & ~self._out, out
        selected = self.drives_low(_FLASH_SELECT_PIN)
        if selected and not self.flash_selected:
            self.flash_commands.append("")
        elif selected and raised >> _FLASH_CLOCK_PIN & 1:
            self.flash_commands[-1] += str(out >> _FLASH_DATA_PIN & 1)
            if not all(map(self._drives_high, _FLASH_HIGH_PINS)):
                self.around.complaints.append(
                    "the flash chip is clocked with WP# or HOLD# floating"
                )
        self.flash_selected = selected
        self._look_at_light()

    def _look_at_light(self) -> None:
        is_lit, now_us = self.drives_low(_LED_PIN), self.around.now_us
        if is_lit and self._lit_us is None:
            self._lit_us = now_us
        elif not is_lit and self._lit_us is not None:
            self.blinks.append((self._lit_us, now_us - self._lit_us))
            self._lit_us = None

    @property
    def battery_is_divided(self) -> bool:
        """Whether P0.31 sees a third of the battery; otherwise the whole of it."""
        return self.drives_low(_BATTERY_ENABLE_PIN)

    @property
    def wakes_from_off(self) -> bool:
        """Whether a pin is sensed, which would wake the chip from System OFF."""
        pins = [(port, pin) for port in (0, _PORT_1) for pin in range(32)]
        return any(self.sense(port, pin) for port, pin in pins)

    def drives_low(self, pin: int) -> bool:
        """Whether port 0 drives this pin low, where no peripheral drives it."""
        return self._is_output(pin) and not self._out >> pin & 1

    def _drives_high(self, pin: int) -> bool:
        return self._is_output(pin) and bool(self._out >> pin & 1)

    def _is_output(self, pin: int) -> bool:
        return bool(self.values.get(_PIN_CNF + 4 * pin, 0) & _PIN_CNF_OUTPUT)


class Gpiote(Peripheral):
    """The PORT event: when the first of the sensed pins gets the level that is sensed."""

    _PORT = 0x17C

    def __init__(self, around: Surroundings, on_event: OnEvent, gpio: Gpio) -> None:
        self._detected, self._gpio = False, gpio
        super().__init__(around, 0x4000_6000, on_event)

    def advance(self) -> None:
        detected = self._gpio.senses_sensor()
        if self._gpio.senses_level():
            self._gpio.latch()
            detected = True
        if detected and not self._detected:
            self.event(self._PORT)
        self._detected = detected

    def line_changed(self) -> None:
        """The serial line was low for a moment: no event while another pin is detected."""
        if self._gpio.senses_start():
            self._gpio.latch()
            if not self._detected:
                self.event(self._PORT)

    def reset(self) -> None:
        super().reset()
        self._detected = False
