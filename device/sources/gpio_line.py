"""GpioLine: the sensor's interrupt on a pin of a Raspberry Pi, by gpiod."""

import errno
from typing import Protocol

from edgekit.errors import EdgekitError, UsageError

PINS = range(4, 28)  # of the header; GPIO0 to 3 are the I2C buses' own
MOST_CHIPS = 16


class Line(Protocol):
    name: str  # for people

    def wait(self, seconds: float) -> bool:
        """Wait until the line rises; return whether it did since the last call.

        Raises OSError where the line is gone.
        """

    def close(self) -> None: ...


class GpioLine:
    def __init__(self, pin: int) -> None:
        """Request GPIO `pin` (BCM number).

        Raises UsageError for a pin that the header lacks or an I2C bus needs, and EdgekitError,
        with the cure, where the pin cannot be requested.
        """
        check_pin(pin)
        self.name = f"GPIO{pin}"
        try:
            from gpiod import Chip, LineSettings
            from gpiod.line import Bias, Direction, Edge
        except ImportError:
            raise EdgekitError("--interrupt-pin needs gpiod 2: pip install 'gpiod>=2.1'") from None
        rising = LineSettings(Direction.INPUT, Edge.RISING, Bias.PULL_DOWN)  # loose: stays low
        try:
            with Chip(_header()) as chip:
                self._request = chip.request_lines({pin: rising}, consumer="edgekit")
        except OSError as error:
            raise EdgekitError(_cure(pin, error)) from None

    def wait(self, seconds: float) -> bool:
        if not self._request.wait_edge_events(seconds):
            return False
        self._request.read_edge_events()
        return True

    def close(self) -> None:
        self._request.release()


def check_pin(pin: int, wired: str = "INT1") -> None:
    """Raise UsageError for a GPIO that the header lacks or an I2C bus needs."""
    if pin not in PINS:
        raise UsageError(
            f"{wired} goes to one of GPIO{PINS[0]} to GPIO{PINS[-1]}, not to GPIO{pin}: "
            "the header has no more, and 0 to 3 are the I2C buses'"
        )


def _header() -> str:
    """Return the header's GPIO chip; on a Pi 5 it is not the first. Raises OSError."""
    from gpiod import Chip, is_gpiochip_device

    for number in range(MOST_CHIPS):
        path = f"/dev/gpiochip{number}"
        if is_gpiochip_device(path):
            with Chip(path) as chip:
                if chip.get_info().label.startswith("pinctrl-"):
                    return path
    raise OSError(errno.ENODEV, "no GPIO header of a Raspberry Pi is here")


def _cure(pin: int, error: OSError) -> str:
    if error.errno == errno.EBUSY:
        return f"GPIO{pin} is in use by another program: see gpioinfo, or wire INT1 to another pin"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "the GPIO chip may not be opened: sudo usermod -aG gpio $USER, then log in again"
    return (
        f"GPIO{pin} cannot be requested ({error.strerror}): leave out --interrupt-pin, and the "
        "sensor is polled"
    )
