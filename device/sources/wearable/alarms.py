"""Turn a wearable's ALARM records into a night's alarms."""

import time

from edgekit.night.night import Alarm

from .records import UNANSWERED, DeviceAlarm
from .utc_clock import UtcClock


def alarm_at(start_s: float, record: DeviceAlarm) -> Alarm:
    """Return the alarm of a record, dated `start_s` in UTC."""
    response_s = None if record.response_ms == UNANSWERED else record.response_ms / 1000
    return Alarm(start_s, record.attempt, record.level, record.strength / 100, response_s)


class StreamedAlarms:
    """Collects alarms until they are taken.

    The second record of an alarm, with its response, gets the date of the first: by then the clock
    may have been found to drift.
    """

    def __init__(self) -> None:
        self._waiting: list[Alarm] = []
        self._last_us, self._last_s = -1, 0.0

    def add(self, record: DeviceAlarm, utc: UtcClock) -> None:
        """Add a record, dated by the wearable's clock where that is known."""
        if record.time_us != self._last_us:
            self._last_us = record.time_us
            self._last_s = utc.utc_s(record.time_us / 1e6) if utc.is_known else time.time()
        self._waiting.append(alarm_at(self._last_s, record))

    def take(self) -> tuple[Alarm, ...]:
        """Return the alarms since the last call."""
        waiting, self._waiting = tuple(self._waiting), []
        return waiting
