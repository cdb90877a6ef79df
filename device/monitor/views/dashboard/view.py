"""DashboardView: sends the state of the night to the dashboard's process, without waiting."""

import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from edgekit.doubt import Doubt, warning
from edgekit.night.night import WORN, Decisions, Event, HealthRow

from ....decide.answer import Model
from ....sources.source import About
from ....web.listener import LOOPBACK, listen, url_of
from ...progress import NightProgress
from ..view import Moment
from ..wall_clock import wall_s
from .address_file import token, write_address

LINE_EVERY_S = 0.5  # at most; the page shows no more
MOST_LINE_BYTES = 4096  # PIPE_BUF of Linux: the pipe takes such a line whole, or not at all
EVENTS_KEPT = 8
_FAULTS_KEPT = 12  # kinds
_MODEL_LETTERS, _KIND_LETTERS, _DETAIL_LETTERS = 80, 40, 160
_WARNING_LINES, _WARNING_LETTERS = 5, 240
_EXIT_WITHIN_S = 3.0  # of the child, once its stdin has closed
_PORT_HINT = (
    "Does another monitor run, such as the service (edgekit service status)? Or take another port: "
    "--web 127.0.0.1:8643"
)
_COUNTS = ("gaps", "clipped", "stuck")  # of a HealthRow


@contextmanager
def web_view(
    host: str = "127.0.0.1", port: int = 8642, nights: Path = Path("nights"),
    progress: NightProgress | None = None, subject: str | None = None, night: Path | None = None,
) -> "Iterator[DashboardView]":  # fmt: skip
    """Serve a dashboard for as long as the context lasts; its `invitation` is to be printed once.

    Another address than loopback gets a token, whose file lies beside the nights. `progress`: what
    the night held before, where it is resumed; `subject`: whose last night is shown, anybody's
    where nobody is named; `night`: the file of the one that runs, which is drawn as it grows.
    Raises UsageError when the address is not this computer's, or its port is taken, EdgekitError
    where the token's file cannot be written.
    """
    with listen(host, port, "dashboard", _PORT_HINT) as listener:
        url = url_of(listener, host)
        address, address_file, secret = url, None, None
        if host not in LOOPBACK:
            secret = token(nights, resumed=progress is not None)
            address = f"{url}?token={secret}"
            address_file = write_address(nights, address)
        process = _serving(listener)
        view = DashboardView(process, url, address, address_file, progress)
        # The token goes by the pipe, because others can read arguments and environment.
        view.send(
            {
                "fd": listener.fileno(),
                "host": host,
                "nights": str(nights.resolve()),
                "token": secret,
                "subject": subject,
                "night": str(night.resolve()) if night else None,
            }
        )
    try:
        yield view
    finally:
        view.close()


