"""UsbPort: the serial ports of USB devices, by what each says of itself rather than by its name.

A name such as /dev/ttyACM0 goes to whoever is plugged in first; the serial number stays.
"""

import os
from dataclasses import dataclass

# As in firmware/boards/usb/usb_identity.h.
VENDOR_ID, PRODUCT_ID = 0x1209, 0x0001
MANUFACTURER, PRODUCT = "edgekit", "edgekit wearable"


@dataclass(frozen=True)
class UsbPort:
    name: str  # /dev/ttyACM0, COM3
    vendor_id: int
    product_id: int
    serial_number: str | None
    location: str | None  # the socket
    manufacturer: str | None
    product: str | None

    @property
    def identity(self) -> object:
        """What stays when the port gets another name; without a serial number, its socket."""
        return self.vendor_id, self.product_id, self.serial_number or self.location

    @property
    def is_wearable(self) -> bool:
        """Whether it says so; Windows knows no names, only numbers."""
        if self.product is None:
            return (self.vendor_id, self.product_id) == (VENDOR_ID, PRODUCT_ID)
        return (self.manufacturer, self.product) == (MANUFACTURER, PRODUCT)

    def __str__(self) -> str:
        what = self.product or f"USB {self.vendor_id:04x}:{self.product_id:04x}"
        return f"{self.name} ({what}{f' {self.serial_number}' if self.serial_number else ''})"


def usb_ports() -> list[UsbPort]:
    """List the serial ports of USB devices, in order of name."""
    from serial.tools.list_ports import comports

    return [
        UsbPort(
            *(port.device, port.vid, port.pid, port.serial_number, port.location),
            *(port.manufacturer, port.product),
        )
        for port in sorted(comports())
        if port.vid is not None
    ]


def wearables() -> list[UsbPort]:
    """List the wearables that are plugged in by their own USB."""
    return [port for port in usb_ports() if port.is_wearable]


def identity_of(name: str) -> object:
    """Return the identity of the device that has this port now; None for no USB device."""
    return next((port.identity for port in usb_ports() if is_same(port.name, name)), None)


def port_of(identity: object) -> str | None:
    """Return the name that this device has now; None where none has it, or two have."""
    names = [port.name for port in usb_ports() if port.identity == identity]
    return names[0] if len(names) == 1 else None


def is_same(name: str, other: str) -> bool:
    """Whether two names, of which either may be a link, are one port."""
    return os.path.realpath(name) == os.path.realpath(other)
