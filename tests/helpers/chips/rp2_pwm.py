"""The PWM of the RP2040 and RP2350 as far as a motor on one output needs it (data sheet, 4.5)."""

from edgekit.firmware.emulate.surroundings import Surroundings

from .rp2_blocks import Block, Pins, Pll, Sio
from .rp2_layout import Layout

_FUNCTION_PWM, _FUNCTION_SIO = 4, 5
_SLICE_BYTES = 0x14


class Pwm(Block):
    """Eight slices; `output` is what a pin shows. A slice runs at once when it is enabled."""

    _CSR, _DIV, _CC, _TOP = 0x00, 0x04, 0x0C, 0x10
    _CSR_ENABLE = 1

    def __init__(
        self, around: Surroundings, layout: Layout, pll: Pll, pins: Pins, sio: Sio
    ) -> None:
        self._pll, self._pins, self._sio = pll, pins, sio
        super().__init__(around, layout.pwm, "pwm")

    def output(self, pin: int) -> tuple[float, float]:
        """Return the share of time that a pin is high, and the periods in a second."""
        function = self._pins.function(pin)
        if function == _FUNCTION_SIO and self._sio.drives_low(pin):
            return 0.0, 0.0
        at = _SLICE_BYTES * (pin // 2 % 8)
        if function != _FUNCTION_PWM or not self.values.get(at + self._CSR, 0) & self._CSR_ENABLE:
            self.around.complaints.append(f"GPIO {pin} is driven by nobody")
            return 0.0, 0.0
        divider = self.values.get(at + self._DIV, 1 << 4) / 16
        if not 1 <= divider < 256:
            self.around.complaints.append(f"PWM: a divider of {divider:g}")
        period = self.values.get(at + self._TOP, 0xFFFF) + 1
        high = self.values.get(at + self._CC, 0) >> (16 if pin % 2 else 0) & 0xFFFF
        return min(high / period, 1.0), self._pll.megahertz() * 1e6 / divider / period
