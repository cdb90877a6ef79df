"""The model of the nRF52840's USBD complains of what the chip would not forgive."""

from collections.abc import Callable
from pathlib import Path

import pytest

from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from tests.helpers.chips.nrf52840 import nrf52840
from tests.helpers.chips.nrf_usb_registers import Register
from tests.helpers.chips.nrf_usb_trims import Trims
from tests.helpers.usb.port import Handshake

RAM, FLASH = 0x2000_1000, 0x0003_0000
HFCLKSTART, HFCLKSTOP = 0x000, 0x004  # of CLOCK
KEY = 0x9375
READY, SUSPEND, STALL = 1 << 11, 1 << 8, 1 << 8
GET_DESCRIPTOR = bytes([0x80, 6, 0, 1, 0, 0, 18, 0])
SET_CONFIGURATION = bytes([0, 9, 1, 0, 0, 0, 0, 0])
SET_LINE_CODING = bytes([0x21, 0x20, 0, 0, 0, 0, 7, 0])
SET_ADDRESS = bytes([0, 5, 9, 0, 0, 0, 0, 0])


class Software:
    """What an image does, register by register; `host` is the other end of the cable."""

    def __init__(self, elf: Path) -> None:
        system = nrf52840(elf, SimulatedSensor())
        self._around, self._chip = system.around, system.chip
        self.complaints, self.host = system.complaints, system.chip.usbd
        self.host.set_vbus(True)

    def write(self, offset: int, value: int = 1) -> None:
        self._chip.usbd.write(offset, value)
        self.wait(1)

    def read(self, offset: int) -> int:
        return self._chip.usbd.read(offset)

    def wait(self, us: int) -> None:
        self._around.pass_ns(us * 1000)
        self._chip.usbd.advance()

    def crystal(self, is_on: bool) -> None:
        self._chip.clock.write(HFCLKSTART if is_on else HFCLKSTOP, 1)
        self.wait(1000)

    def work_around(self, anomaly_171: int, anomaly_187: int, is_unlocked: bool = True) -> None:
        trims = self._chip.usbd_trims
        if is_unlocked:
            trims.write(Trims.LOCK, KEY)
        trims.write(Trims.ANOMALY_171, anomaly_171)
        trims.write(Trims.ANOMALY_187, anomaly_187)
        if is_unlocked:
            trims.write(Trims.LOCK, KEY)

    def enable(self) -> None:
        self.work_around(0xC0, 3)
        self.write(Register.ENABLE)
        self.wait(20)
        self.write(Register.EVENTCAUSE, READY)
        self.work_around(0, 0)

    def enable_twice(self) -> None:
        self.enable()
        self.write(Register.ENABLE, 0)
        self.enable()

    def attach(self) -> None:
        self.enable_twice()
        self.crystal(True)
        self.write(Register.USBPULLUP)
        self.host.bus_reset()
        self.write(Register.USBRESET, 0)

    def copy(self, task: int, registers: int, number: int, at: int = RAM, size: int = 8) -> None:
        """Run a DMA to its end."""
        self.start_copy(task, registers, number, at, size)
        self.wait(10)
        end = Register.ENDEPIN if task == Register.STARTEPIN else Register.ENDEPOUT
        self.write(end + 4 * number, 0)
        self.write(Register.ANOMALY_199, 0)

    def start_copy(
        self, task: int, registers: int, number: int, at: int = RAM, size: int = 8
    ) -> None:
        self.write(registers + 0x14 * number, at)
        self.write(registers + 0x14 * number + 4, size)
        self.write(Register.ANOMALY_199, 0x82)
        self.write(task + 4 * number)

    def load(self, number: int, at: int = RAM, size: int = 8) -> None:
        self.copy(Register.STARTEPIN, Register.EPIN, number, at, size)

    def unload(self, number: int, size: int = 8) -> None:
        self.copy(Register.STARTEPOUT, Register.EPOUT, number, RAM, size)

    def read_setup(self, setup: bytes) -> None:
        """Have the host send a SETUP, and see its event."""
        assert self.host.setup(0, 0, setup) is Handshake.ACK
        self.write(Register.EP0SETUP, 0)

    def open(self) -> None:
        self.attach()
        self.write(Register.EPINEN, 0b101)
        self.write(Register.EPOUTEN, 0b101)


