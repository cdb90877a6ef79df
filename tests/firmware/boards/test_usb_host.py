"""The modelled USB host: it finds what a real one would refuse, and bytes survive a bad cable.

The device here is in Python, rightly or wrongly; test_usb.py has the boards' own.
"""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis.strategies import binary, floats, integers, lists, sampled_from

from tests.helpers.usb.descriptors import DescriptorError, read_configuration, read_device
from tests.helpers.usb.enumeration import enumerate_device
from tests.helpers.usb.host_controller import HostController, UsbError
from tests.helpers.usb.serial_port import SerialPort
from tests.helpers.usb.software_device import (
    CONFIGURATION_BYTES,
    DEVICE_BYTES,
    SoftwareDevice,
    SteadyBoard,
)
from tests.helpers.usb.transfer import Setup, Status, Transfer


def plugged(device: SoftwareDevice) -> HostController:
    host = HostController(device, SteadyBoard())
    host.plug()
    return host


def opened(device: SoftwareDevice) -> tuple[HostController, SerialPort]:
    host = plugged(device)
    port = SerialPort(host, enumerate_device(host))
    port.open()
    return host, port


def with_byte(data: bytes, at: int, value: int) -> bytes:
    return data[:at] + bytes([value]) + data[at + 1 :]


def test_a_device_is_known_by_its_own_words() -> None:
    found = enumerate_device(plugged(SoftwareDevice()))
    assert (found.manufacturer, found.product) == ("edgekit", "edgekit wearable")
    assert found.serial_number == "0123456789abcdef"


@pytest.mark.parametrize(
    ("at", "value", "reason"),
    [
        (2, 74, "not 74|announced|bytes"),  # a whole length that is not that of its parts
        (4, 3, "3 interfaces announced"),
        (5, 0, "value 0"),
        (7, 0x00, "bmAttributes"),
        (9, 0, "descriptor of 0 bytes"),
        (11, 1, "association|interface"),
        (43, 7, "union"),
        (65, 63, "bulk packets"),
        (63, 0xF2, "endpoint 0xf2"),
        (70, 0x82, "twice"),
    ],
)
def test_a_configuration_that_some_host_refuses_is_refused(
    at: int, value: int, reason: str
) -> None:
    wrong = SoftwareDevice(configuration=with_byte(CONFIGURATION_BYTES, at, value))
    with pytest.raises(DescriptorError, match=reason):
        enumerate_device(plugged(wrong))


@given(cut=integers(0, len(CONFIGURATION_BYTES) - 1), noise=binary(max_size=8))
def test_no_damaged_configuration_is_read_as_another(cut: int, noise: bytes) -> None:
    data = CONFIGURATION_BYTES[:cut] + noise
    if data == CONFIGURATION_BYTES[: len(data)] and len(data) == len(CONFIGURATION_BYTES):
        return
    with pytest.raises(DescriptorError):
        read_configuration(data, read_device(DEVICE_BYTES))


@pytest.mark.parametrize(
    ("strings", "reason"),
    [(("a", "b", ""), "no serial number"), (("a", "b", "1,2"), "'1,2'"), (("a", "b", "é"), "é")],
)
def test_a_serial_number_that_windows_refuses_is_refused(
    strings: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(DescriptorError, match=reason):
        enumerate_device(plugged(SoftwareDevice(strings=strings)))


def test_a_socket_without_a_device_is_said() -> None:
    class Absent(SoftwareDevice):
        def set_vbus(self, on: bool) -> None: ...

    with pytest.raises(UsbError, match="no device pulls D\\+ up"):
        enumerate_device(plugged(Absent()))


def test_a_device_that_refuses_a_setup_is_a_complaint() -> None:
    host = plugged(SoftwareDevice(refuses_setup=True))
    with pytest.raises(UsbError):
        enumerate_device(host)
    assert host.complaints == ["a SETUP was answered by NAK"]


def test_toggles_that_do_not_alternate_are_a_complaint() -> None:
    device = SoftwareDevice()
    host, port = opened(device)
    device.keeps_toggle = True
    port.write(bytes(200))
    host.run(50_000)
    assert "endpoint 2 IN: 3 errors in a row" in host.complaints


def test_a_full_packet_without_the_empty_one_after_it_never_arrives() -> None:
    device = SoftwareDevice(never_ends=True)
    host, port = opened(device)
    port.write(bytes(64))
    host.run(50_000)
    assert port.received == b""
    device.never_ends = False
    port.write(bytes(64))
    host.run(50_000)
    assert port.received == bytes(128)


def test_a_stall_ends_a_request_and_the_next_one_is_answered() -> None:
    host, port = opened(SoftwareDevice())
    with pytest.raises(UsbError) as refused:
        host.request(Setup(0xC0, 0x55, length=8))
    assert refused.value.status is Status.STALLED
    assert port.line_coding() == bytes.fromhex("00c20100000008")
    assert host.complaints == []


def test_a_pulled_cable_ends_every_transfer() -> None:
    host, port = opened(SoftwareDevice())
    waiting = host.submit(Transfer(2, True, 64))
    host.unplug()
    assert waiting.status is Status.GONE
    assert port.is_gone
    assert host.submit(Transfer(2, True, 64)).status is Status.GONE


def test_a_request_of_a_suspended_device_waits() -> None:
    host, port = opened(SoftwareDevice())
    host.suspend()
    port.write(b"later")
    host.run(100_000)
    assert port.received == b""
    host.resume()
    host.run(20_000)
    assert port.received == b"later"


def test_no_more_bytes_pass_than_a_full_speed_bus_carries() -> None:
    host, port = opened(SoftwareDevice())
    began_us = host.board.now_us
    port.write(bytes(64_000))
    host.run_until(lambda: port.unsent == 0, 10_000_000)
    assert (host.board.now_us - began_us) / 1e6 >= 64_000 / (19 * 64 * 1000)


class BadCable:
    """Loses packets at random, at most one in six: three lost tries in a row end a transfer."""

    def __init__(self, random: Random, share: float) -> None:
        self._random, self._share, self._since = random, share, 0

    def loses(self) -> bool:
        self._since += 1
        is_lost = self._since > 6 and self._random.random() < self._share
        self._since *= not is_lost
        return is_lost


@settings(max_examples=20, deadline=None)
@given(
    seed=integers(0, 1 << 32),
    lost=floats(0, 1),
    busy=floats(0, 0.8),
    sizes=lists(sampled_from([1, 63, 64, 65, 128, 200]), min_size=1, max_size=5),
)
def test_bytes_arrive_once_and_in_order_whatever_packets_are_lost(
    seed: int, lost: float, busy: float, sizes: list[int]
) -> None:
    device = SoftwareDevice()
    host, port = opened(device)
    host.bus.is_damaged = BadCable(Random(seed), lost).loses
    dice = Random(seed + 1)
    device.is_busy = lambda: dice.random() < busy
    sent = [dice.randbytes(size) for size in sizes]
    for data in sent:
        port.write(data)
    host.run_until(lambda: len(port.received) >= len(b"".join(sent)), 400_000)
    assert port.received == device.received == b"".join(sent)
    assert host.complaints == []
