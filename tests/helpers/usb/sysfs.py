"""Sysfs: a tree of /dev and /sys as Linux makes it for USB serial ports, for pyserial to read.

`python -m tests.helpers.usb.sysfs ROOT monitor ...` is edgekit on a computer with that tree.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch


@dataclass(frozen=True)
class Plugged:
    """What a USB device says of itself, as the kernel writes it into sysfs."""

    vendor_id: int = 0x1209
    product_id: int = 0x0001
    manufacturer: str | None = "edgekit"
    product: str | None = "edgekit wearable"
    serial_number: str | None = "0123456789abcdef"


@dataclass(frozen=True)
class Sysfs:
    root: Path

    def plug(self, name: str, terminal: Path, device: Plugged, socket: str = "1-1") -> Path:
        """Add the port /dev/NAME, which is `terminal`; return its path in the tree."""
        usb = self.root / "sys/devices/usb1" / socket
        interface = usb / f"{socket}:1.0"
        interface.mkdir(parents=True)
        (interface / "subsystem").symlink_to(_made(self.root / "sys/bus/usb"))
        texts = {
            "bNumInterfaces": " 2",
            "idVendor": f"{device.vendor_id:04x}",
            "idProduct": f"{device.product_id:04x}",
            "manufacturer": device.manufacturer,
            "product": device.product,
            "serial": device.serial_number,
        }
        for file, text in texts.items():
            if text is not None:
                (usb / file).write_text(f"{text}\n")
        (_made(self.root / "sys/class/tty" / name) / "device").symlink_to(interface)
        port = _made(self.root / "dev") / name
        port.symlink_to(terminal)
        return port

    def unplug(self, name: str) -> None:
        (self.root / "dev" / name).unlink()
        terminal = self.root / "sys/class/tty" / name
        usb = (terminal / "device").resolve().parent
        shutil.rmtree(terminal)
        shutil.rmtree(usb)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Have pyserial look into this tree."""
        from serial.tools import list_ports_linux

        rooted_path = SimpleNamespace(**{name: getattr(os.path, name) for name in _PATHS})
        rooted_path.exists = lambda path: Path(self._rooted(path)).exists()
        rooted_path.realpath = lambda path: os.path.realpath(self._rooted(path))
        listed: Any = SimpleNamespace(glob=self._listed)
        with (
            patch.object(list_ports_linux, "os", SimpleNamespace(path=rooted_path)),
            patch.object(list_ports_linux, "glob", listed),
        ):
            yield

    def _listed(self, pattern: str) -> list[str]:
        folder, _, name = self._rooted(pattern).rpartition("/")
        return sorted(map(str, Path(folder).glob(name)))

    def _rooted(self, path: str) -> str:
        is_inside = path.startswith(str(self.root))
        return path if is_inside else f"{self.root}{path}"


_PATHS = ("exists", "realpath", "join", "basename", "dirname", "islink")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    from edgekit.__main__ import main

    tree = Sysfs(Path(sys.argv[1]))
    sys.argv[:2] = ["edgekit"]
    with tree.in_use():
        main()
