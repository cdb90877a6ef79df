"""The nRF52840's USBD, and the registers of its anomalies: a UsbPort for a modelled host.

It complains of what the product specification (6.35) and the errata forbid: a start without its
workarounds, a pull-up before READY, HFXO and the supply, registers that are out of reach, DMA from
flash, two at once or without anomaly 199's workaround, and wrong orders on endpoint 0.
"""

from dataclasses import dataclass, field

from edgekit.firmware.emulate.surroundings import Surroundings
from tests.helpers.usb.port import Handshake, InAnswer

from .nrf_clocks import Clock
from .nrf_peripheral import OnEvent, Peripheral
from .nrf_usb_control import PACKET_BYTES, ControlEndpoint

_STARTEPIN, _STARTISOIN, _STARTEPOUT, _STARTISOOUT = 0x004, 0x024, 0x028, 0x048
_EP0RCVOUT, _EP0STATUS, _EP0STALL = 0x04C, 0x050, 0x054
_USBRESET, _ENDEPIN, _EP0DATADONE, _ENDEPOUT = 0x100, 0x108, 0x128, 0x130
_USBEVENT, _EP0SETUP, _EPDATA = 0x158, 0x15C, 0x160
_EVENTCAUSE, _EPSTATUS, _EPDATASTATUS, _USBADDR = 0x400, 0x468, 0x46C, 0x470
_BMREQUESTTYPE, _SIZE_EPOUT = 0x480, 0x4A0
_ENABLE, _USBPULLUP, _DTOGGLE, _EPINEN, _EPOUTEN = 0x500, 0x504, 0x50C, 0x510, 0x514
_EPSTALL, _FRAMECNTR, _LOWPOWER = 0x518, 0x520, 0x52C
_EPIN, _EPOUT, _ENDPOINT_BYTES = 0x600, 0x700, 0x14
_BUFFER_SELECT, _BUFFER, _ANOMALY_199 = 0x800, 0x804, 0xC1C
_SUSPEND, _RESUME, _USBWUALLOWED, _READY = 1 << 8, 1 << 9, 1 << 10, 1 << 11
_ENDPOINTS = 8
_TO_HOST, _STALL = 1 << 7, 1 << 8  # of DTOGGLE and EPSTALL
_DATA0, _DATA1 = 1 << 8, 2 << 8  # of DTOGGLE
_BUFFER_IN, _BUFFER_OUT, _BUFFER_EMPTY = 0x7B4, 0x7C4, 1 << 1
# Out of reach while USBD is not ready or in low power: tasks, and these (6.35.14).
_GUARDED = {
    *range(0x420, 0x464, 4),
    *range(_USBADDR, 0x4C4, 4),
    *(_USBPULLUP, _DTOGGLE, _EPINEN, _EPOUTEN, _EPSTALL, 0x51C, _FRAMECNTR),
}
_READY_NS, _DMA_NS, _IDLE_NS = 10_000, 5_000, 3_000_000
_STRAY = "never cleared from the time before"


class Trims(Peripheral):
    """Registers of anomalies 171 and 187, behind a lock that its key turns: 0 reads as locked."""

    LOCK, ANOMALY_171, ANOMALY_187 = 0xC00, 0xC14, 0xD14
    _KEY = 0x9375

    def __init__(self, around: Surroundings, on_event: OnEvent) -> None:
        super().__init__(around, 0x4006_E000, on_event)

    def write(self, offset: int, value: int) -> None:
        if offset == self.LOCK:
            if value == self._KEY:
                self.values[offset] = 0 if self.values.get(offset) else self._KEY
        elif not self.values.get(self.LOCK):
            self.around.complaints.append(f"{self.base + offset:#x} is written while it is locked")
        else:
            super().write(offset, value)

    def unlock(self) -> None:
        self.values[self.LOCK] = self._KEY

    def workarounds(self) -> tuple[int, int]:
        """Return what is written for anomalies 171 and 187."""
        return self.values.get(self.ANOMALY_171, 0), self.values.get(self.ANOMALY_187, 0)


@dataclass
class _In:
    to_send: bytes | None = None
    toggle: int = 0
    is_halted: bool = False


@dataclass
class _Out:
    received: bytes | None = None
    accepts: bool = False
    toggle: int = 0
    is_halted: bool = False


def _endpoints_in() -> list[_In]:
    return [_In() for _ in range(_ENDPOINTS)]


