"""Read a device's descriptors as strictly as the strictest host does (USB 2.0, 9.6; CDC 1.2, 5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct

DEVICE, CONFIGURATION, STRING, INTERFACE, ENDPOINT = 1, 2, 3, 4, 5
ASSOCIATION, CLASS_INTERFACE = 0x0B, 0x24
CDC, CDC_DATA, MISCELLANEOUS = 0x02, 0x0A, 0xEF
BULK, INTERRUPT = 2, 3
_UNION = 0x06
_DEVICE = Struct("<BBHBBBBHHHBBBB")
_CONFIGURATION = Struct("<BBHBBBBB")
_INTERFACE = Struct("<9B")
_ENDPOINT = Struct("<BBBBHB")


class DescriptorError(Exception):
    """A descriptor that some host refuses."""


@dataclass(frozen=True)
class DeviceDescriptor:
    usb_version: int
    device_class: tuple[int, int, int]
    control_packet_bytes: int
    vendor: int
    product: int
    release: int
    manufacturer_string: int
    product_string: int
    serial_string: int
    configurations: int


@dataclass(frozen=True)
class Endpoint:
    address: int
    kind: int
    packet_bytes: int

    @property
    def number(self) -> int:
        return self.address & 0x0F

    @property
    def is_in(self) -> bool:
        return bool(self.address & 0x80)


@dataclass(frozen=True)
class Interface:
    number: int
    kind: tuple[int, int, int]  # class, subclass, protocol
    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True)
class Configuration:
    value: int
    interfaces: tuple[Interface, ...]
    union: tuple[int, int] | None  # CDC: the control interface's number, and the data's

    def interface(self, number: int) -> Interface:
        return next(each for each in self.interfaces if each.number == number)


def read_device(data: bytes) -> DeviceDescriptor:
    """Raises DescriptorError."""
    _check(len(data) == _DEVICE.size and data[0] == _DEVICE.size, f"{len(data)} bytes of device")
    _, kind, version, *fields = _DEVICE.unpack(data)
    _check(kind == DEVICE, f"a device descriptor of type {kind}")
    *classes, packet, vendor, product, release, maker, name, serial, count = fields
    _check(version in (0x0110, 0x0200), f"USB version {version:#06x} of a full-speed device")
    _check(packet in (8, 16, 32, 64), f"control packets of {packet} bytes (9.6.1)")
    _check(count >= 1, "no configuration")
    return DeviceDescriptor(
        *(version, (classes[0], classes[1], classes[2]), packet, vendor, product, release),
        *(maker, name, serial, count),
    )


def configuration_bytes(data: bytes) -> int:
    """Return the whole length that a configuration's first nine bytes announce."""
    _check(len(data) >= _CONFIGURATION.size, f"{len(data)} bytes of a configuration")
    length: int = _CONFIGURATION.unpack(data[: _CONFIGURATION.size])[2]
    _check(length >= _CONFIGURATION.size, f"a whole length of {length}")
    return length


def read_configuration(data: bytes, device: DeviceDescriptor) -> Configuration:
    """Raises DescriptorError."""
    total = configuration_bytes(data)
    _check(len(data) == total, f"{len(data)} bytes of configuration, {total} announced")
    head, *parts = _parts(data)
    _, kind, _, count, value, _, attributes, _ = _CONFIGURATION.unpack(head)
    _check(kind == CONFIGURATION, f"a configuration of type {kind}")
    _check(bool(attributes & 0x80), "bit 7 of bmAttributes is 0 (9.6.3)")
    _check(value != 0, "a configuration of value 0 cannot be set")
    interfaces: list[Interface] = []
    wanted = 0
    associated: set[int] = set()
    union = None
    for part in parts:
        match part[1]:
            case _ if part[1] == ASSOCIATION:
                _check(not interfaces or part[2] > interfaces[-1].number, "a late association")
                associated |= set(range(part[2], part[2] + part[3]))
            case _ if part[1] == INTERFACE:
                _check(not interfaces or len(interfaces[-1].endpoints) == wanted, "endpoints")
                _, _, number, alternate, wanted, *classes, _ = _INTERFACE.unpack(part)
                _check((number, alternate) == (len(interfaces), 0), f"interface {number}")
                interfaces.append(Interface(number, (classes[0], classes[1], classes[2]), ()))
            case _ if part[1] == ENDPOINT:
                last = interfaces.pop()
                endpoint = _endpoint(part)
                interfaces.append(Interface(last.number, last.kind, (*last.endpoints, endpoint)))
            case _ if part[1] == CLASS_INTERFACE and part[2] == _UNION:
                union = part[3], part[4]
    _check(len(interfaces[-1].endpoints) == wanted, "an interface has not its endpoints")
    _check(count == len(interfaces), f"{count} interfaces announced, {len(interfaces)} described")
    addresses = [endpoint.address for each in interfaces for endpoint in each.endpoints]
    _check(len(addresses) == len(set(addresses)), "an endpoint is described twice")
    _check(not associated or device.device_class == (MISCELLANEOUS, 2, 1), "an IAD's device class")
    _check(associated <= set(range(count)), "an association of interfaces that are not there")
    if union:
        _check(set(union) <= set(range(count)), "a CDC union of interfaces that are not there")
    return Configuration(value, tuple(interfaces), union)


def read_string(data: bytes) -> str:
    """Raises DescriptorError."""
    _check(len(data) >= 2 and data[0] == len(data), f"a string of {len(data)} bytes, not its own")
    _check(data[1] == STRING, f"a string of type {data[1]}")
    _check(len(data) % 2 == 0, "a string of half a character")
    return data[2:].decode("utf-16-le")


def check_serial_number(text: str) -> None:
    """Windows names a port by it, and refuses others: 0x20 to 0x7f without a comma."""
    _check(bool(text), "no serial number: a port's name changes with the socket")
    _check(all(" " <= c <= "\x7f" and c != "," for c in text), f"the serial number {text!r}")


def _parts(data: bytes) -> Iterator[bytes]:
    """Split into descriptors, which must fill the bytes."""
    while data:
        _check(2 <= data[0] <= len(data), f"a descriptor of {data[0]} bytes in {len(data)}")
        yield data[: data[0]]
        data = data[data[0] :]


def _endpoint(part: bytes) -> Endpoint:
    _, _, address, attributes, packet, interval = _ENDPOINT.unpack(part)
    kind = attributes & 3
    _check(bool(address & 0x0F) and not address & 0x70, f"endpoint {address:#04x}")
    if kind == BULK:
        _check(packet in (8, 16, 32, 64), f"bulk packets of {packet} bytes (5.8.3)")
    if kind == INTERRUPT:
        _check(0 < packet <= 64 and interval > 0, f"an interrupt endpoint of {packet}, {interval}")
    return Endpoint(address, kind, packet)


def _check(is_right: bool, what: str) -> None:
    if not is_right:
        raise DescriptorError(what)
