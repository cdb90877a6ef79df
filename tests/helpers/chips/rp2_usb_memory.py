"""The memory that the core and the USB block of the RP2040 and RP2350 share, and its rules.

RP2040 data sheet, 4.1.2.5 and 4.1.3; RP2350 data sheet, 12.7.3.7 and 12.7.4.
"""

from collections.abc import Callable

from unicorn import UC_HOOK_MEM_WRITE, arm_const

from edgekit.firmware.emulate.surroundings import Surroundings

ENABLE, INTERRUPT_EACH_BUFFER = 1 << 31, 1 << 29  # of an endpoint control
FULL, DATA1, STALL, AVAILABLE = 1 << 15, 1 << 13, 1 << 11, 1 << 10  # of a buffer control
LENGTH = 0x3FF
PACKET_BYTES = 64
EP0_BUFFER = 0x100
_BYTES, _BUFFERS_FROM = 0x1000, 0x180
_EP_CONTROLS, _BUFFER_CONTROLS, _BUFFER_CONTROLS_END = 0x08, 0x80, 0x100
_NOP, _SETTLING_NOPS = 0xBF00, 12


def buffer_control(endpoint: int, is_in: bool) -> int:
    """Return where an endpoint's buffer control lies."""
    return _BUFFER_CONTROLS + 8 * endpoint + (0 if is_in else 4)


class UsbMemory:
    """4 KiB; `withdrawn`: a bit for each buffer control that EP_ABORT has given to the core."""

    base, pages = 0x5010_0000, 1

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.is_held: Callable[[], bool] = lambda: False  # the block is in reset
        self.is_on: Callable[[], bool] = lambda: False  # and enabled
        self.withdrawn = 0
        self.unseen = 0  # BUFF_STATUS
        self.on_sending: Callable[[int], None] = lambda _endpoint: (
            None
        )  # a packet becomes available
        self._bytes = bytearray(i * 73 & 0xFF for i in range(_BYTES))  # as a power-on leaves it
        self._written_at: dict[int, int] = {}  # a buffer control: from which instruction
        # With a hook, unicorn has the exact program counter at a write; it does nothing else.
        begin, end = self.base + _BUFFER_CONTROLS, self.base + _BUFFER_CONTROLS_END - 1
        around.memory.uc.hook_add(UC_HOOK_MEM_WRITE, lambda *_: None, None, begin, end)

    # For the core.

    def read(self, offset: int) -> int:
        self._check_reset()
        return self.word(offset)

    def write(self, offset: int, value: int) -> None:
        self._check_reset()
        if not self.is_on():
            pass  # nobody else is there
        elif _BUFFER_CONTROLS <= offset < _BUFFER_CONTROLS_END:
            self._write_buffer_control(offset, value)
        elif offset >= EP0_BUFFER and self._is_sending_from(offset):
            self._complain(f"the buffer at {offset:#x} is changed while the block may send it")
        elif _EP_CONTROLS <= offset < _BUFFER_CONTROLS:
            self._check_ep_control(offset, value)
        self.set_word(offset, value)

    # For the block.

    def word(self, offset: int) -> int:
        return int.from_bytes(self._bytes[offset : offset + 4], "little")

    def set_word(self, offset: int, value: int) -> None:
        self._bytes[offset : offset + 4] = value.to_bytes(4, "little")

    def take(self, at: int, count: int) -> bytes:
        return bytes(self._bytes[at : at + count])

    def put(self, at: int, data: bytes) -> None:
        self._bytes[at : at + len(data)] = data

    def ep_control(self, endpoint: int, is_in: bool) -> int:
        return self.word(8 * endpoint + (0 if is_in else 4))

    def buffer_of(self, endpoint: int, is_in: bool) -> int:
        return self.ep_control(endpoint, is_in) & 0xFFFF if endpoint else EP0_BUFFER

    # What the core must not do.

    def _write_buffer_control(self, offset: int, value: int) -> None:
        endpoint, is_in = (offset - _BUFFER_CONTROLS) // 8, not offset & 4
        bit = 1 << 2 * endpoint + (not is_in)
        name, old = f"endpoint {endpoint} {'IN' if is_in else 'OUT'}", self.word(offset)
        here = self._around.memory.uc.reg_read(arm_const.UC_ARM_REG_PC)
        if old & AVAILABLE and not self.withdrawn & bit:
            self._complain(f"{name}: its buffer control is written while the block has the buffer")
        if value & AVAILABLE:
            self._check_arming(name, endpoint, is_in, value)
            if old != value & ~AVAILABLE or not self._has_settled(offset, here):
                self._complain(f"{name}: AVAILABLE is set before the rest has settled")
            if is_in:
                self.on_sending(endpoint)
            if self.unseen & bit:
                self._complain(f"{name}: armed again before the last packet was looked at")
        self._written_at[offset] = here

    def _has_settled(self, offset: int, here: int) -> bool:
        before = self._written_at.get(offset, here)
        if not 0 < here - before < 128:
            return False
        code = self._around.memory.read(before, here - before)
        words = (code[at] | code[at + 1] << 8 for at in range(0, len(code) - 1, 2))
        return sum(word == _NOP for word in words) >= _SETTLING_NOPS

    def _check_arming(self, name: str, endpoint: int, is_in: bool, value: int) -> None:
        if value & LENGTH > PACKET_BYTES:
            self._complain(f"{name}: {value & LENGTH} bytes in a packet")
        if bool(value & FULL) != is_in:
            self._complain(f"{name}: FULL must be {int(is_in)}")
        if endpoint and not self.ep_control(endpoint, is_in) & ENABLE:
            self._complain(f"{name}: armed, and is not open")

    def _check_ep_control(self, offset: int, value: int) -> None:
        endpoint, is_in = offset // 8, not offset & 4
        if self.word(buffer_control(endpoint, is_in)) & AVAILABLE:
            self._complain(f"endpoint {endpoint}: opened or closed while the block has a buffer")
        if not value & ENABLE:
            return
        at = value & 0xFFFF
        if at % PACKET_BYTES or not _BUFFERS_FROM <= at <= _BYTES - PACKET_BYTES:
            self._complain(f"endpoint {endpoint}: no buffer can be at {at:#x}")
        others = [other for other in range(_EP_CONTROLS, _BUFFER_CONTROLS, 4) if other != offset]
        if any(self.word(other) & ENABLE and self.word(other) & 0xFFFF == at for other in others):
            self._complain(f"endpoint {endpoint}: another endpoint has the buffer at {at:#x}")

    def _is_sending_from(self, offset: int) -> bool:
        return any(
            self.word(buffer_control(endpoint, True)) & AVAILABLE
            and 0 <= offset - self.buffer_of(endpoint, True) < PACKET_BYTES
            for endpoint in (0, 1, 2)
        )

    def _check_reset(self) -> None:
        if self.is_held():
            self._complain("the USB block's memory is used while the block is in reset")

    def _complain(self, what: str) -> None:
        self._around.complaints.append(what)
