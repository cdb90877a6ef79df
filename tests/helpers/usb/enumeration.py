"""Enumerate a device: reset it, give it an address, read who it is, and configure it.

In Linux' order (drivers/usb/core/hub.c); Windows and macOS ask for the same.
"""

from dataclasses import dataclass

from . import descriptors
from .descriptors import Configuration, DescriptorError, DeviceDescriptor
from .host_controller import HostController, UsbError
from .transfer import Setup, Status

GET_DESCRIPTOR, SET_ADDRESS, SET_CONFIGURATION = 6, 5, 9
TO_HOST = 0x80
ATTACH_LIMIT_US = 2_000_000
DEBOUNCE_US = 100_000  # 7.1.7.3
ADDRESS_US = 10_000  # Linux waits so long; a device has 2 ms (9.2.6.3)
FIRST_ADDRESS = 5
LANGUAGE = 0x0409


@dataclass(frozen=True)
class UsbDevice:
    """Who is there, in its own words."""

    address: int
    device: DeviceDescriptor
    configuration: Configuration
    raw_device: bytes
    raw_configuration: bytes
    manufacturer: str
    product: str
    serial_number: str


def enumerate_device(host: HostController, address: int = FIRST_ADDRESS) -> UsbDevice:
    """Raises UsbError for a device that does not answer, DescriptorError for a wrong answer."""
    if not host.run_until(lambda: host.is_connected, ATTACH_LIMIT_US):
        raise UsbError(Status.GONE, "no device pulls D+ up")
    host.run(DEBOUNCE_US)
    host.reset_bus()
    # Before the size of its packets is known: the first eight bytes hold it.
    start = host.request(_get(descriptors.DEVICE, 0, 8))
    if len(start) != 8:
        raise DescriptorError(f"{len(start)} bytes, where 8 were asked for")
    host.reset_bus()
    host.control_packet_bytes = start[7]
    host.request(Setup(0, SET_ADDRESS, address))
    host.run(ADDRESS_US)
    host.bus.address = address
    raw_device = host.request(_get(descriptors.DEVICE, 0, 18))
    device = descriptors.read_device(raw_device)
    _check_no_qualifier(host)
    length = descriptors.configuration_bytes(host.request(_get(descriptors.CONFIGURATION, 0, 9)))
    raw_configuration = host.request(_get(descriptors.CONFIGURATION, 0, length))
    configuration = descriptors.read_configuration(raw_configuration, device)
    languages = host.request(_get(descriptors.STRING, 0, 255))
    if LANGUAGE.to_bytes(2, "little") not in languages[2:]:
        raise DescriptorError(f"no strings in English: {languages.hex()}")
    indices = device.manufacturer_string, device.product_string, device.serial_string
    manufacturer, product, serial = (_string(host, index) for index in indices)
    descriptors.check_serial_number(serial)
    host.request(Setup(0, SET_CONFIGURATION, configuration.value))
    host.reset_toggles()
    return UsbDevice(
        *(address, device, configuration, raw_device, raw_configuration),
        *(manufacturer, product, serial),
    )


def _get(kind: int, index: int, length: int, language: int = 0) -> Setup:
    return Setup(TO_HOST, GET_DESCRIPTOR, kind << 8 | index, language, length)


def _string(host: HostController, index: int) -> str:
    if not index:
        return ""
    data = host.request(_get(descriptors.STRING, index, 255, LANGUAGE))
    return descriptors.read_string(data)


def _check_no_qualifier(host: HostController) -> None:
    """A device of USB 2.0 that knows full speed alone refuses this (9.6.2)."""
    try:
        host.request(_get(6, 0, 10))
    except UsbError as error:
        if error.status is Status.STALLED:
            return
        raise
    raise DescriptorError("a device qualifier of a device without high speed")