@pytest.fixture
def software(board_app: Callable[[str, str], Path]) -> Software:
    return Software(board_app("xiao-nrf52840", "cortex-m4"))


def test_what_the_specification_asks_for_is_no_complaint(software: Software) -> None:
    software.open()
    software.read_setup(GET_DESCRIPTOR)
    assert software.host.in_(0, 0).handshake is Handshake.NAK
    software.load(0, size=18)
    assert len(software.host.in_(0, 0).data) == 18
    assert software.host.out(0, 0, b"", 1) is Handshake.NAK
    software.write(Register.EP0STATUS)
    assert software.host.out(0, 0, b"", 1) is Handshake.ACK
    software.read_setup(SET_LINE_CODING)
    software.write(Register.EP0RCVOUT)
    assert software.host.out(0, 0, bytes(7), 1) is Handshake.ACK
    software.unload(0)
    software.write(Register.EP0STATUS)
    assert software.host.in_(0, 0).handshake is Handshake.ACK
    software.read_setup(SET_ADDRESS)
    assert software.host.in_(0, 0).handshake is Handshake.ACK
    assert software.read(Register.USBADDR) == 9
    software.write(Register.SIZE_EPOUT + 8, 0)
    assert software.host.out(9, 2, b"one", 0) is Handshake.ACK
    assert software.host.out(9, 2, b"two", 1) is Handshake.NAK
    software.unload(2, size=3)
    assert software.host.out(9, 2, b"two", 1) is Handshake.ACK
    software.load(2)
    assert software.host.in_(9, 2, is_acknowledged=False).toggle == 0
    assert software.host.in_(9, 2).toggle == 0
    assert software.complaints == []


def never_worked_around(software: Software) -> None:
    software.write(Register.ENABLE)


def locked(software: Software) -> None:
    software.work_around(0xC0, 3, is_unlocked=False)


def workarounds_left_on(software: Software) -> None:
    software.enable_twice()
    software.work_around(0xC0, 3)
    software.crystal(True)
    software.write(Register.USBPULLUP)


def enabled_once(software: Software) -> None:
    software.enable()
    software.crystal(True)
    software.write(Register.USBPULLUP)


def not_ready(software: Software) -> None:
    software.enable_twice()
    software.write(Register.ENABLE, 0)
    software.write(Register.USBPULLUP)


def no_crystal(software: Software) -> None:
    software.enable_twice()
    software.wait(2000)
    software.write(Register.USBPULLUP)


def no_supply(software: Software) -> None:
    software.crystal(True)
    software.enable_twice()
    software.write(Register.USBPULLUP)


def no_vbus(software: Software) -> None:
    software.host.set_vbus(False)
    software.wait(1000)
    software.enable()


def crystal_stopped(software: Software) -> None:
    software.attach()
    software.crystal(False)
    assert software.host.setup(0, 0, GET_DESCRIPTOR) is Handshake.TIMEOUT


def from_flash(software: Software) -> None:
    software.open()
    software.load(2, at=FLASH)


def without_199(software: Software) -> None:
    software.open()
    software.write(Register.EPIN + 2 * 0x14, RAM)
    software.write(Register.STARTEPIN + 8)


def two_at_once(software: Software) -> None:
    software.open()
    software.start_copy(Register.STARTEPIN, Register.EPIN, 2)
    software.write(Register.STARTEPIN + 4)


def end_never_cleared(software: Software) -> None:
    software.open()
    software.start_copy(Register.STARTEPIN, Register.EPIN, 2)
    software.wait(10)
    software.host.in_(0, 2)
    software.start_copy(Register.STARTEPIN, Register.EPIN, 2)


def too_long(software: Software) -> None:
    software.open()
    software.load(2, size=65)


def cut_short(software: Software) -> None:
    software.open()
    software.write(Register.SIZE_EPOUT + 8, 0)
    software.host.out(0, 2, b"four", 0)
    software.unload(2, size=3)


