"""The nRF52840's USBD as its software sees it.

It complains of what the product specification (6.35) and the errata forbid: a start without its
workarounds, a pull-up before READY, HFXO and the supply, registers that are out of reach, DMA from
flash, two at once or without anomaly 199's workaround, and wrong orders on endpoint 0.
"""

from edgekit.firmware.emulate.surroundings import Surroundings

from .nrf_clocks import Clock
from .nrf_peripheral import OnEvent, Peripheral
from .nrf_usb_control import ControlEndpoint
from .nrf_usb_dma import Dma
from .nrf_usb_endpoints import ENDPOINTS, Endpoints
from .nrf_usb_registers import GUARDED, Register
from .nrf_usb_trims import Trims

SUSPEND, RESUME = 1 << 8, 1 << 9  # of EVENTCAUSE, as these
_USBWUALLOWED, _READY = 1 << 10, 1 << 11
_STALL = 1 << 8  # of EPSTALL
_DATA0, _DATA1 = 1 << 8, 2 << 8  # of DTOGGLE
_BUFFER_EMPTY = 1 << 1
_READY_NS, _IDLE_NS = 10_000, 3_000_000
_UNSEEN_NS = 100_000  # between the software's last look for VBUS and ENABLE


class UsbdBlock(Peripheral):
    """`clock`: with POWER's registers, and HFXO. Usbd is its other side."""

    def __init__(self, around: Surroundings, on_event: OnEvent, clock: Clock, trims: Trims) -> None:
        self._clock, self._trims = clock, trims
        self._starts = 0  # since reset
        self._ready_ns: int | None = None
        self._is_ready = False
        self._is_stale = False  # VBUS went while it was enabled
        self.control = ControlEndpoint(self._complain, lambda: around.now_ns)
        super().__init__(around, 0x4002_7000, on_event)
        self._dma = Dma(self, self._complain)
        self._leave_bus()

    # Registers.

    def reset(self) -> None:
        super().reset()
        self._starts = 0
        self._dma.stop()
        self._dma.is_odd = False
        self._forget_bus()
        self._clock.set_usb_regulator(False)

    def leave_running(self) -> None:
        """Be as a boot loader with USB leaves it: on the bus, and an event not cleared."""
        self.values |= {Register.ENABLE: 1, Register.USBPULLUP: 1, Register.EPDATA: 1}
        self._interrupts = 1 << 24
        self._trims.unlock()

    def read(self, offset: int) -> int:
        self._check_reach(offset)
        if offset == Register.USBADDR:
            return self.control.address
        if offset == Register.SIZE_EPOUT:
            return len(self.control.received or b"")
        if Register.SIZE_EPOUT < offset < Register.SIZE_EPOUT + 4 * ENDPOINTS:
            return self._endpoints.size((offset - Register.SIZE_EPOUT) // 4)
        if offset in (Register.EPINEN, Register.EPOUTEN):
            return self.values.get(offset, 1)
        return super().read(offset)

    def write(self, offset: int, value: int) -> None:
        self._check_reach(offset)
        if offset in (Register.EVENTCAUSE, Register.EPSTATUS, Register.EPDATASTATUS):
            self.values[offset] = self.values.get(offset, 0) & ~value
            return
        before = self.values.get(offset, 0)
        super().write(offset, value)
        if offset == Register.ENABLE and bool(value) != bool(before):
            self._enable(bool(value))
        elif offset == Register.USBPULLUP and value and not before:
            self._pull_up()
        elif offset == Register.EP0SETUP and not value:
            self.control.is_seen = True
        elif offset == Register.LOWPOWER:
            self._set_low_power(bool(value), bool(before))
        elif Register.SIZE_EPOUT < offset < Register.SIZE_EPOUT + 4 * ENDPOINTS:
            self._endpoints.open_buffer((offset - Register.SIZE_EPOUT) // 4)
        elif offset == Register.DTOGGLE and value & (_DATA0 | _DATA1):
            self._endpoints.set_toggle(value, int(bool(value & _DATA1)))
        elif offset == Register.EPSTALL:
            self._endpoints.halt(value, bool(value & _STALL))
        elif offset == Register.BUFFER and value & _BUFFER_EMPTY:
            self._endpoints.empty(self.values.get(Register.BUFFER_SELECT, 0))
            self.values[Register.BUFFER] = 0

    def task(self, offset: int) -> None:
        if self._dma.is_running():
            self._complain(f"task {offset:#x} during DMA, which is lost (anomaly 199)")
            return
        if Register.STARTEPIN <= offset < Register.STARTISOIN:
            self._start_in((offset - Register.STARTEPIN) // 4)
        elif Register.STARTEPOUT <= offset < Register.STARTISOOUT:
            self._start_out((offset - Register.STARTEPOUT) // 4)
        elif offset == Register.EP0RCVOUT:
            self.control.allow_data()
        elif offset == Register.EP0STATUS:
            self.control.allow_status()
        elif offset == Register.EP0STALL:
            self.control.stall()

    def advance(self) -> None:
        super().advance()
        now_ns = self.around.now_ns
        if self._ready_ns is not None and now_ns >= self._ready_ns:
            self._ready_ns, self._is_ready = None, True
            self._cause(_READY)
        suspend_ns = self._suspend_ns
        if suspend_ns is not None and now_ns >= suspend_ns:
            self._suspend_ns = None
            self._cause(SUSPEND)

    def next_ns(self) -> int:
        own = [at_ns for at_ns in (self._ready_ns, self._suspend_ns) if at_ns is not None]
        return min([super().next_ns(), *own])

    def _complain(self, text: str) -> None:
        self.around.complaints.append(f"USBD: {text}")

    def _complain_of_packets(self, text: str) -> None:
        """Not of those that a bus reset or an unplugged cable took away a moment ago."""
        if not self._is_stale and not self.values.get(Register.USBRESET):
            self._complain(text)

    def _check_reach(self, offset: int) -> None:
        self.advance()
        if 0 < offset < 0x100 or offset in GUARDED:
            if not self._is_ready:
                self._complain(f"{offset:#x} is used before READY")
            elif self.values.get(Register.LOWPOWER):
                self._complain(f"{offset:#x} is used in low power")

    def _cause(self, cause: int) -> None:
        self.values[Register.EVENTCAUSE] = self.values.get(Register.EVENTCAUSE, 0) | cause
        self.event(Register.USBEVENT)

    # Power.

    def _enable(self, is_on: bool) -> None:
        self._forget_bus()
        self._clock.set_usb_regulator(is_on)
        if not is_on:
            if self._dma.is_odd:
                self._complain("switched off after an odd count of bytes by DMA")
            self._dma.is_odd = False
            return
        self._starts += 1
        if not self._clock.has_vbus:
            if self.around.now_ns - self._clock.vbus_changed_ns > _UNSEEN_NS:
                self._complain("enabled without VBUS")
            return  # then it is not ready
        if self.values.get(Register.EVENTCAUSE, 0) & _READY:
            self._complain("READY was never cleared from the time before")
        if self._trims.workarounds() != (0xC0, 3):
            self._complain("enabled without the workarounds of anomalies 171 and 187")
            return  # then it may never be ready
        self._ready_ns = self.around.now_ns + _READY_NS

    def _forget_bus(self) -> None:
        self.cancel_events()
        self._is_ready, self._is_stale, self._ready_ns = False, False, None
        self._leave_bus()
        self.control.reset()
        for offset in (Register.EPINEN, Register.EPOUTEN, Register.LOWPOWER):
            self.values.pop(offset, None)

    def _pull_up(self) -> None:
        if self._trims.workarounds() != (0, 0):
            self._complain("the workarounds of anomalies 171 and 187 are left on")
        if self._starts < 2:
            self._complain("enabled once since reset: anomaly 223 wants it twice")
        if not self._clock.is_fast_exact():
            self._complain("pull-up before HFXO runs")
        if not self._clock.usb_is_supplied():
            self._complain("pull-up before USBPWRRDY")
        self._suspend_ns = self.around.now_ns + _IDLE_NS

    def _set_low_power(self, is_low: bool, was_low: bool) -> None:
        if is_low and not self._is_suspended:
            self._complain("low power while the bus is in use")
        if is_low and self._dma.is_running():
            self._complain("low power during DMA")
        if was_low and not is_low:
            if self._trims.workarounds()[0] != 0xC0:
                self._complain("woken without the workaround of anomaly 171")
            self._cause(_USBWUALLOWED)

    def _leave_bus(self) -> None:
        self._endpoints = Endpoints(self._complain_of_packets)
        self._is_suspended = False
        self._is_used = False  # the host has reset the bus: start-of-frame packets come
        self._suspend_ns: int | None = None  # when an unused bus has been idle for long enough

    def _start_in(self, number: int) -> None:
        at, size = self._dma.start(Register.EPIN, number, Register.ENDEPIN + 4 * number)
        data = self.around.memory.read(at, size) if size else b""
        if number == 0:
            if not self._is_stale:  # else a copy to nowhere, to make the count of bytes even
                self.control.load(data)
            return
        if not self.values.get(Register.EPINEN, 1) >> number & 1:
            self._complain_of_packets(f"IN {number} is given a packet while it is closed")
        self._endpoints.load(number, data)

    def _start_out(self, number: int) -> None:
        at, size = self._dma.start(Register.EPOUT, number, Register.ENDEPOUT + 4 * number)
        data = self.control.unload() if number == 0 else self._endpoints.unload(number)
        if len(data) > size:
            self._complain(f"a packet of {len(data)} bytes is copied to {size}")
        if data:
            self.around.memory.write(at, data[:size])
