"""The XIAO nRF52840: its image, on peripherals modelled as far as the image uses them."""

from pathlib import Path

from edgekit.firmware.build.board import PAGE_BYTES, board
from edgekit.firmware.emulate.sensor import Sensor
from edgekit.firmware.emulate.system import System

from .nrf_clocks import Clock, Rtc, Timer, Watchdog
from .nrf_peripheral import Peripheral
from .nrf_serial import Twim, Uarte

DEVICE_ID = bytes.fromhex("fedcba9876543210")
_FICR, _NVMC, _PPI, _GPIOTE, _GPIO = 0x1000_0000, 0x4001_E000, 0x4001_F000, 0x4000_6000, 0x5000_0000
_INT1, _SDA, _SCL = 1 << 3, 1 << 4, 1 << 5
_PORT = 0x17C
_IN, _LATCH, _PIN_CNF = 0x510, 0x520, 0x700
_PORT_1 = 0x300
_RXD_PIN = 12  # of port 1
_FLASH_DATA, _FLASH_CLOCK, _FLASH_SELECT = 20, 21, 25
_SENSE_HIGH, _SENSE_LOW = 2, 3
_ANOMALY_246 = 0x4007_A000
_ALL, _USB = (1 << 48) - 1, 1 << 39  # interrupts
_WRITES_TO_A_WORD = 2  # between erasures: nWRITE


class Nrf52840(System):
    """`complaints`: what the image did that the chip does not allow, or that its data sheet warns
    of; a test wants none. `line_low`: the serial line's other end has no power."""

    line_low = False
    vectors = 0x27000  # the boot loader leaves by this image's first two words

    def __init__(self, image: Path, sensor: Sensor) -> None:
        self.complaints: list[str] = []
        super().__init__(image, board("xiao-nrf52840"), "cortex-m4", sensor)

    def add_peripherals(self) -> None:
        assert self.board.ram is not None
        self.ram = self.board.ram
        self.clock, self.uarte, self.gpiote = Clock(self), Uarte(self), Gpiote(self)
        self.ppi, self.gpio = Peripheral(self, _PPI), Gpio(self)
        self.anomalies = Peripheral(self, _ANOMALY_246)
        self.timers = Timer(self, 0), Timer(self, 1)
        self.nvmc, self.rtc = Nvmc(self), Rtc(self)
        self._peripherals: list[Peripheral] = [
            *(self.clock, self.uarte, Twim(self), self.gpiote, self.gpio, *self.timers),
            *(Watchdog(self), self.rtc, self.nvmc, self.ppi, self.anomalies),
        ]
        self.peripheral(_FICR, self._factory_word, lambda _offset, _value: None)

    def reset_peripherals(self, cause: int) -> None:
        for peripheral in self._peripherals:
            peripheral.reset()
        self.clock.reset_for(cause)
        self.rtc.leave_running()  # the boot loader has been here
        self.core_registers.enabled, self.core_registers.pending = _ALL, _USB

    def interrupt_lines(self) -> int:
        # An interrupt's number is in its peripheral's address (product specification, 7.3).
        return sum(1 << (p.base >> 12 & 0x3F) for p in self._peripherals if p.interrupt())

    def next_event_ns(self) -> int:
        return min(self.next_outside_ns(), *(p.next_ns() for p in self._peripherals))

    def advance(self) -> None:
        for peripheral in self._peripherals:
            peripheral.advance()

    def event(self, address: int) -> None:
        """PPI channel 0, the only one that is used."""
        wired = self.ppi.values.get(0x504, 0) & 1 and self.ppi.values.get(0x510) == address
        for timer in self.timers if wired else ():
            if self.ppi.values.get(0x514) == timer.base + 0x008:
                timer.task(0x008)

    def sda(self) -> bool:
        """Whether the sensor lets it go."""
        return self.sensor.clock_out(0) == 0

    def record_bytes(self) -> bytes:
        return bytes(self.nvmc.flash)

    def _factory_word(self, offset: int) -> int:
        at = offset - 0x60
        return int.from_bytes(DEVICE_ID[at : at + 4], "little") if 0 <= at < 8 else 0xFFFFFFFF


