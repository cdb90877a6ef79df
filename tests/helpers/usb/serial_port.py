"""SerialPort: a CDC-ACM device as a host's driver opens it (PSTN 1.2, 6.3; Linux' cdc_acm)."""

from struct import pack

from . import descriptors
from .descriptors import DescriptorError, Endpoint
from .enumeration import UsbDevice
from .host_controller import HostController
from .transfer import Setup, Status, Transfer

SET_LINE_CODING, GET_LINE_CODING, SET_CONTROL_LINE_STATE = 0x20, 0x21, 0x22
TO_INTERFACE, FROM_INTERFACE = 0x21, 0xA1
DTR, RTS = 1, 2
READS, READ_BYTES = 4, 128  # two packets: one full packet alone does not end a read
NOTIFICATION_BYTES = 10


class SerialPort:
    """`received` holds what came; whoever reads it may clear it."""

    def __init__(self, host: HostController, device: UsbDevice) -> None:
        """Raises DescriptorError for a device that is no serial port."""
        self.device = device
        self.received = bytearray()
        self.is_open = False
        self.is_gone = False
        self.line = b""  # as it was set last
        self._host = host
        self._reads: list[Transfer] = []
        self._writes: list[Transfer] = []
        union = device.configuration.union
        if union is None:
            raise DescriptorError("no CDC union: which interface holds the data?")
        self._control = union[0]
        control, data = (device.configuration.interface(number) for number in union)
        if control.kind != (descriptors.CDC, 2, 1) and control.kind != (descriptors.CDC, 2, 0):
            raise DescriptorError(f"a control interface of class {control.kind}")
        if data.kind[0] != descriptors.CDC_DATA:
            raise DescriptorError(f"a data interface of class {data.kind}")
        self.bulk_in = _one(data.endpoints, descriptors.BULK, True)
        self.bulk_out = _one(data.endpoints, descriptors.BULK, False)
        self._notifications = _one(control.endpoints, descriptors.INTERRUPT, True)

    def open(self, baud: int = 115_200) -> None:
        """Set the line and DTR, and read. Raises UsbError."""
        self.set_line(baud)
        self._host.request(Setup(TO_INTERFACE, SET_CONTROL_LINE_STATE, DTR | RTS, self._control))
        self.is_open = True
        self._reads = [self._read() for _ in range(READS)]
        notified = Transfer(self._notifications.number, True, NOTIFICATION_BYTES)
        self._reads.append(self._host.submit(notified))

    def set_line(self, baud: int) -> None:
        """Raises UsbError."""
        coding = pack("<IBBB", baud, 0, 0, 8)
        self._host.request(Setup(TO_INTERFACE, SET_LINE_CODING, 0, self._control, 7), coding)
        self.line = coding

    def line_coding(self) -> bytes:
        """Ask for the line's settings. Raises UsbError."""
        return self._host.request(Setup(FROM_INTERFACE, GET_LINE_CODING, 0, self._control, 7))

    def write(self, data: bytes) -> None:
        """Queue bytes to the device."""
        transfer = Transfer(self.bulk_out.number, False, len(data), data, on_done=self._written)
        self._writes.append(transfer)
        self._host.submit(transfer)

    @property
    def unsent(self) -> int:
        """Bytes that the device has not taken."""
        return sum(len(transfer.data) - transfer.sent for transfer in self._writes)

    def close(self) -> None:
        """Stop reading and clear DTR. Raises UsbError."""
        self.is_open = False
        reads, self._reads = self._reads, []
        for transfer in (*reads, *self._writes):
            self._host.unlink(transfer)
        self._writes.clear()
        if not self.is_gone:
            self._host.request(Setup(TO_INTERFACE, SET_CONTROL_LINE_STATE, 0, self._control))

    def _read(self) -> Transfer:
        transfer = Transfer(self.bulk_in.number, True, READ_BYTES, on_done=self._came)
        return self._host.submit(transfer)

    def _came(self, transfer: Transfer) -> None:
        self.received += transfer.data
        self.is_gone |= transfer.status is Status.GONE
        if transfer in self._reads:
            self._reads.remove(transfer)
            if self.is_open and transfer.status is Status.OK:
                self._reads.append(self._read())

    def _written(self, transfer: Transfer) -> None:
        if transfer in self._writes:
            self._writes.remove(transfer)


def _one(endpoints: tuple[Endpoint, ...], kind: int, is_in: bool) -> Endpoint:
    found = [each for each in endpoints if each.kind == kind and each.is_in == is_in]
    if len(found) != 1:
        raise DescriptorError(f"{len(found)} endpoints of kind {kind}, IN {is_in}; one is needed")
    return found[0]
