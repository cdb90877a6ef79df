"""Devices behind USB/IP, met by hosts that nobody here wrote.

The firmware's own USB serial port, compiled for this machine (a chip's registers are in
test_usb_night.py), and one in Python.
"""

import ctypes
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import TypeVar

import pytest
from serial_usbipclient import HardwareID, USBIP_Connection, USBIPClient
from serial_usbipclient.protocol.urb_packets import UrbSetupPacket
from usb_protocol.types.descriptors import cdc, standard

from tests.helpers.usb.enumeration import enumerate_device
from tests.helpers.usb.host_controller import HostController
from tests.helpers.usb.rig import FLAGS, SOURCES, RigPort
from tests.helpers.usb.serial_port import DTR, RTS, SET_CONTROL_LINE_STATE, TO_INTERFACE
from tests.helpers.usb.software_device import SoftwareDevice, SteadyBoard
from tests.helpers.usb.usbip_server import UsbIpServer

PARSERS = {
    (0x0B, None): standard.InterfaceAssociationDescriptor,
    (4, None): standard.InterfaceDescriptor,
    (5, None): standard.EndpointDescriptor,
    (0x24, 0): cdc.HeaderDescriptor,
    (0x24, 1): cdc.CallManagementFunctionalDescriptor,
    (0x24, 2): cdc.ACMFunctionalDescriptor,
    (0x24, 6): cdc.UnionFunctionalDescriptor,
}
ID = HardwareID(0x1209, 0x0001)
T = TypeVar("T")


class EchoingFirmware(RigPort, SteadyBoard):
    """The firmware's common part, and a program on it that sends back what it reads."""

    now_us = 0

    def run_until(self, is_met: Callable[[], bool], limit_us: int) -> bool:
        if self.has_dtr and (data := self.read(1024)):
            assert self.write(data)
        return SteadyBoard.run_until(self, is_met, limit_us)

    @property
    def has_dtr(self) -> bool:
        return bool(self.library.usb_cdc_has_dtr())


@pytest.fixture(params=["in Python", "the firmware's"])
def device(
    request: pytest.FixtureRequest, c_library: Callable[..., ctypes.CDLL]
) -> "SoftwareDevice | EchoingFirmware":
    if request.param == "in Python":
        return SoftwareDevice()
    return EchoingFirmware(c_library(*SOURCES, flags=FLAGS))


@pytest.fixture
def server(device: "SoftwareDevice | EchoingFirmware") -> Iterator[UsbIpServer]:
    board = device if isinstance(device, EchoingFirmware) else SteadyBoard()
    host = HostController(device, board)
    host.plug()
    serving = UsbIpServer(host)
    yield serving
    serving.close()
    assert host.complaints == []


def beside(server: UsbIpServer, act: Callable[[], T]) -> T:
    """Return what a host does, in another thread, while the server runs."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(act())
        except BaseException as error:
            done.set_exception(error)

    thread = threading.Thread(target=run)
    thread.start()
    server.serve(done.done)
    thread.join()
    result = done.result()
    server.serve(lambda: not server.is_attached)
    return result


def attach(client: USBIPClient) -> USBIP_Connection:
    """Enumerate and open the port. The client's own DTR is in the wrong byte (1.1.2)."""
    client.attach([ID])
    (connection,) = client.get_connection(ID)
    lines = UrbSetupPacket(
        request_type=TO_INTERFACE,
        request=SET_CONTROL_LINE_STATE,
        value=DTR | RTS,
        index=0,
        length=0,
    )
    client.send_setup(lines, connection)
    connection.readall(48)
    return connection


def test_an_independent_host_enumerates_it_and_talks(
    server: UsbIpServer, device: SoftwareDevice | EchoingFirmware
) -> None:
    said = bytes(range(200)) * 3

    def talk() -> tuple[bytes, str]:
        client = USBIPClient(("127.0.0.1", server.port))
        connection = attach(client)
        assert device.has_dtr
        assert client.send(connection, said) == len(said)
        heard = connection.response_data(timeout=10, size=len(said))
        name = connection.device_desc
        client.shutdown()
        return heard, f"{name.idVendor:04x}:{name.idProduct:04x}"

    assert beside(server, talk) == (said, "1209:0001")
    assert not device.has_dtr  # a host that goes leaves a device that is reset


def test_a_second_host_does_not_get_a_device_that_one_has(server: UsbIpServer) -> None:
    def both() -> str:
        first = USBIPClient(("127.0.0.1", server.port))
        attach(first)
        try:
            attach(USBIPClient(("127.0.0.1", server.port)))
        except Exception as error:
            return type(error).__name__
        finally:
            first.shutdown()
        return "two hosts have it"

    assert beside(server, both) == "USBAttachError"


def test_a_host_that_goes_leaves_the_device_to_the_next(server: UsbIpServer) -> None:
    def twice() -> None:
        for _ in range(2):
            client = USBIPClient(("127.0.0.1", server.port))
            attach(client)
            client.shutdown()

    beside(server, twice)


@pytest.mark.parametrize("garbage", [b"\xff" * 64, b"\x01\x11\x80\x03" + bytes(4), b"GET / HTTP"])
def test_garbage_from_the_network_ends_that_connection_alone(
    server: UsbIpServer, garbage: bytes
) -> None:
    def act() -> None:
        with socket.create_connection(("127.0.0.1", server.port)) as wrong:
            wrong.sendall(garbage)
            client = USBIPClient(("127.0.0.1", server.port))
            assert len(client.list_published().paths) == 1
            client.shutdown()

    beside(server, act)


def test_its_descriptors_are_read_by_a_third_party(
    device: SoftwareDevice | EchoingFirmware,
) -> None:
    host = HostController(device, SteadyBoard())
    host.plug()
    found = enumerate_device(host)
    read = standard.DeviceDescriptor.parse(found.raw_device)
    assert (read.idVendor, read.idProduct, read.bMaxPacketSize0) == (0x1209, 0x0001, 64)
    configuration = standard.ConfigurationDescriptor.parse(found.raw_configuration)
    assert configuration.wTotalLength == len(found.raw_configuration)
    rest = found.raw_configuration[configuration.bLength :]
    kinds = []
    while rest:
        kinds.append(rest[1])
        parser = PARSERS[rest[1], rest[2] if rest[1] == 0x24 else None]
        assert parser.parse(rest[: rest[0]]).bLength == rest[0]
        rest = rest[rest[0] :]
    assert kinds == [0x0B, 4, 0x24, 0x24, 0x24, 0x24, 5, 4, 5, 5]
