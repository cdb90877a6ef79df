"""The XIAO's USB: from VBUS to a serial port, whatever its host and its cable do. Modelled."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgekit.device.sources.wearable.frames import Receiver, frame
from edgekit.device.sources.wearable.record_bytes import decode, encode
from edgekit.device.sources.wearable.records import DeviceSamples, Greet, Hello, Record
from edgekit.firmware.build.build import Built
from edgekit.firmware.emulate.simulated_sensor import SimulatedSensor
from edgekit.firmware.emulate.surroundings import PIN, SOFTWARE
from edgekit.firmware.emulate.system import System
from tests.helpers.chips.nrf52840 import Nrf52840, nrf52840
from tests.helpers.chips.nrf_usb_registers import Register
from tests.helpers.device_under_test import SAMPLES
from tests.helpers.usb.enumeration import UsbDevice, enumerate_device
from tests.helpers.usb.host_controller import HostController
from tests.helpers.usb.port import Handshake
from tests.helpers.usb.serial_port import SerialPort
from tests.helpers.usb.transfer import Setup

EXAMPLES = int(os.environ.get("EDGEKIT_USB_EXAMPLES", "8"))
STREAM_S = int(os.environ.get("EDGEKIT_USB_STREAM_S", "10"))
AWAY_S = 2
SECOND_US = 1_000_000
IDENTITY = b"I" + bytes.fromhex("fedcba9876543210") + b"xiao-nrf52840".ljust(16, b"\0")
STATUS = Setup(0x80, 0, length=2).encode()


@dataclass
class Cable:
    """A XIAO and a USB host."""

    system: System[Nrf52840]
    host: HostController

    @property
    def chip(self) -> Nrf52840:
        return self.system.chip

    def connect(self) -> tuple[UsbDevice, SerialPort]:
        """Plug the cable in where it is not, and open the serial port."""
        self.host.plug()
        device = enumerate_device(self.host)
        port = SerialPort(self.host, device)
        port.open()
        return device, port

    def ask(self, port: SerialPort, command: bytes, size: int) -> bytes:
        port.received.clear()
        port.write(command)
        assert self.host.run_until(lambda: len(port.received) >= size, SECOND_US)
        return bytes(port.received)

    def run(self, seconds: float) -> None:
        """The host looks whenever the core falls asleep, and now and then."""
        self.host.run_until(lambda: False, int(seconds * SECOND_US), step_us=20_000)

    def usb(self, register: Register) -> int:
        return self.chip.usbd.values.get(register, 0)

    def end(self) -> None:
        assert self.system.complaints == []
        assert self.host.complaints == []


def cable(elf: Path, samples: list[tuple[int, int, int]] = SAMPLES) -> Cable:
    sensor = SimulatedSensor()
    sensor.set_counts(samples)
    system = nrf52840(elf, sensor)
    return Cable(system, HostController(system.chip.usbd, system))


@pytest.fixture(scope="module")
def elf(board_app: Callable[[str, str], Path]) -> Path:
    return board_app("xiao-nrf52840", "cortex-m4")


@pytest.fixture
def xiao(elf: Path) -> Iterator[Cable]:
    made = cable(elf)
    made.system.run(SECOND_US)
    yield made
    made.end()


def test_it_enumerates_by_its_serial_number_and_answers(xiao: Cable) -> None:
    device, port = xiao.connect()
    assert device.serial_number == IDENTITY[1:9].hex()
    assert xiao.ask(port, b"I", 25) == IDENTITY
    assert xiao.chip.usbd.control.address == device.address
    slept = xiao.system.sleeps
    xiao.run(10)
    assert xiao.system.sleeps - slept < 100  # no event is left that would keep the core awake


def test_the_pull_up_waits_for_a_crystal_that_starts_slowly(xiao: Cable) -> None:
    xiao.run(12)  # the UART's receiver, which has it on, falls asleep
    assert not xiao.chip.clock.is_fast_on
    xiao.chip.clock.fast_start_ns = 60_000_000
    _, port = xiao.connect()
    assert xiao.ask(port, b"I", 25) == IDENTITY


def test_without_vbus_nothing_of_usb_runs(xiao: Cable) -> None:
    for _ in range(2):
        xiao.system.run(12 * SECOND_US)
        assert not xiao.usb(Register.ENABLE)
        assert not xiao.chip.clock.is_fast_on
        slept = xiao.system.sleeps
        xiao.system.run(10 * SECOND_US)
        assert xiao.system.sleeps - slept < 30
        xiao.connect()
        assert xiao.chip.clock.is_fast_on
        xiao.host.unplug()


def test_with_vbus_the_uart_does_not_sleep_and_is_heard_beside_usb(xiao: Cable) -> None:
    xiao.host.plug()
    xiao.system.run(30 * SECOND_US)
    sent = xiao.system.sent
    sent.clear()
    xiao.system.receive(b"I")
    assert xiao.system.run_until(lambda: len(sent) >= 25, SECOND_US)
    assert sent == IDENTITY
    _, port = xiao.connect()
    assert xiao.ask(port, b"I", 25) == IDENTITY
    xiao.host.unplug()
    xiao.system.run(SECOND_US)
    assert xiao.chip.clock.is_fast_on  # for the UART, which listens
    xiao.system.run(11 * SECOND_US)
    assert not xiao.chip.clock.is_fast_on


def test_it_sleeps_with_the_bus_and_is_there_again_at_once(xiao: Cable) -> None:
    _, port = xiao.connect()
    for _ in range(2):
        xiao.host.suspend()
        xiao.system.run(100_000)
        assert xiao.usb(Register.LOWPOWER)
        slept = xiao.system.sleeps
        xiao.system.run(10 * SECOND_US)
        assert xiao.system.sleeps - slept < 100
        xiao.host.resume()
        assert xiao.ask(port, b"I", 25) == IDENTITY
    xiao.host.suspend()
    xiao.system.run(100_000)
    assert enumerate_device(xiao.host).product  # a bus reset wakes it, too


def test_a_bus_that_nobody_has_used_yet_is_not_asleep(xiao: Cable) -> None:
    xiao.host.plug()
    xiao.system.run(SECOND_US)
    assert xiao.usb(Register.USBPULLUP)
    assert not xiao.usb(Register.LOWPOWER)
    assert xiao.ask(xiao.connect()[1], b"I", 25) == IDENTITY


def test_a_request_while_a_page_is_erased_is_answered_after_it(xiao: Cable) -> None:
    device, port = xiao.connect()
    usbd, seen = xiao.chip.usbd, []

    def ask() -> None:
        seen.append(usbd.setup(device.address, 0, STATUS))
        seen.append(usbd.in_(device.address, 0).handshake)

    xiao.chip.nvmc.while_erasing = ask
    assert len(xiao.ask(port, b"E", 20)) == 20
    assert seen == [Handshake.ACK, Handshake.NAK]
    assert usbd.in_(device.address, 0).data == bytes(2)
    xiao.system.run(1000)
    assert usbd.out(device.address, 0, b"", 1) is Handshake.ACK


def test_packets_that_are_damaged_come_again_and_once(xiao: Cable) -> None:
    _, port = xiao.connect()
    packets = count()
    xiao.host.bus.is_damaged = lambda: next(packets) % 5 == 0  # never three in a row
    for _ in range(20):
        assert xiao.ask(port, b"I", 25) == IDENTITY


def test_a_halt_that_ends_begins_at_data0(xiao: Cable) -> None:
    _, port = xiao.connect()
    for _ in range(3):
        assert xiao.ask(port, b"I", 25) == IDENTITY  # the command is one packet: DATA1 is next
        xiao.host.request(Setup(2, 1, 0, index=2))  # CLEAR_FEATURE(ENDPOINT_HALT)
        xiao.host.reset_toggle(2, is_in=False)


def test_a_cable_pulled_for_a_moment_begins_anew(xiao: Cable) -> None:
    xiao.connect()
    xiao.host.unplug()
    xiao.host.plug()
    assert not xiao.host.is_connected
    assert xiao.ask(xiao.connect()[1], b"I", 25) == IDENTITY


@pytest.mark.parametrize("asleep", [False, True])
def test_usbd_is_switched_off_after_an_even_count_of_bytes(xiao: Cable, asleep: bool) -> None:
    _, port = xiao.connect()
    for command in (b"I", b"II", b"III"):
        xiao.ask(port, command, 25)
        if asleep:
            xiao.host.suspend()
            xiao.run(0.1)
        xiao.host.unplug()
        xiao.run(0.1)
        assert not xiao.usb(Register.ENABLE)
        _, port = xiao.connect()


def test_a_reset_of_the_chip_or_what_a_boot_loader_left_on_is_a_new_device(xiao: Cable) -> None:
    _, port = xiao.connect()
    for cause in (PIN, SOFTWARE):
        xiao.system.reset(cause)
        xiao.chip.usbd.leave_running()
        xiao.host.run(SECOND_US)
        _, port = xiao.connect()
        assert xiao.ask(port, b"I", 25) == IDENTITY


ADDRESS, ENDPOINT = st.sampled_from([0, 5, 5, 77]), st.sampled_from([0, 0, 1, 2, 2, 3])
SETUPS = st.sampled_from(
    [
        Setup(0x80, 6, 0x100, length=18),
        Setup(0x80, 6, 0x200, length=255),
        Setup(0, 5, 5),
        Setup(0, 9, 1),
        Setup(0, 9, 0),
        Setup(0x21, 0x20, length=7),
        Setup(0x21, 0x22, 1),
        Setup(0xA1, 0x21, length=7),
        Setup(2, 1, index=0x82),
        Setup(2, 3, index=2),
        Setup(2, 1, index=2),
    ]
).map(Setup.encode)
ACTIONS = st.one_of(
    st.tuples(st.sampled_from(["plug", "unplug", "bus_reset", "suspend", "resume", "erase"])),
    st.tuples(st.just("setup"), ADDRESS, st.one_of(SETUPS, st.binary(min_size=8, max_size=8))),
    st.tuples(st.just("out"), ADDRESS, ENDPOINT, st.binary(max_size=64), st.integers(0, 1)),
    st.tuples(st.just("in_"), ADDRESS, ENDPOINT, st.booleans()),
)
GAP_US = st.one_of(
    st.just(0), st.integers(1, 30), st.integers(30, 3_000), st.integers(3_000, 10**6)
)


@settings(max_examples=EXAMPLES)
@given(script=st.lists(st.tuples(ACTIONS, GAP_US), max_size=60))
def test_whatever_a_host_and_its_cable_do_it_enumerates_afterwards(
    elf: Path, script: list[tuple[tuple[object, ...], int]]
) -> None:
    made = cable(elf)
    usbd = made.chip.usbd
    steps: dict[str, Callable[..., object]] = {
        "plug": lambda: usbd.set_vbus(True),
        "unplug": lambda: usbd.set_vbus(False),
        "erase": lambda: made.system.receive(b"E"),
        "setup": lambda address, data: usbd.setup(address, 0, data),
    }
    made.system.run(600_000)
    usbd.set_vbus(True)
    for (name, *arguments), gap_us in script:
        step = steps.get(str(name)) or getattr(usbd, str(name))
        step(*arguments)
        made.system.run(gap_us)
    assert made.ask(made.connect()[1], b"I", 25)[-25:] == IDENTITY
    assert made.system.faults == made.system.resets == []
    made.end()


def records_of(receiver: Receiver, port: SerialPort) -> list[Record]:
    """Return the records that the port has received, and clear it."""
    records = [decode(record) for record in receiver.push(bytes(port.received))]
    port.received.clear()
    return [record for record in records if record is not None]


def test_all_is_streamed_but_what_the_cable_was_pulled_for(image_of: Callable[..., Built]) -> None:
    made = cable(image_of("xiao-nrf52840", None).elf, SAMPLES * (STREAM_S // 5))
    indices: list[int] = []
    for _ in range(2):
        _, port = made.connect()
        receiver = Receiver()
        port.write(frame(encode(Greet()), 0))
        made.run(STREAM_S / 2)
        records = records_of(receiver, port)
        assert (receiver.lost, receiver.refused) == (0, 0)
        assert sum(isinstance(record, Hello) for record in records) == 1
        for record in records:
            if isinstance(record, DeviceSamples):
                indices += range(record.first_sample, record.first_sample + len(record.counts))
        made.host.unplug()
        made.run(AWAY_S)
    missing = sorted(set(range(indices[0], indices[-1])) - set(indices))
    assert len(indices) == len(set(indices)) > 50 * (STREAM_S - 2)
    assert missing == list(range(missing[0], missing[-1] + 1))  # the one gap
    assert 50 * AWAY_S < len(missing) < 50 * (AWAY_S + 2)
    made.end()


def test_1200_baud_and_a_closed_port_start_the_boot_loader_which_leaves_usb_on(
    image_of: Callable[..., Built],
) -> None:
    made = cable(image_of("xiao-nrf52840", None).elf)
    _, port = made.connect()
    port.close()
    made.host.run(SECOND_US)
    assert made.chip.boot_loader_visits == 0
    port.set_line(1200)
    port.open(1200)
    port.close()
    made.host.run(SECOND_US)
    assert made.chip.boot_loader_visits == 1
    made.host.run(SECOND_US)
    _, port = made.connect()
    port.write(frame(encode(Greet()), 0))
    made.host.run(SECOND_US)
    assert any(isinstance(record, Hello) for record in records_of(Receiver(), port))
    made.end()
