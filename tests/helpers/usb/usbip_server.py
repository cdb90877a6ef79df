"""UsbIpServer: offer a modelled device to other hosts' USB stacks, over TCP.

The server's side of USB/IP (Linux, Documentation/usb/usbip_protocol.rst), for one device and one
host at a time. Linux' vhci-hcd makes a true /dev/ttyACM0 of it.
"""

import select
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from struct import Struct

from .enumeration import SET_ADDRESS, SET_CONFIGURATION, UsbDevice, enumerate_device
from .host_controller import HostController
from .transfer import Setup, Status, Transfer

PORT = 3240  # registered for USB/IP
BUS_ID, BUS_NUMBER = b"1-1", 1
VERSION, FULL_SPEED = 0x0111, 2
LIST, IMPORT, REPLY = 0x8005, 0x8003, 0x7FFF  # a reply's code is the request's, less bit 15
SUBMIT, UNLINK, SUBMITTED, UNLINKED = 1, 2, 3, 4
CLEAR_FEATURE, TO_ENDPOINT = 1, 2
ZERO_PACKET = 0x40  # of transfer_flags
NO_SUCH_DEVICE, MOST_BYTES = 1, 1 << 20
_OPERATION = Struct(">HHI")
_DEVICE = Struct(">256s32s3I3H6B")
_HEADER = Struct(">5I")
_SUBMIT = Struct(">2I3i8s")
_SUBMITTED = Struct(">5I5i8x")
_UNLINKED = Struct(">5Ii24x")
_URB_BYTES = 48  # of each URB message's head


@dataclass
class _Client:
    socket: socket.socket
    data: bytearray = field(default_factory=bytearray)
    is_attached: bool = False
    transfers: dict[int, Transfer] = field(default_factory=dict)  # under way, by sequence number