def closed(software: Software) -> None:
    software.attach()
    software.load(2)


def overwritten(software: Software) -> None:
    software.open()
    software.load(2)
    software.load(2)


def without_a_packet(software: Software) -> None:
    software.open()
    software.unload(2)


def status_without_setup(software: Software) -> None:
    software.attach()
    software.read_setup(SET_CONFIGURATION)
    software.write(Register.EP0STATUS)
    software.host.in_(0, 0)
    software.write(Register.EP0STATUS)


def status_too_early(software: Software) -> None:
    software.attach()
    software.read_setup(GET_DESCRIPTOR)
    software.load(0, size=18)
    software.write(Register.EP0STATUS)


def data_for_nobody(software: Software) -> None:
    software.attach()
    software.read_setup(SET_CONFIGURATION)
    software.load(0)


def more_than_asked_for(software: Software) -> None:
    software.attach()
    software.read_setup(GET_DESCRIPTOR)
    software.load(0, size=19)


def data_from_nobody(software: Software) -> None:
    software.attach()
    software.read_setup(GET_DESCRIPTOR)
    software.write(Register.EP0RCVOUT)


def address_is_the_hardware_s(software: Software) -> None:
    software.attach()
    software.read_setup(SET_ADDRESS)
    software.write(Register.EP0STATUS)


def setup_never_seen(software: Software) -> None:
    software.attach()
    software.read_setup(GET_DESCRIPTOR)
    software.host.setup(0, 0, SET_CONFIGURATION)
    software.wait(100)
    software.load(0, size=18)


def out_of_reach(software: Software) -> None:
    software.open()
    software.host.suspend()
    software.write(Register.LOWPOWER)
    software.write(Register.EPSTALL, 0x82 | STALL)


def low_power_in_use(software: Software) -> None:
    software.attach()
    software.write(Register.LOWPOWER)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (never_worked_around, "without the workarounds of anomalies 171 and 187"),
        (locked, "while it is locked"),
        (workarounds_left_on, "are left on"),
        (enabled_once, "anomaly 223"),
        (not_ready, "before READY"),
        (no_crystal, "before HFXO runs"),
        (no_supply, "before USBPWRRDY"),
        (no_vbus, "without VBUS"),
        (crystal_stopped, "while HFXO is off"),
        (from_flash, "which is no RAM"),
        (without_199, "anomaly 199"),
        (two_at_once, "during DMA"),
        (end_never_cleared, "was never cleared"),
        (too_long, "a packet of 65 bytes"),
        (cut_short, "a packet of 4 bytes is copied to 3"),
        (closed, "while it is closed"),
        (overwritten, "before the host had the last"),
        (without_a_packet, "without a packet"),
        (status_without_setup, "without a SETUP"),
        (status_too_early, "before the data stage ended"),
        (data_for_nobody, "where the host expects no data"),
        (more_than_asked_for, "more data on endpoint 0"),
        (data_from_nobody, "where the host sends no data"),
        (address_is_the_hardware_s, "which is the hardware's"),
        (setup_never_seen, "that another has replaced"),
        (out_of_reach, "in low power"),
        (low_power_in_use, "while the bus is in use"),
    ],
)
def test_it_complains(
    software: Software, wrong: Callable[[Software], None], complaint: str
) -> None:
    wrong(software)
    assert len(software.complaints) >= 1
    assert complaint in software.complaints[0]


def test_without_its_workarounds_it_is_never_ready(software: Software) -> None:
    software.write(Register.ENABLE)
    software.wait(1_000_000)
    assert not software.read(Register.EVENTCAUSE) & READY


def test_a_bus_that_nobody_uses_looks_suspended_after_3_ms(software: Software) -> None:
    software.enable_twice()
    software.crystal(True)
    software.write(Register.USBPULLUP)
    software.wait(2900)
    assert not software.read(Register.EVENTCAUSE) & SUSPEND
    software.wait(200)
    assert software.read(Register.EVENTCAUSE) & SUSPEND
