"""The core's own registers: NVIC and SCB, as far as the boards' start-up uses them."""

from collections.abc import Callable

_ISER, _ICER, _ICPR, _BYTES = 0x100, 0x180, 0x280, 0x20
_VTOR, _AIRCR, _CFSR, _BFAR = 0xD08, 0xD0C, 0xD28, 0xD38
_AIRCR_KEY, _AIRCR_RESET = 0x05FA, 4
_CFSR_UNDEFINED, _CFSR_PRECISE_AT_BFAR = 1 << 16, 1 << 15 | 1 << 9


class PrivateBus:
    """`reset_wanted` is called when the image asks for a reset."""

    base = 0xE000_E000

    def __init__(self, reset_wanted: Callable[[], None]) -> None:
        self._reset_wanted = reset_wanted
        self.reset()

    def reset(self) -> None:
        self.enabled = self.pending = 0  # a bit for each interrupt
        self._values: dict[int, int] = {}

    @property
    def vectors(self) -> int | None:
        """Where the image has said that its vectors are."""
        return self._values.get(_VTOR)

    def woken(self, lines: int) -> bool:
        """Whether an interrupt that is let through is pending, now that these lines are high."""
        self.pending |= lines
        return bool(self.pending & self.enabled)

    def tell_fault(self, address: int | None) -> None:
        """CFSR and BFAR: a wrong access to this address, or an unknown instruction."""
        if address is None:
            self._values[_CFSR] = _CFSR_UNDEFINED
        else:
            self._values |= {_CFSR: _CFSR_PRECISE_AT_BFAR, _BFAR: address}

    def read(self, offset: int) -> int:
        return self._values.get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        if _ISER <= offset < _ISER + _BYTES:
            self.enabled |= value << 8 * (offset - _ISER)
        elif _ICER <= offset < _ICER + _BYTES:
            self.enabled &= ~(value << 8 * (offset - _ICER))
        elif _ICPR <= offset < _ICPR + _BYTES:
            self.pending &= ~(value << 8 * (offset - _ICPR))
        elif offset == _AIRCR and value >> 16 == _AIRCR_KEY and value & _AIRCR_RESET:
            self._reset_wanted()
        else:
            self._values[offset] = value
