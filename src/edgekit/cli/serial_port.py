"""The serial port that --serial names, or that `auto` finds."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.errors import EdgekitError, UsageError

from .output import print_progress

if TYPE_CHECKING:
    from edgekit.device.sources.wearable.usb_ports import UsbPort

AUTO = "auto"
WAIT_S = 60.0  # for a wearable that is not plugged in yet
LOOK_S = 0.5


def chosen_port(port: str, wait_s: float = WAIT_S) -> str:
    """Return the port itself, or, for "auto", that of the wearable that is plugged in by USB.

    Waits while none is there; asks which where there are several. Raises UsageError where nobody
    can be asked, and for a port that is not there; EdgekitError after `wait_s`.
    """
    if not port:
        raise UsageError("--serial is empty: is a variable of your shell not set?")
    if port != AUTO:
        _check_is_there(port)
        return port
    found = _awaited(wait_s)
    chosen = found[0] if len(found) == 1 else _asked(found)
    print_progress(f"the wearable is {chosen}")
    return chosen.name


def _awaited(wait_s: float) -> "list[UsbPort]":
    found = _wearables()
    if not found:
        print_progress(
            f"no wearable is plugged in yet: waiting up to {wait_s:.0f} s for one, Ctrl-C ends. "
            + _known()
        )
    until = time.monotonic() + wait_s
    while not found:
        if time.monotonic() > until:
            raise EdgekitError(
                f"no wearable came within {wait_s:.0f} s. {_known()}Plug it in by a cable that "
                "carries data. One on a USB-serial adapter has the adapter's name: --serial PORT"
            )
        time.sleep(LOOK_S)
        found = _wearables()
    return found


def _asked(found: "list[UsbPort]") -> "UsbPort":
    listed = ", ".join(map(str, found))
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            f"{len(found)} wearables are plugged in: {listed}. Name one: --serial {found[0].name}"
        )
    for number, port in enumerate(found, 1):
        print_progress(f"{number}  {port}")
    while True:
        print_progress(f"which one, 1 to {len(found)}?")
        try:
            answer = input()
        except EOFError:
            raise UsageError(f"{len(found)} wearables are plugged in: {listed}") from None
        if answer.strip().isdecimal() and 1 <= int(answer) <= len(found):
            return found[int(answer) - 1]


def _check_is_there(port: str) -> None:
    """Say what is plugged in where a port is not there; another system's names are not checked."""
    if not port.startswith("/dev/") or Path(port).exists():
        return
    found = _wearables()
    if found:
        listed = " and ".join(map(str, found))
        raise UsageError(f"no serial port at {port}. There is {listed}: --serial auto finds it")
    if known := _known():
        raise UsageError(f"no serial port at {port}. {known}")


def _wearables() -> "list[UsbPort]":
    try:
        from edgekit.device.sources.wearable.usb_ports import wearables

        return wearables()
    except ImportError:  # without pyserial: whoever opens the port says how to install it
        return []


def _known() -> str:
    """Return a sentence on the boot loaders that are plugged in; empty where there is none."""
    from edgekit.firmware.build.board import boards
    from edgekit.firmware.image.drive import find_drives, mounted_folders, unmounted

    places = [str(drive.folder) for drive in find_drives(mounted_folders())]
    places += [str(device) for board in boards() for device in unmounted(board)]
    if not places:
        return ""
    return (
        f"A board is in its boot loader ({', '.join(places)}), which measures nothing: press its "
        "reset button once, or flash it (edgekit firmware flash). "
    )
