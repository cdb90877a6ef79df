"""The RP2040's and RP2350's ADC with a Pico's divider, the ring oscillator, and dormant."""

from edgekit.firmware.emulate.surroundings import Surroundings

from .rp2_blocks import Block, Clocks, Pins, Pll
from .rp2_layout import Layout

_BATTERY_PIN = 29
_PAD_INPUT, _PAD_PULLS = 1 << 6, 3 << 2


class Adc(Block):
    """One conversion at a time, of 2 us. `battery_mv` is VSYS, of which GP29 sees a third."""

    battery_mv = 3900
    _CS, _RESULT = 0x0, 0x4
    _ON, _START_ONCE, _READY = 1 << 0, 1 << 2, 1 << 8
    _INPUT, _REFERENCE_MV, _STEPS, _DIVIDER = 3, 3300, 4096, 3
    _CONVERSION_NS = 2_000

    def __init__(
        self, around: Surroundings, layout: Layout, clocks: Clocks, pins: Pins, pads: Block
    ) -> None:
        self._clocks, self._pins, self._pads = clocks, pins, pads
        self._ready_ns = 0
        self.readings = 0
        super().__init__(around, layout.adc, "adc")

    @property
    def is_on(self) -> bool:
        return bool(self.values.get(self._CS, 0) & self._ON) or self._clocks.adc_megahertz() > 0

    def read_register(self, offset: int) -> int:
        if offset == self._CS:
            is_ready = self.around.now_ns >= self._ready_ns and self._clocks.adc_megahertz() > 0
            return self.values.get(self._CS, 0) & ~self._START_ONCE | is_ready * self._READY
        return super().read_register(offset)

    def write_register(self, offset: int, value: int) -> None:
        super().write_register(offset, value)
        if offset == self._CS and value & self._START_ONCE:
            self._convert(value)

    def _convert(self, control: int) -> None:
        complaints = self.around.complaints
        pad = self._pads.values.get(4 * _BATTERY_PIN + 4, _PAD_INPUT)
        if self._clocks.adc_megahertz() != 48:
            complaints.append("clk_adc is not 48 MHz")
        if self.around.now_ns < self._ready_ns or not control & self._ON:
            complaints.append("a conversion is started before the ADC is ready")
        if pad & (_PAD_INPUT | _PAD_PULLS):
            complaints.append("the pad of an analogue input has its digital input or a pull on")
        if control >> 12 & 7 != self._INPUT:
            complaints.append("the ADC's input is not GP29")
        pin_mv = self.battery_mv / self._DIVIDER
        code = round(pin_mv * self._STEPS / self._REFERENCE_MV)
        self.values[self._RESULT] = min(code, self._STEPS - 1)
        self._ready_ns = self.around.now_ns + self._CONVERSION_NS
        self.readings += 1


class Ring(Block):
    """ROSC, with which the boot ROM begins: a reset needs it."""

    _CTRL, _OFF = 0x0, 0xD1E
    _STABLE_BIT = 31

    def __init__(self, around: Surroundings, layout: Layout) -> None:
        self._status = layout.rosc_status
        super().__init__(around, layout.rosc)

    @property
    def is_on(self) -> bool:
        return self.values.get(self._CTRL, 0) >> 12 != self._OFF

    def read_register(self, offset: int) -> int:
        if offset == self._status:
            return self.is_on << self._STABLE_BIT
        return super().read_register(offset)


class Dormant:
    """What XOSC's DORMANT does: all stops until a pin that is enabled for it wakes the crystal."""

    _USB_PIN_HIGH = 1 << 1  # of pin 24 in the fourth register of eight pins

    def __init__(
        self, around: Surroundings, layout: Layout, clocks: Clocks, plls: list[Pll], ring: Ring,
        pins: Pins,
    ) -> None:  # fmt: skip
        self._around, self._clocks, self._plls, self._ring = around, clocks, plls, ring
        self._pins, self._inte3 = pins, layout.io_dormant_inte3

    def enter(self) -> None:
        complaints = self._around.complaints
        if not self._clocks.core_has_crystal:
            complaints.append("dormant, but the core does not run from the crystal")
        if any(pll.is_powered for pll in self._plls) or self._ring.is_on:
            complaints.append("dormant, but a PLL or the ring oscillator still runs")
        self._around.power_off()

    def usb_came(self) -> None:
        if self._around.is_off and self._pins.values.get(self._inte3, 0) & self._USB_PIN_HIGH:
            self._around.resume()
