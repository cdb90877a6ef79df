"""The firmware's USB serial port on a block without a chip (firmware/tests/usb_rig.c), as a port.

The block is perfect and at once: it shows what usb_control.c and usb_cdc.c do, and nothing of a
chip's registers.
"""

import ctypes

from edgekit.firmware.build.toolchain import FOLDER

from .port import Handshake, InAnswer

USB = FOLDER / "boards" / "usb"
SOURCES = (
    USB / "usb_cdc.c",
    USB / "usb_control.c",
    USB / "usb_descriptors.c",
    FOLDER / "tests" / "usb_rig.c",
)
FLAGS = (f"-I{USB}",)
SERIAL_NUMBER = "0123456789abcdef"
PACKET_BYTES = 64
_BULK = 2
_OUT, _IN = 1, 2  # places in is_halted
_NOTHING, _DATA_IN, _DATA_OUT, _STATUS_IN, _STATUS_OUT, _STALL = range(6)  # usb_rig_control_t


class Rig(ctypes.Structure):
    _fields_ = (
        ("control", ctypes.c_uint32),
        ("control_bytes", ctypes.c_uint32),
        ("control_data", ctypes.c_uint8 * PACKET_BYTES),
        ("address", ctypes.c_uint32),
        ("is_open", ctypes.c_uint32),
        ("opened", ctypes.c_uint32),
        ("is_sending", ctypes.c_uint32),
        ("bulk_bytes", ctypes.c_uint32),
        ("bulk_data", ctypes.c_uint8 * PACKET_BYTES),
        ("is_out_ready", ctypes.c_uint32),
        ("is_halted", ctypes.c_uint32 * 3),
        ("unhalted", ctypes.c_uint32 * 3),
        ("misuses", ctypes.c_uint32),
    )


class RigPort:
    """A UsbPort; `library` is SOURCES compiled with FLAGS."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.library, self.rig = library, Rig.in_dll(library, "usb_rig")
        self._vbus = True
        library.usb_cdc_has_dtr.restype = library.usb_cdc_is_ready.restype = ctypes.c_bool
        library.usb_cdc_write.restype = library.usb_cdc_has_input.restype = ctypes.c_bool
        library.usb_cdc_wants_boot_loader.restype = ctypes.c_bool
        ctypes.memset(ctypes.byref(self.rig), 0, ctypes.sizeof(Rig))
        self.bus_reset()

    # The device's own side.

    def write(self, data: bytes) -> bool:
        return bool(self.library.usb_cdc_write(data, len(data)))

    def read(self, capacity: int = PACKET_BYTES) -> bytes:
        into = ctypes.create_string_buffer(max(capacity, 1))
        count = self.library.usb_cdc_read(into, capacity)
        return into.raw[:count]

    # The host's side.

    def set_vbus(self, on: bool) -> None:
        if self._vbus and not on:
            self._forget()
        self._vbus = on

    @property
    def is_attached(self) -> bool:
        return self._vbus

    def bus_reset(self) -> None:
        if self._vbus:
            self._forget()

    def suspend(self) -> None:
        self.library.usb_cdc_suspended(True)
        self._is_suspended = True

    def resume(self) -> None:
        self.library.usb_cdc_suspended(False)
        self._is_suspended = False

    def setup(self, address: int, endpoint: int, data: bytes) -> Handshake:
        if not self._answers(address) or endpoint != 0:
            return Handshake.TIMEOUT
        self.rig.control, self._control_toggle = _NOTHING, 1
        self.library.usb_cdc_setup(data)
        return Handshake.ACK

    def out(self, address: int, endpoint: int, data: bytes, toggle: int) -> Handshake:
        rig = self.rig
        if not self._answers(address) or (endpoint != 0 and not self._is_open(endpoint, _BULK)):
            return Handshake.TIMEOUT
        if endpoint == 0:
            return self._control_out(data, toggle)
        if rig.is_halted[_OUT]:
            return Handshake.STALL
        if not rig.is_out_ready:
            return Handshake.NAK
        if toggle == self._toggle(_OUT):
            self._moved[_OUT] += 1
            rig.is_out_ready = 0
            self.library.usb_cdc_bulk_out(data, len(data))
        return Handshake.ACK

    def in_(self, address: int, endpoint: int, is_acknowledged: bool = True) -> InAnswer:
        rig = self.rig
        if not self._answers(address) or (endpoint != 0 and not self._is_open(endpoint, 1, _BULK)):
            return InAnswer(Handshake.TIMEOUT)
        if endpoint == 0:
            return self._control_in(is_acknowledged)
        if rig.is_halted[_IN if endpoint == _BULK else 0]:
            return InAnswer(Handshake.STALL)
        if endpoint != _BULK or not rig.is_sending:
            return InAnswer(Handshake.NAK)
        answer = InAnswer(Handshake.ACK, bytes(rig.bulk_data[: rig.bulk_bytes]), self._toggle(_IN))
        if is_acknowledged:
            self._moved[_IN] += 1
            rig.is_sending = 0
            self.library.usb_cdc_bulk_in_done()
        return answer

    def _control_out(self, data: bytes, toggle: int) -> Handshake:
        control = self.rig.control
        if control == _STALL:
            return Handshake.STALL
        if control == _STATUS_OUT:
            self.rig.control = _NOTHING
        elif control == _DATA_OUT and toggle == self._control_toggle:
            self._control_toggle ^= 1
            self.rig.control = _NOTHING
            self.library.usb_cdc_control_out(data, len(data))
        elif control != _DATA_OUT:
            return Handshake.NAK
        return Handshake.ACK

    def _control_in(self, is_acknowledged: bool) -> InAnswer:
        control = self.rig.control
        if control == _STALL:
            return InAnswer(Handshake.STALL)
        if control not in (_DATA_IN, _STATUS_IN):
            return InAnswer(Handshake.NAK)
        if control == _STATUS_IN:
            answer = InAnswer(Handshake.ACK, b"", 1)
            self.rig.control = _NOTHING if is_acknowledged else control
            self._address = self.rig.address if is_acknowledged else self._address
            return answer
        sent = bytes(self.rig.control_data[: self.rig.control_bytes])
        answer = InAnswer(Handshake.ACK, sent, self._control_toggle)
        if is_acknowledged:
            self._control_toggle ^= 1
            self.rig.control = _NOTHING
            self.library.usb_cdc_control_in_done()
        return answer

    def _toggle(self, place: int) -> int:
        """Return the next toggle: 0 after the endpoint was opened, or a halt of it ended."""
        begun = (self.rig.opened, self.rig.unhalted[place])
        if self._begun.get(place) != begun:
            self._begun[place], self._moved[place] = begun, 0
        return self._moved[place] & 1

    def _answers(self, address: int) -> bool:
        return self._vbus and not self._is_suspended and address == self._address

    def _is_open(self, endpoint: int, *known: int) -> bool:
        return bool(self.rig.is_open) and endpoint in known

    def _forget(self) -> None:
        self._address, self._control_toggle, self._is_suspended = 0, 1, False
        self._begun: dict[int, tuple[int, int]] = {}
        self._moved = {_OUT: 0, _IN: 0}
        self.rig.control = self.rig.address = self.rig.is_open = 0
        self.rig.is_sending = self.rig.is_out_ready = 0
        self.library.usb_cdc_bus_reset()
