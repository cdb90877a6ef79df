"""Bring a wearable into its boot loader without its button."""

from contextlib import suppress

from edgekit.errors import EdgekitError

from .link import Link
from .records import RESET_BOOT_LOADER, Reset
from .serial_line import LineDroppedError, SerialLine

TOUCH_BAUD = 1200  # Arduino's sign: a port that is opened and closed at this speed


def request_boot_loader(port: str) -> None:
    """Ask edgekit's firmware, which stores its open bout first. A port that goes has obeyed."""
    with suppress(EdgekitError):
        line = SerialLine(port)
        try:
            Link(line).send(Reset(RESET_BOOT_LOADER))
        finally:
            line.close()


def touch(port: str) -> None:
    """Open and close the port at 1200 baud, as Arduino's tools do; any failure is left alone."""
    with suppress(EdgekitError, LineDroppedError):
        SerialLine(port, TOUCH_BAUD).close()