class DashboardView:
    """A View that sends lines to a child process.

    Each line is the whole state, so a line that is lost, as the child stalls, is replaced by the
    next. A child that died raises BrokenPipeError, and the monitor drops this view.
    """

    def __init__(
        self, process: "subprocess.Popen[bytes]", url: str, address: str,
        address_file: Path | None, progress: NightProgress | None,
    ) -> None:  # fmt: skip
        """`address` is `url` with its token, if it has one, which `address_file` holds."""
        assert process.stdin is not None
        self.process, self.url, self.address = process, url, address
        self.line_every_s = LINE_EVERY_S
        self._address_file = address_file
        self._pipe = process.stdin.fileno()
        os.set_blocking(self._pipe, False)
        self._state: dict[str, Any] = {}
        self._events: deque[dict[str, Any]] = deque(maxlen=EVENTS_KEPT)
        self._decisions: Decisions | None = None  # the newest
        self._worn = np.zeros(0, np.int64)  # (postures,) decisions
        self._progress = progress
        self._health = {name: int(getattr(progress, name)) if progress else 0 for name in _COUNTS}
        self._faults = Counter(progress.faults if progress else {})
        self._sample_at = -np.inf  # monotonic, of the newest sample
        self._line_at = -np.inf  # on the wall, of the newest line

    def invitation(self, to_a_person: bool) -> str:
        """Return what to print: the address, or the file that holds it where prints are kept."""
        if to_a_person or self._address_file is None:
            return self.address
        return f"{self.url}, by the address in {self._address_file.resolve()}"

    def on_start(self, model: Model, about: About) -> None:
        self._worn = np.zeros(len(model.spec.postures), np.int64)
        if self._progress and len(self._progress.worn) == len(self._worn):
            self._worn += self._progress.worn
        self._state |= {
            "domain": model.spec.domain,
            "postures": model.spec.postures,
            "placements": model.spec.placements,
            "model": model.name[:_MODEL_LETTERS],
            "source": about.source[:_DETAIL_LETTERS],
            "clock": about.clock,
        }

    def on_event(self, event: Event) -> None:
        kind, detail = event.kind[:_KIND_LETTERS], event.detail[:_DETAIL_LETTERS]
        self._events.append({"at_s": event.at_s, "kind": kind, "detail": detail})

    def on_health(self, health: HealthRow) -> None:
        for name in _COUNTS:
            self._health[name] += int(getattr(health, name))
        self._faults.update(health.faults)

    def on_doubts(self, doubts: tuple[Doubt, ...]) -> None:
        lines = warning(doubts)[:_WARNING_LINES]
        self._state["warning"] = [line[:_WARNING_LETTERS] for line in lines]

    def on_moment(self, moment: Moment) -> None:
        now = time.monotonic()
        if moment.at_s != self._state.get("at_s"):
            self._sample_at = now
        recorded_before_s = self._progress.recorded_s if self._progress else 0.0
        self._state |= {
            "at_s": moment.at_s,
            "rate_hz": round(moment.rate_hz, 2),
            "done_s": moment.recorded_s + recorded_before_s,
            "alarm": asdict(moment.therapy) if moment.therapy else None,
            "placement": moment.placement.words if moment.placement else None,
        }
        if moment.decisions is not None and moment.decisions is not self._decisions:
            self._decisions = moment.decisions
            self._add_decisions(moment.decisions)
        if wall_s() - self._line_at < self.line_every_s:
            return
        self._line_at = wall_s()
        self.send(
            self._state
            | {
                "quiet_s": round(now - self._sample_at, 1),
                "windows": self._worn.tolist(),
                "health": self._health,
                "faults": dict(list(self._faults.items())[:_FAULTS_KEPT]),
                "events": list(self._events),
            }
        )

    def send(self, state: dict[str, Any]) -> None:
        """Write one line to the child, without its oldest events where it would be too long.

        A line that a full pipe does not take is lost. Raises BrokenPipeError where the child died.
        """
        line = json.dumps(state).encode() + b"\n"
        while len(line) > MOST_LINE_BYTES and state.get("events"):
            state = state | {"events": state["events"][1:]}
            line = json.dumps(state).encode() + b"\n"
        if len(line) > MOST_LINE_BYTES:
            return
        with suppress(BlockingIOError):
            os.write(self._pipe, line)

    def close(self) -> None:
        """Close the child's stdin, upon which it exits; kill a child that does not."""
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(_EXIT_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _add_decisions(self, decisions: Decisions) -> None:
        """Count the worn ones, and note the newest and since when it has held."""
        worn = decisions.posture[decisions.state == WORN]
        self._worn += np.bincount(worn, minlength=len(self._worn))
        shown = [(decisions.state[i], int(decisions.posture[i])) for i in range(len(decisions))]
        state, posture = shown[-1]
        first = len(shown) - 1
        while first > 0 and _is_same(shown[first - 1], shown[-1]):
            first -= 1
        before = self._state.get("state"), self._state.get("posture", -1)
        if first > 0 or not _is_same(before, shown[-1]):
            self._state["since_s"] = float(decisions.start_s[first])
        angle_deg = float(decisions.torso_angle_deg[-1])
        self._state |= {
            "state": str(state),
            "posture": posture,
            "confidence": round(float(decisions.posture_confidence[-1]), 3),
            "angle_deg": round(angle_deg, 1) if np.isfinite(angle_deg) else None,
        }


def _is_same(before: tuple[Any, int], after: tuple[Any, int]) -> bool:
    """Whether two (state, posture) are shown as the same: postures count only where worn."""
    return bool(before[0] == after[0] and (before[0] != WORN or before[1] == after[1]))


def _serving(listener: socket.socket) -> "subprocess.Popen[bytes]":
    """Start the dashboard's process (server.py), which inherits the listener."""
    # What is preloaded here (a simulated sensor) answers for this process alone.
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    return subprocess.Popen(
        [sys.executable, "-m", "edgekit.device.monitor.views.dashboard"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        pass_fds=[listener.fileno()],
        start_new_session=True,  # Ctrl-C is for the monitor; the child goes when stdin closes
    )
