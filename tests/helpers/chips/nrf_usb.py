"""The nRF52840's USBD as the host's port sees it."""

from tests.helpers.usb.port import Handshake, InAnswer

from .nrf_usb_block import RESUME, SUSPEND, UsbdBlock
from .nrf_usb_registers import Register


class Usbd(UsbdBlock):
    """A UsbPort."""

    def set_vbus(self, on: bool) -> None:
        if on == self._clock.has_vbus:
            return
        self._clock.set_vbus(on)
        if not on and self.values.get(Register.ENABLE):
            self._is_stale = True
            self._leave_bus()

    @property
    def is_attached(self) -> bool:
        self.advance()
        return bool(
            self._clock.has_vbus
            and self._is_ready
            and not self._is_stale
            and self.values.get(Register.USBPULLUP)
        )

    def bus_reset(self) -> None:
        if not self.is_attached:
            return
        if self._is_suspended:
            self.resume()
        self._leave_bus()
        self._is_used = True
        self.control.reset()
        self.values[Register.EPINEN] = self.values[Register.EPOUTEN] = 1
        self.event(Register.USBRESET)

    def suspend(self) -> None:
        if self.is_attached and self._is_used and not self._is_suspended:
            self._is_suspended = True
            self._cause(SUSPEND)

    def resume(self) -> None:
        if self.is_attached and self._is_suspended:
            self._is_suspended = False
            self.values[Register.LOWPOWER] = 0  # the host's resume wakes it
            self._cause(RESUME)

    def _hears(self, address: int) -> bool:
        self.advance()
        if not self.is_attached or not self._is_used or self._is_suspended:
            return False
        if self.values.get(Register.LOWPOWER):
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
            self.values[Register.BMREQUESTTYPE + 4 * number] = byte
        self.event(Register.EP0SETUP)
        return Handshake.ACK

    def out(self, address: int, endpoint: int, data: bytes, toggle: int) -> Handshake:
        if not self._hears(address) or not self.values.get(Register.EPOUTEN, 1) >> endpoint & 1:
            return Handshake.TIMEOUT
        if endpoint == 0:
            handshake, is_done = self.control.out(data, toggle)
            self._control_event(is_done)
            return handshake
        handshake, is_done = self._endpoints.out(endpoint, data, toggle)
        self._data_event(is_done, 1 << 16 + endpoint)
        return handshake

    def in_(self, address: int, endpoint: int, is_acknowledged: bool = True) -> InAnswer:
        if not self._hears(address) or not self.values.get(Register.EPINEN, 1) >> endpoint & 1:
            return InAnswer(Handshake.TIMEOUT)
        if self._dma.is_running():
            return InAnswer(Handshake.NAK)
        if endpoint == 0:
            answer, is_done = self.control.in_(is_acknowledged)
            self._control_event(is_done)
            return answer
        answer, is_done = self._endpoints.in_(endpoint, is_acknowledged)
        self._data_event(is_done, 1 << endpoint)
        return answer

    def _control_event(self, is_done: bool) -> None:
        if is_done:
            self.event(Register.EP0DATADONE)

    def _data_event(self, is_done: bool, status: int) -> None:
        if is_done:
            self.values[Register.EPDATASTATUS] = self.values.get(Register.EPDATASTATUS, 0) | status
            self.event(Register.EPDATA)
