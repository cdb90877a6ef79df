"""Notifier: a View that reports to systemd that the monitor runs, and the newest posture."""

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress

from edgekit.doubt import Doubt
from edgekit.night.events import ENDS_NIGHT
from edgekit.night.night import WORN, Decisions, Event, HealthRow
from edgekit.spec import Spec

from ...decide.answer import Model
from ...sources.source import About
from .view import Moment

FEEDS_A_PERIOD = 4  # systemd advises 2 or more
WATCHDOG_S = 60.0  # where systemd names no period


class Notifier:
    """sd_notify(3) over a datagram socket.

    READY=1 with the first samples; WATCHDOG=1 only while samples come, so that systemd
    restarts a monitor whose sensor hangs. What cannot be sent is sent next time, because systemd
    itself may restart.
    """

    def __init__(self, address: str, watchdog_s: float = WATCHDOG_S) -> None:
        """`address` as in NOTIFY_SOCKET: a path, or '@' and an abstract name."""
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._feed_every_s = watchdog_s / FEEDS_A_PERIOD
        self._fed_at = -float("inf")  # monotonic
        self._recorded_s = 0.0  # of samples, when last fed
        self._spec: Spec | None = None
        self._is_ready = False
        self._status = ""

    def on_start(self, model: Model, about: About) -> None:
        self._spec = model.spec

    def on_event(self, event: Event) -> None:
        if event.kind in ENDS_NIGHT:
            self._send("STOPPING=1\nSTATUS=" + event.kind)

    def on_health(self, health: HealthRow) -> None:
        pass

    def on_doubts(self, doubts: tuple[Doubt, ...]) -> None:
        pass

    def on_moment(self, moment: Moment) -> None:
        if not self._is_ready:
            self._is_ready = self._send("READY=1")
        status = self._status_of(moment.decisions)
        if status != self._status and self._send("STATUS=" + status):
            self._status = status
        # By count: the time of the newest sample goes back when the clock is set.
        is_fresh = moment.recorded_s > self._recorded_s
        if is_fresh and time.monotonic() - self._fed_at >= self._feed_every_s:
            if self._send("WATCHDOG=1"):
                self._fed_at = time.monotonic()
            self._recorded_s = moment.recorded_s

    def close(self) -> None:
        self._socket.close()

    def _status_of(self, decisions: Decisions | None) -> str:
        if decisions is None or self._spec is None:
            return "first samples"
        if decisions.state[-1] != WORN:
            return str(decisions.state[-1])
        return self._spec.postures[int(decisions.posture[-1])]

    def _send(self, message: str) -> bool:
        """False where nobody listens, or the socket is full."""
        with suppress(OSError):
            self._socket.sendto(message.encode(), self._address)
            return True
        return False


def notifier(environment: Mapping[str, str] = os.environ) -> Notifier | None:
    """Return a Notifier for the socket that systemd named; None where it named none."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return None
    watchdog = environment.get("WATCHDOG_USEC", "")
    return Notifier(address, int(watchdog) / 1e6 if watchdog.isdigit() else WATCHDOG_S)
