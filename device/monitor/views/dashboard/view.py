"""What the monitor sees of the dashboard: a pipe that it never waits for."""

import json
import os
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from edgekit.errors import UsageError
from edgekit.night.night import WORN, Decisions, Event, HealthRow

from ....decide.answer import Model
from ....sources.source import About
from ..so_far import SoFar
from ..view import Moment
from .address_file import token, write_address

LEAST_LINE_S = 0.5  # between two lines
MOST_LINE_BYTES = 4096  # PIPE_BUF of Linux: the pipe takes such a line whole, or not at all
EVENTS_KEPT = 8
_DETAIL_LETTERS = 160
_END_S = 3.0  # for the child to go by itself, once its stdin has closed
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@contextmanager
def web_view(
    host: str = "127.0.0.1", port: int = 8642, nights: Path = Path("nights"),
    before: SoFar | None = None,
) -> "Iterator[DashboardView]":  # fmt: skip
    """A dashboard for as long as the context lasts; its `invitation` is to be shown once.

    Another address than loopback gets a token, whose file lies beside the nights. `before`: what
    the night had come to, where it goes on. Raises UsageError when the address is not this
    computer's, or its port is taken, EdgekitError where the token's file cannot be written.
    """
    with _listening(host, port) as listener:
        secret = None if host in _LOOPBACK else token(nights, goes_on=before is not None)
        view = DashboardView(listener, host, nights, secret, before)
    try:
        yield view
    finally:
        view.close()


class DashboardView:
    """A View that tells a child process; each line is the whole state, so a lost one is made good.

    A child that stalls loses lines, one that died is told no more: neither delays the night.
    """

    def __init__(
        self, listener: socket.socket, host: str, nights: Path, token: str | None,
        before: SoFar | None,
    ) -> None:  # fmt: skip
        shown = {"0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(host, host)
        bracketed = f"[{shown}]" if ":" in shown else shown
        self.url = f"http://{bracketed}:{listener.getsockname()[1]}/"
        self.address, self._kept_in = self.url, None
        if token:
            self.address += f"?token={token}"
            self._kept_in = write_address(nights, self.address)
        # What is preloaded here (a simulated sensor) answers for this process alone.
        environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "edgekit.device.monitor.views.dashboard"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            pass_fds=[listener.fileno()],
            start_new_session=True,  # Ctrl-C is for the monitor; the child goes when stdin closes
        )
        assert self.process.stdin is not None
        self._pipe = self.process.stdin.fileno()
        os.set_blocking(self._pipe, False)
        self._state: dict[str, Any] = {}
        self._events: deque[dict[str, Any]] = deque(maxlen=EVENTS_KEPT)
        self._last: Decisions | None = None
        self._counted = np.zeros(0, np.int64)
        self._before = before
        self._health = {"gaps": 0, "clipped": 0, "stuck": 0}
        self._faults: dict[str, int] = {}
        if before:
            self._health = {kind: int(getattr(before, kind)) for kind in self._health}
            self._faults |= before.faults
        self._moved_at = self._written_at = -np.inf
        # The token goes by the pipe: arguments and environment can be read by others.
        settings = {
            "fd": listener.fileno(), "host": host, "nights": str(nights.resolve()), "token": token,
        }  # fmt: skip
        self._write(settings)

    def invitation(self, to_a_person: bool) -> str:
        """What to print: the address, or, where what is printed is kept, the file that holds it."""
        if to_a_person or self._kept_in is None:
            return self.address
        return f"{self.url}, by the address in {self._kept_in.resolve()}"

    def begin(self, model: Model, about: About) -> None:
        self._counted = np.zeros(len(model.spec.postures), np.int64)
        if self._before and len(self._before.worn) == len(self._counted):
            self._counted += self._before.worn
        self._state |= {
            "domain": model.spec.domain,
            "postures": model.spec.postures,
            "placements": model.spec.placements,
            "model": model.name[:80],
            "source": about.source[:_DETAIL_LETTERS],
            "clock": about.clock,
        }

    def tell(self, event: Event) -> None:
        detail = event.detail[:_DETAIL_LETTERS]
        self._events.append({"at_s": event.at_s, "kind": event.kind[:40], "detail": detail})

    def check(self, health: HealthRow) -> None:
        for kind in self._health:
            self._health[kind] += int(getattr(health, kind))
        for kind, count in health.faults.items():
            self._faults[kind] = self._faults.get(kind, 0) + count

    def show(self, moment: Moment) -> None:
        now = time.monotonic()
        if moment.at_s != self._state.get("at_s"):
            self._moved_at = now
        self._state |= {
            "at_s": moment.at_s, "rate_hz": round(moment.rate_hz, 2),
            "done_s": moment.done_s + (self._before.recorded_s if self._before else 0.0),
            "alarm": asdict(moment.alarm) if moment.alarm else None,
        }  # fmt: skip
        if moment.last is not None and moment.last is not self._last:
            self._last = moment.last
            self._decide(moment.last)
        if now - self._written_at < LEAST_LINE_S:
            return
        self._written_at = now
        self._write(
            self._state
            | {
                "quiet_s": round(now - self._moved_at, 1),
                "windows": self._counted.tolist(),
                "health": self._health,
                "faults": dict(list(self._faults.items())[:12]),
                "events": list(self._events),
            }
        )

    def close(self) -> None:
        """The child goes when its stdin closes; one that does not is ended."""
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _decide(self, decisions: Decisions) -> None:
        worn = decisions.posture[decisions.state == WORN]
        self._counted += np.bincount(worn, minlength=len(self._counted))
        held = [(decisions.state[i], int(decisions.posture[i])) for i in range(len(decisions))]
        now = held[-1]
        first = len(held) - 1
        while first > 0 and _same(held[first - 1], now):
            first -= 1
        before = self._state.get("state"), self._state.get("posture", -1)
        if first > 0 or not _same(before, now):
            self._state["since_s"] = float(decisions.start_s[first])
        angle_deg = float(decisions.torso_angle_deg[-1])
        self._state |= {
            "state": str(now[0]),
            "posture": now[1],
            "confidence": round(float(decisions.posture_confidence[-1]), 3),
            "placement": int(decisions.placement[-1]),
            "placement_confidence": round(float(decisions.placement_confidence[-1]), 3),
            "angle_deg": round(angle_deg, 1) if np.isfinite(angle_deg) else None,
        }

    def _write(self, state: dict[str, Any]) -> None:
        line = json.dumps(state).encode() + b"\n"
        while len(line) > MOST_LINE_BYTES and state.get("events"):
            state = state | {"events": state["events"][1:]}
            line = json.dumps(state).encode() + b"\n"
        if len(line) > MOST_LINE_BYTES:
            return
        # A full pipe is a child that stalls: the next line says all of it. A broken one is left
        # to raise: the monitor then drops this view, and the night goes on.
        with suppress(BlockingIOError):
            os.write(self._pipe, line)


def _same(one: tuple[Any, int], other: tuple[Any, int]) -> bool:
    """Whether two (state, posture) are shown as the same: postures count only where worn."""
    return bool(one[0] == other[0] and (one[0] != WORN or one[1] == other[1]))


def _listening(host: str, port: int) -> socket.socket:
    """Bound here, so that what is wrong is said before the night begins."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        raise UsageError(f"no address {host!r}: give one of this computer, or 127.0.0.1") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise UsageError(
            f"the dashboard cannot listen at {host} port {port}: {error.strerror}. "
            "Does another monitor run, such as the service? edgekit service status"
        ) from None
    return listener
