"""Pace: how long to rest between two drains: until INT1 rises where it is wired, else a sleep."""

from collections.abc import Callable

from .line import Line
from .registers import WATERMARK_SAMPLES

LATE_SAMPLES = 4  # behind the watermark, when INT1 is waited for no longer; the FIFO holds 12 more
MOST_WRONG = 3  # in a row


class Pace:
    """The line is believed as long as it rises when, and only when, the watermark is reached: a
    loose wire, one to another pin, a short, an edge that was missed (the level stays high then, and
    none comes again) all end in a drain, and a line that is wrong again and again is given up.
    """

    def __init__(self, rate_hz: int, sleep: Callable[[float], None], line: Line | None) -> None:
        self._rate_hz, self._sleep, self._line = rate_hz, sleep, line
        self._rose: bool | None = None  # None: not waited for
        self._wrong = 0
        self._is_gone = False

    def rest(self, left: int, pause_s: float) -> None:
        """`left` samples wait: in `pause_s` there are as many as the watermark."""
        self._rose = None
        if self._line is None or left >= WATERMARK_SAMPLES:  # high already
            self._sleep(pause_s)
            return
        try:
            self._rose = self._line.wait(pause_s + LATE_SAMPLES / self._rate_hz)
        except OSError:
            self._rose, self._is_gone = False, True
            self._sleep(pause_s)

    def judge(self, waited: int) -> str:
        """`waited`: what a drain found. Why the line is given up, once; "": nothing to tell."""
        if self._line is None or self._rose is None:
            return ""
        is_right = self._rose == (waited >= WATERMARK_SAMPLES)
        self._wrong = 0 if is_right else self._wrong + 1
        if self._wrong < MOST_WRONG and not self._is_gone:
            return ""
        line, self._line = self._line, None
        line.close()
        return f"{line.name} does not follow the sensor's INT1: polled from now on"
