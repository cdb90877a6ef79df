"""A modelled device behind USB/IP, met by hosts that nobody here wrote."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import TypeVar

import pytest
from serial_usbipclient import HardwareID, USBIP_Connection, USBIPClient
from serial_usbipclient.protocol.urb_packets import UrbSetupPacket
from usb_protocol.types.descriptors.standard import DeviceDescriptor

from tests.helpers.usb.host_controller import HostController
from tests.helpers.usb.serial_port import DTR, RTS, SET_CONTROL_LINE_STATE, TO_INTERFACE
from tests.helpers.usb.software_device import SoftwareDevice, SteadyBoard
from tests.helpers.usb.usbip_server import UsbIpServer

ID = HardwareID(0x1209, 0x0001)
T = TypeVar("T")


@pytest.fixture
def device() -> SoftwareDevice:
    return SoftwareDevice()


@pytest.fixture
def server(device: SoftwareDevice) -> Iterator[UsbIpServer]:
    host = HostController(device, SteadyBoard())
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
    server.serve(lambda: not server.is_attached)
    return done.result()


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
    server: UsbIpServer, device: SoftwareDevice
) -> None:
    said = bytes(range(200)) * 3

    def talk() -> tuple[bytes, str]:
        client = USBIPClient(("127.0.0.1", server.port))
        connection = attach(client)
        assert device.has_dtr
        assert client.send(connection, said) == len(said)
        heard = b""
        while len(heard) < len(said):
            heard += connection.response_data(size=1)
        name = connection.device_desc
        client.shutdown()
        return heard, f"{name.idVendor:04x}:{name.idProduct:04x}"

    assert beside(server, talk) == (said, "1209:0001")
    assert not device.has_dtr  # a host that goes leaves a device that is reset
    assert device.line[:4] == (9600).to_bytes(4, "little")


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


def test_the_device_descriptor_is_read_by_a_third_party(device: SoftwareDevice) -> None:
    read = DeviceDescriptor.parse(device.device)
    assert (read.idVendor, read.idProduct, read.bMaxPacketSize0) == (0x1209, 0x0001, 64)
