"""Vibrator: a small motor on a pin of the Raspberry Pi, through a transistor, by gpiozero."""

import atexit
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

RETRY_S = 0.2  # to switch off a motor whose pin failed
PWM_HZ = 100  # software PWM reaches it; a motor's own inertia smooths it


class Vibrator:
    """Vibrates beside the monitor, which waits for nothing; the motor is off at close and exit.

    A pin that fails is said once, to `say`, and the night goes on without vibrations.
    """

    def __init__(self, pin: int, say: Callable[[str], None], pin_factory: Any = None) -> None:
        """`pin` is the GPIO's (BCM) number; `pin_factory` is gpiozero's, found by it if None."""
        self._pin, self._say = pin, say
        self._lock = threading.RLock()
        self._off_later: threading.Timer | None = None
        self._motor: Any = None
        self._has_failed = False
        try:
            from gpiozero import PWMOutputDevice

            self._motor = PWMOutputDevice(pin, frequency=PWM_HZ, pin_factory=pin_factory)
        except Exception as error:  # each pin factory has errors of its own
            self._fail(error)
        atexit.register(self.close)

    def vibrate(self, strength: float, seconds: float) -> None:
        """At `strength` 0..1 from now on; a vibration under way gives way to it."""
        with self._lock:
            self._cancel()
            if strength > 0 and self._motor is not None:
                strength = strength if self._switch_off_after(seconds) else 0.0
            self._set(strength)

    def close(self) -> None:
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

    def __enter__(self) -> "Vibrator":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _end(self) -> None:
        with self._lock:
            if threading.current_thread() is self._off_later:  # else another began meanwhile
                self._off_later = None
                if not self._set(0.0):
                    self._switch_off_after(RETRY_S)  # never left on

    def _switch_off_after(self, seconds: float) -> bool:
        """False where there is no thread to be had that would."""
        timer = threading.Timer(seconds, self._end)
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
        """Said once; a later vibration tries again, in silence."""
        if not self._has_failed:
            self._has_failed = True
            self._say(f"no vibration: GPIO {self._pin}: {str(error) or type(error).__name__}")
