"""SerialLine: a port that may vanish and come back, as a pseudo-terminal's path may.

A USB device that is plugged in again may get another name while the old name is still open: it
is recognised by its serial number, or by its socket.
"""

import errno
from contextlib import suppress
from typing import Any

from edgekit.distribution import install_line
from edgekit.errors import EdgekitError, UsageError

from .usb_ports import identity_of, is_same, port_of, usb_ports, wearables

# What pyserial raises for a port that is gone. SerialException is an OSError; TypeError comes from
# within pyserial.
_GONE: tuple[type[Exception], ...] = (OSError, ValueError, TypeError)
with suppress(ImportError):  # Windows has none
    import termios

    _GONE += (termios.error,)

BAUD = 115_200  # a USB device ignores it
WAIT_S = 0.25  # the longest a read waits for its first byte
MOST_BYTES = 4096  # of a read


class LineDroppedError(EdgekitError):
    """The port is gone or refuses; it may come back."""


class SerialLine:
    def __init__(self, port: str, baud: int = BAUD) -> None:
        """Raises UsageError when there is no such port, EdgekitError when it cannot be used."""
        self.port = port
        self._baud = baud
        self._identity: object = None  # of the USB device, whatever its name; None: of none
        self._serial: Any = None
        try:
            import serial
        except ImportError:
            raise EdgekitError(
                "a wearable's serial line needs pyserial. Install it with: "
                + install_line("device")
            ) from None
        self._module = serial
        try:
            self.open()
        except LineDroppedError as error:
            raise _refusal(port, error) from None
        self._identity = identity_of(port)

    def open(self) -> None:
        """Open the port, again if need be. Raises LineDroppedError when it cannot be opened."""
        self.close()
        self._follow_device()
        try:
            self._serial = self._module.Serial(
                self.port, self._baud, timeout=WAIT_S, write_timeout=1.0, exclusive=True
            )
        except _GONE as error:
            raise LineDroppedError(str(error)) from error

    def _follow_device(self) -> None:
        """Take on the device's new name; of two devices with one identity, neither."""
        name = None if self._identity is None else port_of(self._identity)
        if name is not None and not is_same(name, self.port):
            self.port = name

    def close(self) -> None:
        if self._serial is not None:
            self._serial.close()
            self._serial = None

    def read(self) -> bytes:
        """Return the bytes that came, at once or within WAIT_S. Raises LineDroppedError."""
        return bytes(self._guarded(self._read))

    def write(self, data: bytes) -> None:
        """Send all of `data`. Raises LineDroppedError."""
        self._guarded(lambda: self._serial.write(data))

    def _read(self) -> bytes:
        data: bytes = self._serial.read(1)
        if data:
            with suppress(*_GONE):  # return the byte that came: the next read raises again
                data += bytes(self._serial.read(min(MOST_BYTES, self._serial.in_waiting)))
        return data

    def _guarded(self, transfer: Any) -> Any:
        if self._serial is None:
            raise LineDroppedError(f"{self.port} is closed")
        try:
            return transfer()
        except _GONE as error:
            self.close()
            raise LineDroppedError(f"{self.port}: {_message(error)}") from error


def _message(error: Exception) -> str:
    """Shorten pyserial's guesses about a port that is ready to be read and yet has nothing."""
    return (
        "the other end is gone (cable pulled, or board off)"
        if "returned no data" in str(error)
        else str(error)
    )


def _refusal(port: str, error: LineDroppedError) -> EdgekitError:
    cause = error.__cause__
    if isinstance(cause, FileNotFoundError) or getattr(cause, "errno", None) == errno.ENOENT:
        return UsageError(f"no serial port at {port}: {_ports()}")
    if getattr(cause, "errno", None) == errno.EACCES:
        return EdgekitError(
            f"{port} may not be opened by you. On Linux: sudo usermod -aG dialout $USER, "
            "then log in again"
        )
    if "lock" in str(error):
        return EdgekitError(f"{port} is in use by another program: end it, then try again")
    is_no_terminal = f"({errno.ENOTTY}, " in str(error)  # as pyserial quotes termios
    if is_no_terminal or getattr(cause, "errno", None) == errno.EISDIR:
        return UsageError(f"{port} is no serial port: {_ports()}")
    return EdgekitError(f"{port} cannot be opened: {error}")


def _ports() -> str:
    """Say which ports there are, and which of them is a wearable."""
    found = wearables()
    if found:
        return f"{', '.join(map(str, found))} is a wearable. Take that, or --serial auto"
    from serial.tools.list_ports import comports

    ports = sorted(port.device for port in comports())
    if not ports:
        return "there is none here; is the wearable plugged in, by a cable that carries data?"
    known = {port.name: str(port) for port in usb_ports()}
    are = "is" if len(ports) == 1 else "are"
    return f"there {are} {', '.join(known.get(port, port) for port in ports)}"
