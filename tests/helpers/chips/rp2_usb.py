"""The USB block of the RP2040 and RP2350 as a device, with the host's port in front of it.

Registers are named as in the RP2040's data sheet, 4.1.4. A transaction takes no time; the core sees
events, which wait for as long as it lets them.
"""

from collections.abc import Callable

from edgekit.firmware.emulate.surroundings import NEVER_NS, Surroundings
from tests.helpers.usb.port import Handshake, InAnswer

from .rp2_blocks import Block
from .rp2_usb_memory import (
    AVAILABLE,
    DATA1,
    ENABLE,
    FULL,
    INTERRUPT_EACH_BUFFER,
    LENGTH,
    STALL,
    UsbMemory,
    buffer_control,
)
from .rp2_usb_toggles import Toggles

_FRAME_NS, _LATE_IN_FRAME_NS = 1_000_000, 800_000
_SET_ADDRESS = bytes((0, 5))


class Usb(Block):
    """A UsbPort. `megahertz`: of clk_usb; `is_rp2350`: its PHY is isolated, and E15 is cured."""

    _ADDR_ENDP, _MAIN_CTRL, _SOF_RD, _SIE_CTRL, _SIE_STATUS = 0x00, 0x40, 0x48, 0x4C, 0x50
    _BUFF_STATUS, _EP_ABORT, _EP_ABORT_DONE, _EP_STALL_ARM = 0x58, 0x60, 0x64, 0x68
    _MUXING, _PWR, _INTR, _INTE, _INTS = 0x74, 0x78, 0x8C, 0x90, 0x98
    _CONTROLLER_EN, _HOST, _PHY_ISO = 1, 2, 4
    _EP0_INT_1BUF, _PULLUP_EN, _PULLDOWN_EN = 1 << 29, 1 << 16, 1 << 15
    _BUS_RESET, _SETUP_REC, _RESUME, _SUSPENDED = 1 << 19, 1 << 17, 1 << 11, 1 << 4
    _TO_PHY_BY_SOFTWARE, _VBUS_IS_THERE = 9, 12
    _INT_SOF, _INT_SETUP, _INT_RESUME, _INT_SUSPEND, _INT_RESET, _INT_BUFF = (
        *(1 << 17, 1 << 16, 1 << 15, 1 << 14, 1 << 12, 1 << 4),
    )

    def __init__(
        self,
        around: Surroundings,
        memory: UsbMemory,
        megahertz: Callable[[], float],
        is_rp2350: bool,
    ) -> None:
        self.memory, self._megahertz, self._is_rp2350 = memory, megahertz, is_rp2350
        self._vbus = self._is_suspended = False
        self._toggles = Toggles()
        self._setup = b""  # the last
        self._may_have_address = 0
        self._seen_frame = 0
        memory.on_sending = self._check_frame
        memory.is_held, memory.is_on = lambda: self.is_held, self._is_enabled
        super().__init__(around, 0x5011_0000, "usb")

    # The core's side.

    def read_register(self, offset: int) -> int:
        match offset:
            case self._SOF_RD:
                self._seen_frame = self._frame()
                return self._seen_frame & 0x7FF
            case self._BUFF_STATUS:
                return self.memory.unseen
            case self._EP_ABORT_DONE:
                return self.values.get(self._EP_ABORT, 0)  # no transaction is ever under way here
            case self._INTR:
                return self._events()
            case self._INTS:
                return self._events() & self.values.get(self._INTE, 0)
        return super().read_register(offset)

    def write(self, offset: int, value: int) -> None:
        cleared_by_ones = (self._SIE_STATUS, self._BUFF_STATUS, self._EP_ABORT_DONE)
        if offset >> 12 and offset & 0xFFF in cleared_by_ones:
            self._complain(f"register {offset & 0xFFF:#x}, cleared by ones, is written by an alias")
        super().write(offset, value)

    def write_register(self, offset: int, value: int) -> None:
        old = self.values.get(offset, 0)
        match offset:
            case self._SIE_STATUS:
                value = old & ~value
            case self._BUFF_STATUS:
                self.memory.unseen &= ~value
            case self._EP_ABORT:
                self.memory.withdrawn = value
            case self._MAIN_CTRL if value & self._CONTROLLER_EN:
                self._check_enabling(value)
            case self._SIE_CTRL if value & ~old & self._PULLUP_EN:
                self._check_attaching(value)
            case self._EP_STALL_ARM:
                controls = [self.memory.word(buffer_control(0, is_in)) for is_in in (True, False)]
                if any(control & AVAILABLE for control in controls):
                    self._complain("a stall of endpoint 0 while the block has a buffer of it")
            case self._ADDR_ENDP if value and value != self._may_have_address:
                self._complain(f"address {value} is taken before the status stage has ended")
        super().write_register(offset, value)
        if offset == self._SIE_CTRL and value & ~old & self._PULLUP_EN and not self._vbus:
            self.suspend()  # a bus without a host is idle

    def interrupt(self) -> bool:
        return not self.is_held and bool(self._events() & self.values.get(self._INTE, 0))

    def next_ns(self) -> int:
        wants_frames = self.values.get(self._INTE, 0) & self._INT_SOF and self._has_frames()
        return (self._frame() + 1) * _FRAME_NS if wants_frames else NEVER_NS

    def reset(self) -> None:
        self.values = {
            self._MAIN_CTRL: self._PHY_ISO if self._is_rp2350 else 0,
            self._SIE_CTRL: self._PULLDOWN_EN,
        }
        self.memory.withdrawn = self.memory.unseen = 0
        self._is_suspended = False

    # The host's side: see UsbPort.

    def set_vbus(self, on: bool) -> None:
        if self._vbus and not on:
            self.suspend()  # VBUS is overridden: an idle bus is all that the block sees
        self._vbus = on

    @property
    def is_attached(self) -> bool:
        return self._vbus and self._pulls_up()

    def bus_reset(self) -> None:
        if self.is_attached:
            self._is_suspended = False
            self._toggles.reset()
            self._may_have_address = 0
            self._raise(self._BUS_RESET)

    def suspend(self) -> None:
        if self._pulls_up() and not self._is_suspended:
            self._is_suspended = True
            self._raise(self._SUSPENDED)

    def resume(self) -> None:
        if self.is_attached and self._is_suspended:
            self._is_suspended = False
            self._raise(self._RESUME)

    def setup(self, address: int, endpoint: int, data: bytes) -> Handshake:
        if not self._listens(address) or endpoint:
            return Handshake.TIMEOUT
        self._setup = data
        self._toggles.setup(data)
        self.memory.put(0, data)
        self.values[self._EP_STALL_ARM] = 0
        self._raise(self._SETUP_REC)
        return Handshake.ACK

    def out(self, address: int, endpoint: int, data: bytes, toggle: int) -> Handshake:
        if not self._listens(address) or not self._is_open(endpoint, False):
            return Handshake.TIMEOUT
        self._see_status_stage(endpoint, is_in=False)
        control = self._control(endpoint, False)
        if control & STALL:
            return Handshake.STALL
        if not self._has_buffer(endpoint, False):
            return Handshake.NAK
        self._check_toggle(endpoint, False, control)
        if toggle != bool(control & DATA1):
            return Handshake.ACK  # a repetition
        if len(data) > control & LENGTH:
            return Handshake.TIMEOUT
        self.memory.put(self.memory.buffer_of(endpoint, False), data)
        kept = control & ~(AVAILABLE | LENGTH) | FULL | len(data)
        self._end(endpoint, False, kept)
        return Handshake.ACK

    def in_(self, address: int, endpoint: int, is_acknowledged: bool = True) -> InAnswer:
        if not self._listens(address) or not self._is_open(endpoint, True):
            return InAnswer(Handshake.TIMEOUT)
        self._see_status_stage(endpoint, is_in=True)
        control = self._control(endpoint, True)
        if control & STALL:
            return InAnswer(Handshake.STALL)
        if not self._has_buffer(endpoint, True):
            return InAnswer(Handshake.NAK)
        self._check_toggle(endpoint, True, control)
        data = self.memory.take(self.memory.buffer_of(endpoint, True), control & LENGTH)
        if is_acknowledged:
            if not endpoint and not data:
                self._end_status_to_host()
            self._end(endpoint, True, control & ~(AVAILABLE | FULL))
        return InAnswer(Handshake.ACK, data, int(bool(control & DATA1)))

    def _end(self, endpoint: int, is_in: bool, control: int) -> None:
        """A packet has passed: the core gets the buffer back, and an event."""
        self.memory.set_word(buffer_control(endpoint, is_in), control)
        self._toggles.moved(endpoint, is_in, int(bool(control & DATA1)))
        if endpoint:
            is_told = self.memory.ep_control(endpoint, is_in) & INTERRUPT_EACH_BUFFER
        else:
            is_told = self.values.get(self._SIE_CTRL, 0) & self._EP0_INT_1BUF
        self.memory.unseen |= (1 << 2 * endpoint + (not is_in)) if is_told else 0

    def _see_status_stage(self, endpoint: int, is_in: bool) -> None:
        """A token against the direction of the data is the status stage's."""
        has_data_in = self._setup[:1] >= b"\x80" and self._setup[6:] != b"\0\0"
        if not endpoint and is_in != has_data_in:
            self._toggles.begin_status()

    def _end_status_to_host(self) -> None:
        self._toggles.end_status()
        if self._setup[:2] == _SET_ADDRESS:
            self._may_have_address = self._setup[2]

    def _control(self, endpoint: int, is_in: bool) -> int:
        """Return the buffer control; without a STALL of endpoint 0 that is not armed."""
        control = self.memory.word(buffer_control(endpoint, is_in))
        armed = self.values.get(self._EP_STALL_ARM, 0) >> (not is_in) & 1
        return control if endpoint or armed else control & ~STALL

    def _has_buffer(self, endpoint: int, is_in: bool) -> bool:
        bit = 1 << 2 * endpoint + (not is_in)
        return bool(self._control(endpoint, is_in) & AVAILABLE) and not self.memory.withdrawn & bit

    def _is_open(self, endpoint: int, is_in: bool) -> bool:
        return not endpoint or bool(self.memory.ep_control(endpoint, is_in) & ENABLE)

    def _listens(self, address: int) -> bool:
        own = self.values.get(self._ADDR_ENDP, 0) & 0x7F
        return self.is_attached and not self._is_suspended and address == own

    def _is_enabled(self) -> bool:
        return not self.is_held and bool(self.values[self._MAIN_CTRL] & self._CONTROLLER_EN)

    def _pulls_up(self) -> bool:
        return self._is_enabled() and bool(self.values[self._SIE_CTRL] & self._PULLUP_EN)

    # Events.

    def _raise(self, status: int) -> None:
        self.values[self._SIE_STATUS] = self.values.get(self._SIE_STATUS, 0) | status

    def _events(self) -> int:
        status = self.values.get(self._SIE_STATUS, 0)
        return (
            bool(status & self._BUS_RESET) * self._INT_RESET
            | bool(status & self._SETUP_REC) * self._INT_SETUP
            | bool(status & self._RESUME) * self._INT_RESUME
            | bool(status & self._SUSPENDED) * self._INT_SUSPEND
            | bool(self.memory.unseen) * self._INT_BUFF
            | (self._has_frames() and self._frame() > self._seen_frame) * self._INT_SOF
        )

    def _has_frames(self) -> bool:
        return self.is_attached and not self._is_suspended

    def _frame(self) -> int:
        return self.around.now_ns // _FRAME_NS

    # What the core must not do.

    def _check_enabling(self, value: int) -> None:
        if self._megahertz() != 48:
            self._complain("the USB block is enabled, and its clock is not 48 MHz")
        if value & self._HOST:
            self._complain("the USB block is a host")

    def _check_attaching(self, sie_ctrl: int) -> None:
        muxing, pwr = self.values.get(self._MUXING, 0), self.values.get(self._PWR, 0)
        main = self.values.get(self._MAIN_CTRL, 0)
        if not main & self._CONTROLLER_EN:
            self._complain("the pull-up is on before the USB block is enabled")
        if muxing != self._TO_PHY_BY_SOFTWARE or pwr & self._VBUS_IS_THERE != self._VBUS_IS_THERE:
            self._complain("the pull-up is on before the USB block has its pins and VBUS")
        if main & self._PHY_ISO:
            self._complain("the pull-up is on while the PHY is isolated")
        if sie_ctrl & self._PULLDOWN_EN:
            self._complain("pull-up and pull-down are on together")

    def _check_frame(self, endpoint: int) -> None:
        """RP2040-E15: a bulk packet that becomes available late in a frame may hang the block."""
        late = self.around.now_ns % _FRAME_NS >= _LATE_IN_FRAME_NS
        if not self._is_rp2350 and endpoint and late and self._has_frames():
            self._complain(f"endpoint {endpoint}: a packet late in a frame (RP2040-E15)")

    def _check_toggle(self, endpoint: int, is_in: bool, control: int) -> None:
        if not self._toggles.is_right(endpoint, is_in, int(bool(control & DATA1))):
            name = f"endpoint {endpoint} {'IN' if is_in else 'OUT'}"
            self._complain(f"{name}: DATA{int(bool(control & DATA1))} at the wrong time")

    def _complain(self, what: str) -> None:
        self.around.complaints.append(what)
