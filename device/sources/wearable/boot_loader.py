"""Bring a wearable into its boot loader without its button."""

from contextlib import suppress

from edgekit.errors import EdgekitError

from .serial_line import SerialLine

TOUCH_BAUD = 1200  # Arduino's sign: a port that is opened and closed at this speed


def touch(port: str) -> None:
    """Open and close the port at 1200 baud, as Arduino's tools do; any failure is left alone."""
    with suppress(EdgekitError):
        SerialLine(port, TOUCH_BAUD).close()
