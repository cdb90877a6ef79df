"""Tell the wearable that somebody reads its stream and, at the end, that nobody does.

It stops by itself 10 minutes after the host's last whole frame (firmware/src/listener.h).
"""

import time
from collections.abc import Callable
from contextlib import suppress

from edgekit.errors import EdgekitError

from .link import Link
from .records import Decision, DeviceSamples, Record, Stream

EVERY_S = 300.0
AGAIN_S = 1.0  # a board may sleep on a quiet line: the first frame only wakes it
IN_FLIGHT_S = 0.3  # what the board's buffer and the line still hold: 0.2 s, 2,048 bytes
QUIET_S = 0.8  # longer than between two records of samples: 16 of them at 25 Hz
STOP_TRIES = 3


class Listening:
    """Say that somebody listens, every EVERY_S by this computer's clock or by the wearable's.

    By whichever is sooner, because an emulated wearable's clock runs faster.
    """

    def __init__(self, send: Callable[[Record], None]) -> None:
        self._send = send
        self._said_at = time.monotonic()
        self._said_device_s: float | None = None
        self._again_at: float | None = None

    def note(self, device_s: float) -> None:
        """Note the wearable's clock; at a restart it goes back, and the interval begins anew."""
        if self._said_device_s is None or device_s < self._said_device_s:
            self._said_device_s = device_s
        elif device_s - self._said_device_s >= EVERY_S:
            self._say(device_s)

    def keep_up(self) -> None:
        """Send what is due by this computer's clock."""
        now = time.monotonic()
        if self._again_at is not None and now >= self._again_at:
            self._again_at = None
            self._send(Stream(1))
        elif now - self._said_at >= EVERY_S:
            self._say(None)

    def _say(self, device_s: float | None) -> None:
        self._said_at = time.monotonic()
        self._said_device_s = device_s
        self._again_at = self._said_at + AGAIN_S
        self._send(Stream(1))


def stop_stream(link: Link) -> None:
    """Have the wearable stop streaming, where it was asked to start; returns when it has.

    After about a second. Where the line fails, the wearable stops by its own clock.
    """
    with suppress(EdgekitError):
        for _ in range(STOP_TRIES if link.asked_to_stream else 0):
            link.send(Stream(0))
            _streams(link, IN_FLIGHT_S)
            if not _streams(link, QUIET_S):
                return


def _streams(link: Link, seconds: float) -> bool:
    """Read for so long; return whether a record of the stream came."""
    until = time.monotonic() + seconds
    came = False
    while time.monotonic() < until:
        came |= any(isinstance(each, DeviceSamples | Decision) for each in link.receive())
    return came