class Gpio(Peripheral):
    """Port 0's sensor lines, port 1's serial line with its latch; a rising SCL that the image makes
    by hand clocks the sensor. `flash_commands`: what the board's flash chip was told, by hand."""

    def __init__(self, system: Nrf52840) -> None:
        self._out = self._latch = 0
        self.flash_commands: list[str] = []  # bits
        self.flash_selected = False
        super().__init__(system, _GPIO)

    def read(self, offset: int) -> int:
        if offset == _PORT_1 + _IN:
            return (not self.system.line_low) << _RXD_PIN
        if offset == _PORT_1 + _LATCH:
            self.system.advance()
            return self._latch
        if offset != _IN:
            return super().read(offset)
        sda = self.system.sda() and not self._driven_low(4)
        return _INT1 * self.system.sensor_line() | _SDA * sda | _SCL * (not self._driven_low(5))

    def write(self, offset: int, value: int) -> None:
        before = self.sense(_PORT_1, _RXD_PIN)
        super().write(offset, value)
        if offset == 0x508:
            if value & _SCL and self._driven_low(5):
                self.system.sensor.clock_out(1)
            self._drive(self._out | value)
        elif offset == 0x50C:
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
        wanted = _SENSE_LOW if self.system.line_low else _SENSE_HIGH
        return self.sense(_PORT_1, _RXD_PIN) == wanted

    def latch(self) -> None:
        self._latch |= 1 << _RXD_PIN

    def _drive(self, out: int) -> None:
        raised, self._out = out & ~self._out, out
        selected = self._driven_low(_FLASH_SELECT)
        if selected and not self.flash_selected:
            self.flash_commands.append("")
        elif selected and raised >> _FLASH_CLOCK & 1:
            self.flash_commands[-1] += str(out >> _FLASH_DATA & 1)
        self.flash_selected = selected

    def _driven_low(self, pin: int) -> bool:
        return bool(self.values.get(_PIN_CNF + 4 * pin, 0) & 1) and not self._out >> pin & 1


class Gpiote(Peripheral):
    """The PORT event: when the first of the sensed pins gets the level that is sensed."""

    def __init__(self, system: Nrf52840) -> None:
        self._detected = False
        super().__init__(system, _GPIOTE)

    def advance(self) -> None:
        gpio = self.system.gpio
        detected = gpio.sense(0, 3) == _SENSE_HIGH and self.system.sensor_line()
        if gpio.senses_level():
            gpio.latch()
            detected = True
        if detected and not self._detected:
            self.event(_PORT)
        self._detected = detected

    def line_changed(self) -> None:
        """The serial line was low for a moment: no event while another pin is detected."""
        if self.system.gpio.sense(_PORT_1, _RXD_PIN) == _SENSE_LOW:
            self.system.gpio.latch()
            if not self._detected:
                self.event(_PORT)

    def reset(self) -> None:
        super().reset()
        self._detected = False


class Nvmc(Peripheral):
    """With the records' flash itself, whose words are written through it."""

    _READY, _CONFIG, _ERASEPAGE = 0x400, 0x504, 0x508
    _WRITE_NS, _ERASE_NS = 41_000, 85_000_000

    def __init__(self, system: Nrf52840) -> None:
        super().__init__(system, _NVMC)
        self.flash = bytearray(b"\xff" * system.records.bytes)
        self._writes: dict[int, int] = {}
        pages = system.records.bytes // PAGE_BYTES
        system.peripheral(system.records.origin, self._word, self._write_word, pages)

    def read(self, offset: int) -> int:
        return 1 if offset == self._READY else super().read(offset)

    def write(self, offset: int, value: int) -> None:
        super().write(offset, value)
        if offset == self._ERASEPAGE:
            at = value - self.system.records.origin
            if self.values.get(self._CONFIG) != 2 or at % PAGE_BYTES or at >= len(self.flash):
                self.system.complaints.append(f"an erasure of {value:#x} that is not allowed")
                return
            self.flash[at : at + PAGE_BYTES] = b"\xff" * PAGE_BYTES
            for word in range(at, at + PAGE_BYTES, 4):
                self._writes.pop(word, None)
            self.system.pass_ns(self._ERASE_NS)

    def _word(self, offset: int) -> int:
        return int.from_bytes(self.flash[offset : offset + 4], "little")

    def _write_word(self, offset: int, value: int) -> None:
        if self.values.get(self._CONFIG) != 1 or offset % 4:
            self.system.complaints.append(f"a write to flash at {offset:#x} that is not allowed")
            return
        self._writes[offset] = self._writes.get(offset, 0) + 1
        if self._writes[offset] > _WRITES_TO_A_WORD:
            self.system.complaints.append(f"word {offset:#x} of the records written a third time")
        self.flash[offset : offset + 4] = (self._word(offset) & value).to_bytes(4, "little")
        self.system.pass_ns(self._WRITE_NS)
