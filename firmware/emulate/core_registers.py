"""The core's own registers: NVIC and SCB, as far as the boards' start-up uses them."""

from collections.abc import Callable

# ARM DDI 0403, B3.2 and B3.4: offsets from the System Control Space.
_NVIC_ISER, _NVIC_ICER, _NVIC_ICPR, _NVIC_BYTES = 0x100, 0x180, 0x280, 0x20
_ICSR, _VTOR, _AIRCR, _CFSR, _BFAR = 0xD04, 0xD08, 0xD0C, 0xD28, 0xD38
_ICSR_CLEARS = {27: 28, 25: 26}  # PENDSVCLR clears PENDSVSET, PENDSTCLR PENDSTSET
_AIRCR_KEY, _AIRCR_SYSRESETREQ = 0x05FA, 4
_CFSR_UNDEFINED, _CFSR_PRECISE_AT_BFAR = 1 << 16, 1 << 15 | 1 << 9


class CoreRegisters:
    """A block of registers; `on_reset` is called when the image asks for a reset."""

    base, pages = 0xE000_E000, 1

    def __init__(self, on_reset: Callable[[], None]) -> None:
        self._on_reset = on_reset
        self.reset()

    def reset(self) -> None:
        self.enabled = self.pending = 0  # a bit for each interrupt
        self.system_pending = 0  # ICSR's SysTick and PendSV: no sleep lasts while one is
        self._values: dict[int, int] = {}

    @property
    def vectors(self) -> int | None:
        """The address of the vector table; None until the image has set it."""
        return self._values.get(_VTOR)

    def is_woken(self, lines: int) -> bool:
        """Whether an enabled interrupt is pending, now that these lines are high."""
        self.pending |= lines
        return bool(self.pending & self.enabled)

    def set_fault(self, address: int | None) -> None:
        """Set CFSR and BFAR for a wrong access to this address, or for an unknown instruction."""
        if address is None:
            self._values[_CFSR] = _CFSR_UNDEFINED
        else:
            self._values |= {_CFSR: _CFSR_PRECISE_AT_BFAR, _BFAR: address}

    def read(self, offset: int) -> int:
        return self.system_pending if offset == _ICSR else self._values.get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        if _NVIC_ISER <= offset < _NVIC_ISER + _NVIC_BYTES:
            self.enabled |= value << 8 * (offset - _NVIC_ISER)
        elif _NVIC_ICER <= offset < _NVIC_ICER + _NVIC_BYTES:
            self.enabled &= ~(value << 8 * (offset - _NVIC_ICER))
        elif _NVIC_ICPR <= offset < _NVIC_ICPR + _NVIC_BYTES:
            self.pending &= ~(value << 8 * (offset - _NVIC_ICPR))
        elif offset == _ICSR:
            for clear, pending in _ICSR_CLEARS.items():
                self.system_pending &= ~((value >> clear & 1) << pending)
        elif offset == _AIRCR and value >> 16 == _AIRCR_KEY and value & _AIRCR_SYSRESETREQ:
            self._on_reset()
        else:
            self._values[offset] = value
