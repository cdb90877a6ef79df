"""A wearable is known by what it says of itself, whatever its port is called."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edgekit.device.sources.wearable import usb_ports
from edgekit.device.sources.wearable.serial_line import LineDroppedError, SerialLine
from edgekit.device.sources.wearable.usb_ports import port_of, wearables
from edgekit.errors import UsageError
from tests.helpers.command import REPOSITORY
from tests.helpers.fake_wearable import FakeWearable
from tests.helpers.usb.sysfs import Plugged, Sysfs

WEARABLE = Plugged()
FTDI = Plugged(0x0403, 0x6001, "FTDI", "FT232R USB UART", "A50285BI")
BOOT_LOADER = Plugged(0x2886, 0x0045, "Seeed", "XIAO nRF52840 Sense", "FEDCBA9876543210")


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[Sysfs]:
    tree = Sysfs(tmp_path / "computer")
    with tree.in_use():
        yield tree


def test_the_names_and_numbers_are_those_of_the_firmware() -> None:
    header = (REPOSITORY / "firmware/boards/usb/usb_identity.h").read_text()
    defined = dict(re.findall(r"#define (USB_\w+)\s+(?:0x)?\"?([\w ]+?)u?\"?$", header, re.M))
    assert int(defined["USB_VENDOR_ID"], 16) == usb_ports.VENDOR_ID
    assert int(defined["USB_PRODUCT_ID"], 16) == usb_ports.PRODUCT_ID
    assert defined["USB_MANUFACTURER"] == usb_ports.MANUFACTURER
    assert defined["USB_PRODUCT"] == usb_ports.PRODUCT


def test_a_wearable_is_found_among_other_ports(computer: Sysfs) -> None:
    computer.plug("ttyUSB0", Path("/dev/null"), FTDI, "1-1")
    computer.plug("ttyACM0", Path("/dev/null"), BOOT_LOADER, "1-2")
    port = computer.plug("ttyACM1", Path("/dev/null"), WEARABLE, "1-3")
    (found,) = wearables()
    assert (found.name, found.serial_number) == (str(port), "0123456789abcdef")
    assert str(found) == f"{port} (edgekit wearable 0123456789abcdef)"


@pytest.mark.parametrize(
    ("device", "is_one"),
    [
        (replace(WEARABLE, vendor_id=0x1234, product_id=0x4321), True),  # a seller's own numbers
        (replace(WEARABLE, manufacturer="somebody"), False),  # at their own desk
        (replace(WEARABLE, product="a toy"), False),
        (replace(WEARABLE, manufacturer=None, product=None), True),  # Windows has no names
        (replace(FTDI, manufacturer=None, product=None), False),
    ],
)
def test_its_words_decide_and_its_numbers_where_it_has_none(
    computer: Sysfs, device: Plugged, is_one: bool
) -> None:
    computer.plug("ttyACM0", Path("/dev/null"), device)
    assert bool(wearables()) == is_one


def test_a_wearable_that_is_plugged_in_again_is_followed_to_its_new_name(
    computer: Sysfs, fake: FakeWearable
) -> None:
    old = computer.plug("ttyACM0", fake.path.resolve(), WEARABLE)
    line = SerialLine(str(old))
    computer.unplug("ttyACM0")
    fake.unplug()
    with pytest.raises(LineDroppedError):
        line.read()
    with pytest.raises(LineDroppedError):
        line.open()
    computer.plug("ttyACM0", Path("/dev/null"), replace(WEARABLE, serial_number="another"), "1-1")
    fake.plug_in()
    new = computer.plug("ttyACM1", fake.path.resolve(), WEARABLE, "1-2")
    line.open()
    assert line.port == str(new)
    fake.write(b"here")
    assert line.read() == b"here"
    line.close()


def test_of_two_devices_with_one_serial_number_neither_is_followed(computer: Sysfs) -> None:
    computer.plug("ttyACM0", Path("/dev/null"), WEARABLE, "1-1")
    computer.plug("ttyACM1", Path("/dev/null"), WEARABLE, "1-2")
    assert port_of(wearables()[0].identity) is None


def test_a_wrong_port_is_answered_by_the_right_one(computer: Sysfs) -> None:
    port = computer.plug("ttyACM1", Path("/dev/null"), WEARABLE)
    with pytest.raises(UsageError, match=rf"{port} \(edgekit wearable .* or --serial auto"):
        SerialLine(str(computer.root / "dev/ttyACM0"))
