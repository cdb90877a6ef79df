"""Pace: wait between two drains, for the sensor's interrupt where it is wired, else asleep."""

from collections.abc import Callable

from .gpio_line import Line

LATE_SAMPLES = 4  # after the watermark the wait ends: the FIFO must hold some more
MOST_WRONG = 3  # contradictions in a row


class Pace:
    """Trust the interrupt line while it rises exactly when the watermark is reached.

    A loose wire, a wrong pin, a short or a missed edge (the level stays high then, and no edge
    comes again) all end in a drain; after MOST_WRONG contradictions the sensor is polled.
    """

    def __init__(
        self, rate_hz: int, watermark: int, sleep: Callable[[float], None], line: Line | None
    ) -> None:
        self._rate_hz, self._watermark, self._sleep, self._line = rate_hz, watermark, sleep, line
        self._rose: bool | None = None  # None: the last rest did not wait for the line
        self._wrong = 0
        self._is_gone = False

    def rest(self, left: int, pause_s: float) -> None:
        """Wait while `left` samples are in the FIFO, which reaches the watermark in `pause_s`."""
        self._rose = None
        if self._line is None or left >= self._watermark:  # high already
            self._sleep(pause_s)
            return
        try:
            self._rose = self._line.wait(pause_s + LATE_SAMPLES / self._rate_hz)
        except OSError:
            self._rose, self._is_gone = False, True
            self._sleep(pause_s)

    def judge(self, waited: int) -> str:
        """Compare the line with the `waited` samples that a drain found.

        Return why the line is given up, once, else "".
        """
        if self._line is None or self._rose is None:
            return ""
        is_right = self._rose == (waited >= self._watermark)
        self._wrong = 0 if is_right else self._wrong + 1
        if self._wrong < MOST_WRONG and not self._is_gone:
            return ""
        line, self._line = self._line, None
        line.close()
        return f"{line.name} does not follow the sensor's INT1: polled from now on"