class UsbIpServer:
    """Enumerates a device that is plugged in, and lets one other host have it."""

    def __init__(self, host: HostController, port: int = 0) -> None:
        """Listen on this computer alone; port 0 takes a free one."""
        self._host = host
        self._device: UsbDevice | None = None  # None: nothing is plugged in
        self._listener = socket.create_server(("127.0.0.1", port))
        self._clients: list[_Client] = []
        self.port: int = self._listener.getsockname()[1]

    @property
    def is_attached(self) -> bool:
        """Whether a host has the device."""
        return any(client.is_attached for client in self._clients)

    def serve(self, is_over: Callable[[], bool], step_us: int = 1000) -> None:
        """Answer hosts while the board runs, until `is_over`."""
        while not is_over():
            self.poll(0 if any(client.transfers for client in self._clients) else 0.001)
            self._follow_cable()
            self._host.run(step_us)

    def poll(self, timeout_s: float = 0.0) -> None:
        """Handle what came from hosts."""
        sockets = [self._listener, *(client.socket for client in self._clients)]
        ready = select.select(sockets, [], [], timeout_s)[0]
        if self._listener in ready:
            connection, _ = self._listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._clients.append(_Client(connection))
        for client in [client for client in self._clients if client.socket in ready]:
            self._receive(client)

    def _follow_cable(self) -> None:
        if not self._host.is_connected:
            self._device = None
        elif self._device is None:
            self._device = enumerate_device(self._host)

    def close(self) -> None:
        for client in list(self._clients):
            self._drop(client)
        self._listener.close()

    def _receive(self, client: _Client) -> None:
        try:
            data = client.socket.recv(65_536)
        except OSError:
            data = b""
        if not data:
            self._drop(client)
            return
        client.data += data
        is_whole = True
        while client in self._clients and is_whole:
            is_whole = self._handle_urb(client) if client.is_attached else self._operate(client)

    def _drop(self, client: _Client) -> None:
        self._clients.remove(client)
        client.socket.close()
        transfers, client.transfers = client.transfers, {}
        for transfer in transfers.values():
            self._host.unlink(transfer)
        if client.is_attached:
            self._device = None  # it is reset and enumerated anew, as Linux' usbip-host does

    # Which devices there are.

    def _operate(self, client: _Client) -> bool:
        """Handle one request for the list, or for the device; False when none is whole."""
        if len(client.data) < _OPERATION.size:
            return False
        _, code, _ = _OPERATION.unpack_from(client.data)
        if code == LIST:
            del client.data[: _OPERATION.size]
            client.socket.sendall(_OPERATION.pack(VERSION, LIST & REPLY, 0) + self._listed())
            return True
        if code != IMPORT:
            self._drop(client)
            return False
        if len(client.data) < _OPERATION.size + 32:
            return False
        wanted = bytes(client.data[_OPERATION.size : _OPERATION.size + 32]).rstrip(b"\0")
        del client.data[: _OPERATION.size + 32]
        if wanted != BUS_ID or self.is_attached or self._device is None:
            client.socket.sendall(_OPERATION.pack(VERSION, IMPORT & REPLY, NO_SUCH_DEVICE))
            return True
        client.is_attached = True
        described = _described(self._device)
        client.socket.sendall(_OPERATION.pack(VERSION, IMPORT & REPLY, 0) + described)
        return True

    def _listed(self) -> bytes:
        if self._device is None:
            return (0).to_bytes(4, "big")
        interfaces = self._device.configuration.interfaces
        kinds = b"".join(bytes((*each.kind, 0)) for each in interfaces)
        return (1).to_bytes(4, "big") + _described(self._device) + kinds

    # Transfers.

    def _handle_urb(self, client: _Client) -> bool:
        """Handle one message; False when none is whole."""
        if len(client.data) < _URB_BYTES:
            return False
        command, sequence, _, is_in, endpoint = _HEADER.unpack_from(client.data)
        if command == UNLINK:
            wanted = int.from_bytes(client.data[_HEADER.size : _HEADER.size + 4], "big")
            del client.data[:_URB_BYTES]
            self._unlink(client, sequence, wanted)
            return True
        if command != SUBMIT:
            self._drop(client)
            return False
        flags, length, _, _, _, setup = _SUBMIT.unpack_from(client.data, _HEADER.size)
        sent = 0 if is_in else length
        if length > MOST_BYTES:
            self._drop(client)
            return False
        if len(client.data) < _URB_BYTES + sent:
            return False
        data = bytes(client.data[_URB_BYTES : _URB_BYTES + sent])
        del client.data[: _URB_BYTES + sent]
        transfer = Transfer(
            *(endpoint, bool(is_in), length, data),
            None if endpoint else Setup.decode(setup),
            ends_empty=bool(flags & ZERO_PACKET),
            on_done=lambda transfer: self._done(client, sequence, transfer),
        )
        client.transfers[sequence] = transfer
        if transfer.setup and _kind(transfer.setup) == (0, SET_ADDRESS):
            transfer.end(Status.OK)  # the address on that host's bus, not on this one
        else:
            self._host.submit(transfer)
        return True

    def _done(self, client: _Client, sequence: int, transfer: Transfer) -> None:
        if client.transfers.pop(sequence, None) is None or transfer.status is Status.UNLINKED:
            return
        assert transfer.status is not None
        if transfer.setup and transfer.status is Status.OK:
            self._follow(transfer.setup)
        head = _SUBMITTED.pack(
            *(SUBMITTED, sequence, 0, 0, 0),
            *(transfer.status, transfer.actual_length, 0, 0, 0),
        )
        try:
            client.socket.sendall(head + (transfer.data if transfer.is_in else b""))
        except OSError:
            self._drop(client)

    def _follow(self, setup: Setup) -> None:
        """Reset the toggles that a request of the other host's driver has reset in the device."""
        if _kind(setup) == (0, SET_CONFIGURATION):
            self._host.reset_toggles()
        elif _kind(setup) == (TO_ENDPOINT, CLEAR_FEATURE):
            self._host.reset_toggle(setup.index & 0x0F, bool(setup.index & 0x80))

    def _unlink(self, client: _Client, sequence: int, wanted: int) -> None:
        transfer = client.transfers.pop(wanted, None)
        status = 0
        if transfer is not None:
            self._host.unlink(transfer)
            status = Status.UNLINKED
        client.socket.sendall(_UNLINKED.pack(UNLINKED, sequence, 0, 0, 0, status))


def _described(found: UsbDevice) -> bytes:
    device = found.device
    return _DEVICE.pack(
        b"/sys/devices/usb1/" + BUS_ID,
        *(BUS_ID, BUS_NUMBER, found.address, FULL_SPEED),
        *(device.vendor, device.product, device.release, *device.device_class),
        *(found.configuration.value, device.configurations),
        len(found.configuration.interfaces),
    )


def _kind(setup: Setup) -> tuple[int, int]:
    return setup.request_type, setup.request