def _endpoints_out() -> list[_Out]:
    return [_Out() for _ in range(_ENDPOINTS)]


@dataclass
class _Bus:
    """What a power-off of USBD forgets."""

    ins: list[_In] = field(default_factory=_endpoints_in)
    outs: list[_Out] = field(default_factory=_endpoints_out)
    is_suspended: bool = False
    is_used: bool = False  # the host has reset the bus: start-of-frame packets come
    suspend_ns: int | None = None  # when it has been idle for long enough, until it is used


class Usbd(Peripheral):
    """`clock`: with POWER's registers, and HFXO."""

    def __init__(self, around: Surroundings, on_event: OnEvent, clock: Clock, trims: Trims) -> None:
        self._clock, self._trims = clock, trims
        self._starts = 0  # since reset
        self._bus = _Bus()
        self._dma_until_ns = 0
        self._ready_ns: int | None = None
        self._is_ready = False
        self._is_stale = False  # VBUS went while it was enabled
        self.control = ControlEndpoint(around.complaints.append, lambda: around.now_ns)
        super().__init__(around, 0x4002_7000, on_event)

    # Registers.

    def reset(self) -> None:
        super().reset()
        self._starts = self._dma_until_ns = 0
        self._forget_bus()
        self._clock.set_usb_regulator(False)

    def leave_running(self) -> None:
        """Be as a boot loader with USB leaves it: on the bus, and an event not cleared."""
        self.values |= {_ENABLE: 1, _USBPULLUP: 1, _EPDATA: 1}
        self._interrupts = 1 << 24
        self._trims.unlock()

    def read(self, offset: int) -> int:
        self._check_reach(offset)
        if offset == _USBADDR:
            return self.control.address
        if _SIZE_EPOUT <= offset < _SIZE_EPOUT + 4 * _ENDPOINTS:
            number = (offset - _SIZE_EPOUT) // 4
            waiting = self.control.received if number == 0 else self._bus.outs[number].received
            return len(waiting or b"")
        if offset in (_EPINEN, _EPOUTEN):
            return self.values.get(offset, 1)
        return super().read(offset)

    def write(self, offset: int, value: int) -> None:
        self._check_reach(offset)
        if offset in (_EVENTCAUSE, _EPSTATUS, _EPDATASTATUS):
            self.values[offset] = self.values.get(offset, 0) & ~value
            return
        before = self.values.get(offset, 0)
        super().write(offset, value)
        if offset == _ENABLE and bool(value) != bool(before):
            self._enable(bool(value))
        elif offset == _USBPULLUP and value and not before:
            self._pull_up()
        elif offset == _EP0SETUP and not value:
            self.control.is_seen = True
        elif offset == _LOWPOWER:
            self._set_low_power(bool(value), bool(before))
        elif _SIZE_EPOUT < offset < _SIZE_EPOUT + 4 * _ENDPOINTS:
            endpoint = self._bus.outs[(offset - _SIZE_EPOUT) // 4]
            endpoint.received, endpoint.accepts = None, True
        elif offset == _DTOGGLE and value & (_DATA0 | _DATA1):
            self._endpoint(value).toggle = int(bool(value & _DATA1))
        elif offset == _EPSTALL:
            self._endpoint(value).is_halted = bool(value & _STALL)
        elif offset == _BUFFER and value & _BUFFER_EMPTY:
            self._empty_buffer(self.values.get(_BUFFER_SELECT, 0))
            self.values[_BUFFER] = 0

    def task(self, offset: int) -> None:
        if self._is_copying():
            self._complain(f"task {offset:#x} during DMA, which is lost (anomaly 199)")
            return
        if _STARTEPIN <= offset < _STARTISOIN:
            self._start_in((offset - _STARTEPIN) // 4)
        elif _STARTEPOUT <= offset < _STARTISOOUT:
            self._start_out((offset - _STARTEPOUT) // 4)
        elif offset == _EP0RCVOUT:
            self.control.allow_data()
        elif offset == _EP0STATUS:
            self.control.allow_status()
        elif offset == _EP0STALL:
            self.control.stall()

    def advance(self) -> None:
        super().advance()
        now_ns = self.around.now_ns
        if self._ready_ns is not None and now_ns >= self._ready_ns:
            self._ready_ns, self._is_ready = None, True
            self._cause(_READY)
        suspend_ns = self._bus.suspend_ns
        if suspend_ns is not None and now_ns >= suspend_ns:
            self._bus.suspend_ns = None
            self._cause(_SUSPEND)

    def next_ns(self) -> int:
        own = [at_ns for at_ns in (self._ready_ns, self._bus.suspend_ns) if at_ns is not None]
        return min([super().next_ns(), *own])

    def _complain(self, text: str) -> None:
        self.around.complaints.append(f"USBD: {text}")

    def _check_reach(self, offset: int) -> None:
        self.advance()
        if 0 < offset < 0x100 or offset in _GUARDED:
            if not self._is_ready:
                self._complain(f"{offset:#x} is used before READY")
            elif self.values.get(_LOWPOWER):
                self._complain(f"{offset:#x} is used in low power")

    def _cause(self, cause: int) -> None:
        self.values[_EVENTCAUSE] = self.values.get(_EVENTCAUSE, 0) | cause
        self.event(_USBEVENT)

    def _endpoint(self, address: int) -> _In | _Out:
        number = address & 7
        return self._bus.ins[number] if address & _TO_HOST else self._bus.outs[number]

    def _empty_buffer(self, select: int) -> None:
        number, odd = divmod(select - _BUFFER_IN, 2)
        if not odd and 0 < number < _ENDPOINTS:
            self._bus.ins[number].to_send = None
            return
        number, odd = divmod(select - _BUFFER_OUT, 2)
        if not odd and 0 < number < _ENDPOINTS:
            self._bus.outs[number].received, self._bus.outs[number].accepts = None, False
            return
        self._complain(f"no buffer {select:#x}")

    # Power.

    def _enable(self, is_on: bool) -> None:
        self._forget_bus()
        self._clock.set_usb_regulator(is_on)
        if not is_on:
            return
        self._starts += 1
        if not self._clock.has_vbus:
            self._complain("enabled without VBUS")
        if self.values.get(_EVENTCAUSE, 0) & _READY:
            self._complain(f"READY was {_STRAY}")
        if self._trims.workarounds() != (0xC0, 3):
            self._complain("enabled without the workarounds of anomalies 171 and 187")
            return  # then it may never be ready
        self._ready_ns = self.around.now_ns + _READY_NS

    def _forget_bus(self) -> None:
        self.cancel_events()
        self._is_ready, self._is_stale, self._ready_ns = False, False, None
        self._bus = _Bus()
        self.control.reset()
        for offset in (_EPINEN, _EPOUTEN, _LOWPOWER):
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
        self._bus.suspend_ns = self.around.now_ns + _IDLE_NS

    def _set_low_power(self, is_low: bool, was_low: bool) -> None:
        if is_low and not self._bus.is_suspended:
            self._complain("low power while the bus is in use")
        if is_low and self._is_copying():
            self._complain("low power during DMA")
        if was_low and not is_low:
            if self._trims.workarounds()[0] != 0xC0:
                self._complain("woken without the workaround of anomaly 171")
            self._cause(_USBWUALLOWED)

    # DMA.

    def _is_copying(self) -> bool:
        return self.around.now_ns < self._dma_until_ns

    def _span(self, registers: int, number: int, event: int) -> tuple[int, int]:
        """Return address and size of a DMA; complains of wrong ones, and of a wrong start."""
        at = self.values.get(registers + _ENDPOINT_BYTES * number, 0)
        size = self.values.get(registers + _ENDPOINT_BYTES * number + 4, 0)
        if size > PACKET_BYTES:
            self._complain(f"a packet of {size} bytes")
        if size and not self.around.ram.holds(at, size):
            self._complain(f"DMA at {at:#x}, which is no RAM")
            size = 0
        if self.values.get(_ANOMALY_199) != 0x82:
            self._complain("DMA without the workaround of anomaly 199")
        if self.values.get(event):
            self._complain(f"the end of DMA {event:#x} was {_STRAY}")
        self._dma_until_ns = self.around.now_ns + _DMA_NS
        self.event_after(_DMA_NS, event)
        return at, size

    def _start_in(self, number: int) -> None:
        at, size = self._span(_EPIN, number, _ENDEPIN + 4 * number)
        data = self.around.memory.read(at, size) if size else b""
        if number == 0:
            if self._is_stale:
                return  # a copy to nowhere, to make the count of bytes even
            self.control.load(data)
            return
        endpoint = self._bus.ins[number]
        if not self.values.get(_EPINEN, 1) >> number & 1:
            self._complain(f"IN {number} is given a packet while it is closed")
        if endpoint.to_send is not None:
            self._complain(f"IN {number} is given a packet before the host had the last")
        endpoint.to_send = data

    def _start_out(self, number: int) -> None:
        at, size = self._span(_EPOUT, number, _ENDEPOUT + 4 * number)
        if number == 0:
            data = self.control.unload()
        else:
            endpoint = self._bus.outs[number]
            if endpoint.received is None:
                self._complain(f"STARTEPOUT[{number}] without a packet")
            data, endpoint.received, endpoint.accepts = endpoint.received or b"", None, True
        if len(data) > size:
            self._complain(f"a packet of {len(data)} bytes is copied to {size}")
        if data:
            self.around.memory.write(at, data[:size])

    # The host's side.

    def set_vbus(self, on: bool) -> None:
        if on == self._clock.has_vbus:
            return
        self._clock.set_vbus(on)
        if not on and self.values.get(_ENABLE):
            self._is_stale = True
            self._bus = _Bus()

    @property
    def is_attached(self) -> bool:
        self.advance()
        return bool(
            self._clock.has_vbus
            and self._is_ready
            and not self._is_stale
            and self.values.get(_USBPULLUP)
        )

    def bus_reset(self) -> None:
        if not self.is_attached:
            return
        if self._bus.is_suspended:
            self.resume()
        self._bus = _Bus(is_used=True)
        self.control.reset()
        self.values[_EPINEN] = self.values[_EPOUTEN] = 1
        self.event(_USBRESET)

    def suspend(self) -> None:
        if self.is_attached and self._bus.is_used and not self._bus.is_suspended:
            self._bus.is_suspended = True
            self._cause(_SUSPEND)

    def resume(self) -> None:
        if self.is_attached and self._bus.is_suspended:
            self._bus.is_suspended = False
            self.values[_LOWPOWER] = 0  # the host's resume wakes it
            self._cause(_RESUME)

    def _hears(self, address: int) -> bool:
        self.advance()
        if not self.is_attached or not self._bus.is_used or self._bus.is_suspended:
            return False
        if self.values.get(_LOWPOWER):
            return False
        if not self._clock.is_fast_exact():
            self._complain("a packet while HFXO is off")
            return False
        return address == self.control.address

    def setup(self, address: int, endpoint: int, data: bytes) -> Handshake:
        if not self._hears(address) or endpoint != 0:
            return Handshake.TIMEOUT
        self.control.setup(data)
        for number, byte in enumerate(data):
            self.values[_BMREQUESTTYPE + 4 * number] = byte
        self.event(_EP0SETUP)
        return Handshake.ACK

    def out(self, address: int, endpoint: int, data: bytes, toggle: int) -> Handshake:
        if not self._hears(address) or not self.values.get(_EPOUTEN, 1) >> endpoint & 1:
            return Handshake.TIMEOUT
        if endpoint == 0:
            handshake, is_done = self.control.out(data, toggle)
            if is_done:
                self.event(_EP0DATADONE)
            return handshake
        out = self._bus.outs[endpoint]
        if out.is_halted:
            return Handshake.STALL
        if toggle != out.toggle:
            return Handshake.ACK  # a repetition, dropped
        if not out.accepts or out.received is not None:
            return Handshake.NAK
        out.received, out.accepts, out.toggle = data, False, toggle ^ 1
        self._data_event(1 << 16 + endpoint)
        return Handshake.ACK

    def in_(self, address: int, endpoint: int, is_acknowledged: bool = True) -> InAnswer:
        if not self._hears(address) or not self.values.get(_EPINEN, 1) >> endpoint & 1:
            return InAnswer(Handshake.TIMEOUT)
        if self._is_copying():
            return InAnswer(Handshake.NAK)
        if endpoint == 0:
            answer, is_done = self.control.in_(is_acknowledged)
            if is_done:
                self.event(_EP0DATADONE)
            return answer
        source = self._bus.ins[endpoint]
        if source.is_halted:
            return InAnswer(Handshake.STALL)
        if source.to_send is None:
            return InAnswer(Handshake.NAK)
        answer = InAnswer(Handshake.ACK, source.to_send, source.toggle)
        if is_acknowledged:
            source.to_send, source.toggle = None, source.toggle ^ 1
            self._data_event(1 << endpoint)
        return answer

    def _data_event(self, status: int) -> None:
        self.values[_EPDATASTATUS] = self.values.get(_EPDATASTATUS, 0) | status
        self.event(_EPDATA)
