"""The nRF52840's SAADC with the XIAO's divider on AIN7, as far as one channel by task needs it."""

from edgekit.firmware.emulate.surroundings import Surroundings

from .nrf_peripheral import OnEvent, Peripheral
from .nrf_pins import Gpio

_BASE = 0x4000_7000
_REFERENCE_MV, _AIN7 = 600, 8
_GAINS = (1 / 6, 1 / 5, 1 / 4, 1 / 3, 1 / 2, 1, 2, 4)
_ACQUIRES_US = (3, 5, 10, 15, 20, 40)
_FROM_40_US_KOHM = 800  # source resistance that an acquisition of 40 us allows (6.23.8)
_UPPER_KOHM, _LOWER_KOHM = 1000, 510
_CONVERSION_US = 2


class Saadc(Peripheral):
    """`battery_mv` is what the divider hangs on. A wrong order of tasks is a complaint."""

    battery_mv = 3900
    _START, _SAMPLE, _STOP, _CALIBRATE = 0x000, 0x004, 0x008, 0x00C
    _STARTED, _END, _CALIBRATEDONE, _STOPPED = 0x100, 0x104, 0x110, 0x114
    _ENABLE, _PSELP, _CONFIG = 0x500, 0x510, 0x518
    _RESOLUTION, _OVERSAMPLE, _PTR, _MAXCNT, _POWER = 0x5F0, 0x5F4, 0x62C, 0x630, 0xFFC
    _BURST = 1 << 24

    def __init__(self, around: Surroundings, on_event: OnEvent, gpio: Gpio) -> None:
        self._gpio = gpio
        self.readings = 0
        self._is_started = self._is_calibrated = self._is_dirty = False
        super().__init__(around, _BASE, on_event)

    @property
    def draws_current(self) -> bool:
        """Whether it is on, or was left as anomaly 241 describes it."""
        return bool(self.values.get(self._ENABLE)) or self._is_dirty

    def task(self, offset: int) -> None:
        if not self.values.get(self._ENABLE):
            self.around.complaints.append(f"SAADC's task {offset:#x} while it is off")
            return
        match offset:
            case self._CALIBRATE:
                if self._is_started:
                    self.around.complaints.append("an offset calibration after START: anomaly 252")
                self._is_calibrated = True
                self.event_after(500_000, self._CALIBRATEDONE)
            case self._START:
                if self._is_calibrated:
                    self.around.complaints.append("START after a calibration without a STOP")
                self._is_started = True
                self.event_after(5_000, self._STARTED)
            case self._SAMPLE:
                self._sample()
            case self._STOP:
                self._is_started = self._is_calibrated = False
                self.event_after(1_000, self._STOPPED)

    def write(self, offset: int, value: int) -> None:
        super().write(offset, value)
        if offset == self._POWER and not value:
            self.values = {self._POWER: 0}
            self._is_dirty = False

    def reset(self) -> None:
        super().reset()
        self._is_started = self._is_calibrated = self._is_dirty = False

    def _sample(self) -> None:
        complaints, values = self.around.complaints, self.values
        config = values.get(self._CONFIG, 0)
        acquires_us = _ACQUIRES_US[config >> 16 & 7]
        source_kohm = _UPPER_KOHM * _LOWER_KOHM / (_UPPER_KOHM + _LOWER_KOHM)
        pointer, ram = values.get(self._PTR, 0), self.around.ram
        if not (self._is_started and values.get(self._STARTED)):
            complaints.append("SAMPLE before STARTED")
        if not self._gpio.battery_is_divided:
            complaints.append("P0.31 sees the battery undivided: P0.14 is not driven low")
        if values.get(self._PSELP) != _AIN7:
            complaints.append("SAADC's input is not AIN7")
        if acquires_us < 40 or source_kohm > _FROM_40_US_KOHM:
            complaints.append(f"{acquires_us} us are too short for the divider's {source_kohm:.0f}")
        if not ram.origin <= pointer < ram.end - 1 or pointer % 2 or values.get(self._MAXCNT) != 1:
            complaints.append(f"SAADC's result goes to {pointer:#x}, which is no word of RAM")
            return
        self._is_dirty = bool(config & self._BURST)
        count = 1 << values.get(self._OVERSAMPLE, 0) if config & self._BURST else 1
        full_mv = _REFERENCE_MV / _GAINS[config >> 8 & 7]
        steps = 1 << (8, 10, 12, 14)[values.get(self._RESOLUTION, 1)]
        pin_mv = self.battery_mv * _LOWER_KOHM / (_UPPER_KOHM + _LOWER_KOHM)
        code = min(round(pin_mv / full_mv * steps), steps - 1)
        self.around.memory.write(pointer, code.to_bytes(2, "little", signed=True))
        self.readings += 1
        self.event_after(count * (acquires_us + _CONVERSION_US) * 1000, self._END)
