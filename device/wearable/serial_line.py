"""SerialLine: a port that may vanish and come back; a pseudo-terminal's path does as well."""

from typing import Any

from edgekit.errors import EdgekitError, UsageError

BAUD = 115_200  # a USB device ignores it
WAIT_S = 0.25  # the longest a read waits for its first byte
MOST_BYTES = 4096  # of a read


class LineDroppedError(EdgekitError):
    """The port is gone or refuses; it may come back."""


class SerialLine:
    def __init__(self, port: str) -> None:
        """Raises UsageError when there is no such port, EdgekitError when it cannot be used."""
        self.port = port
        self._serial: Any = None
        try:
            import serial
        except ImportError:
            raise EdgekitError(
                "a wearable's serial line needs pyserial. Install it with: "
                "pip install 'edgekit[device]'"
            ) from None
        self._module = serial
        try:
            self.open()
        except LineDroppedError as error:
            raise _refusal(port, error) from None

    def open(self) -> None:
        """Raises LineDroppedError when the port cannot be opened."""
        self.close()
        try:
            self._serial = self._module.Serial(
                self.port, BAUD, timeout=WAIT_S, write_timeout=1.0, exclusive=True
            )
        except (OSError, ValueError) as error:  # a SerialException is an OSError
            raise LineDroppedError(str(error)) from error

    def close(self) -> None:
        if self._serial is not None:
            self._serial.close()
            self._serial = None

    def read(self) -> bytes:
        """What came in, at once or within WAIT_S; empty when nothing did."""
        return bytes(self._try(self._read))

    def write(self, data: bytes) -> None:
        self._try(lambda: self._serial.write(data))

    def _read(self) -> bytes:
        first: bytes = self._serial.read(1)
        if not first:
            return first
        return first + bytes(self._serial.read(min(MOST_BYTES, self._serial.in_waiting)))

    def _try(self, act: Any) -> Any:
        if self._serial is None:
            raise LineDroppedError(f"{self.port} is closed")
        try:
            return act()
        except (OSError, TypeError) as error:  # pyserial's own TypeError, of a port that went
            self.close()
            raise LineDroppedError(f"{self.port}: {error}") from error


def _refusal(port: str, error: LineDroppedError) -> EdgekitError:
    cause = error.__cause__
    if isinstance(cause, FileNotFoundError) or getattr(cause, "errno", None) == 2:
        return UsageError(f"no serial port at {port}: {_ports()}")
    if getattr(cause, "errno", None) == 13:
        return EdgekitError(
            f"{port} may not be opened by you. On Linux: sudo usermod -aG dialout $USER, "
            "then log in again"
        )
    if "lock" in str(error):
        return EdgekitError(f"{port} is in use by another program: end it, then try again")
    return EdgekitError(f"{port} cannot be opened: {error}")


def _ports() -> str:
    from serial.tools.list_ports import comports

    found = sorted(port.device for port in comports())
    if not found:
        return "there is none here; is the wearable plugged in, by a cable that carries data?"
    return f"there are {', '.join(found)}"
