"""The nRF52840's PWM0 as far as a motor on one output needs it (product specification, 6.17)."""

from edgekit.firmware.emulate.surroundings import Surroundings

from .nrf_peripheral import OnEvent, Peripheral
from .nrf_pins import Gpio

_CLOCK_HZ = 16_000_000
_FALLING_FIRST = 1 << 15  # of a value's polarity: the output is high from the period's start


class Pwm(Peripheral):
    """`duty` and `hz` are what its pin shows; 0 while it is stopped."""

    STOP, SEQSTART_0, STOPPED = 0x004, 0x008, 0x104
    _ENABLE, _MODE, _COUNTERTOP, _PRESCALER, _DECODER = 0x500, 0x504, 0x508, 0x50C, 0x510
    _LOOP, _SEQ_0_PTR, _SEQ_0_CNT, _PSEL_OUT_0 = 0x514, 0x520, 0x524, 0x560

    def __init__(self, around: Surroundings, on_event: OnEvent, gpio: Gpio) -> None:
        self.duty, self.hz = 0.0, 0.0
        self._gpio, self._is_running = gpio, False
        super().__init__(around, 0x4001_C000, on_event)

    def write(self, offset: int, value: int) -> None:
        was_on = self.values.get(self._ENABLE, 0)
        super().write(offset, value)
        if offset == self._PSEL_OUT_0 and was_on:
            self._complain("its pin is chosen while it is enabled")
        if offset == self._ENABLE and not value and self._is_running:
            self._complain("it is disabled before it has stopped")

    def task(self, offset: int) -> None:
        if offset == self.SEQSTART_0:
            self._start()
        elif offset == self.STOP and self._is_running:
            self.event_after(round(1e9 / self.hz), self.STOPPED)  # at the period's end

    def event(self, offset: int) -> None:
        super().event(offset)
        self.duty, self._is_running = 0.0, False

    def reset(self) -> None:
        super().reset()
        self.values[self._PSEL_OUT_0] = 0xFFFFFFFF
        self.duty, self._is_running = 0.0, False

    def _start(self) -> None:
        ram, values = self.around.ram, self.values
        at, top = values.get(self._SEQ_0_PTR, 0), values.get(self._COUNTERTOP, 0)
        pin = values[self._PSEL_OUT_0]
        if not values.get(self._ENABLE) or values.get(self._SEQ_0_CNT) != 1 or top < 3:
            self._complain("it is started without ENABLE, one value and a top of 3 or more")
            return
        if not ram.holds(at, 2):
            self._complain(f"EasyDMA reads its values from RAM, not from {at:#x}")
            return
        if not self._gpio.drives_low(pin):
            self._complain(f"pin {pin:#x} is no output that rests low")
        if values.get(self._MODE) or values.get(self._DECODER) or values.get(self._LOOP):
            self._complain("only one common value, counted upwards, is modelled")
        value = int.from_bytes(self.around.memory.read(at, 2), "little")
        high = value & (_FALLING_FIRST - 1)
        high = min(high, top) if value & _FALLING_FIRST else top - min(high, top)
        self.hz = _CLOCK_HZ / (1 << values.get(self._PRESCALER, 0)) / top
        self.duty, self._is_running = high / top, True

    def _complain(self, what: str) -> None:
        self.around.complaints.append(f"PWM0: {what}")
