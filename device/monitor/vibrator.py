"""Vibrator: a small motor on a pin of the Raspberry Pi, through a transistor, by gpiozero."""

import atexit
import threading
import warnings
from collections.abc import Callable
from typing import Any, Self

RETRY_S = 0.2  # to switch off a motor whose pin failed
LGPIO = (
    "sudo apt install python3-lgpio, in an environment that sees it: "
    "python3 -m venv --system-site-packages"
)
PWM_HZ = 100  # software PWM reaches it; a motor's own inertia smooths it


class Vibrator:
    """Switches the motor in threads of its own: no call waits, and it is off at close and exit.

    A pin that fails is reported once, and the night goes on without vibrations.
    """

    def __init__(self, pin: int, report: Callable[[str], None], pin_factory: Any = None) -> None:
        """`pin` is the GPIO's (BCM) number, `report` prints a line; gpiozero chooses its own
        `pin_factory` if None.
        """
        self._pin, self._report = pin, report
        self._lock = threading.RLock()
        self._off_later: threading.Timer | None = None
        self._motor: Any = None
        self._has_failed = False
        try:
            from gpiozero import PWMOutputDevice

            with warnings.catch_warnings():  # of each pin driver that is not here, with its path
                warnings.simplefilter("ignore")
                self._motor = PWMOutputDevice(pin, frequency=PWM_HZ, pin_factory=pin_factory)
        except Exception as error:  # each pin factory has errors of its own
            self._fail(error)
        atexit.register(self.close)

    def vibrate(self, strength: float, seconds: float) -> None:
        """Vibrate at `strength` 0..1 for `seconds` from now on, in place of one under way."""
        with self._lock:
            self._cancel()
            if strength > 0 and self._motor is not None:
                strength = strength if self._switch_off_after(seconds) else 0.0
            self._set(strength)

    def close(self) -> None:
        """Switch the motor off and free its pin; a second call does nothing."""
        with self._lock:
            self._cancel()
            self._set(0.0)
            motor, self._motor = self._motor, None
            if motor is not None:
                try:
                    motor.close()
                except Exception as error:
                    self._fail(error)
        atexit.unregister(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _switch_off(self) -> None:
        """End the vibration whose time is up, on its timer's thread."""
        with self._lock:
            if threading.current_thread() is self._off_later:  # else another has begun
                self._off_later = None
                if not self._set(0.0):
                    self._switch_off_after(RETRY_S)  # never left on

    def _switch_off_after(self, seconds: float) -> bool:
        """False where no thread could be started for it."""
        timer = threading.Timer(seconds, self._switch_off)
        timer.daemon = True
        try:
            timer.start()
        except RuntimeError as error:
            self._fail(error)
            return False
        self._off_later = timer
        return True

    def _cancel(self) -> None:
        if self._off_later is not None:
            self._off_later.cancel()
        self._off_later = None

    def _set(self, strength: float) -> bool:
        """False when the pin failed."""
        if self._motor is None:
            return True
        try:
            self._motor.value = strength
        except Exception as error:
            self._fail(error)
            return False
        return True

    def _fail(self, error: Exception) -> None:
        """Report the first failure; a later vibration tries again, and reports nothing."""
        if not self._has_failed:
            self._has_failed = True
            why = str(error) or type(error).__name__
            if type(error).__name__ == "BadPinFactory":
                why = f"nothing here drives pins. On a Raspberry Pi: {LGPIO}"
            self._report(f"no vibration: GPIO {self._pin}: {why}")
