"""A dashboard with a night shown decision by decision, and its pages over HTTP."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from edgekit.device.monitor.alarm import TherapyStatus
from edgekit.device.monitor.views.dashboard.view import DashboardView
from edgekit.device.monitor.views.view import Moment
from edgekit.device.sources.source import About
from edgekit.night.night import Event
from edgekit.spec import SLEEP

from .nights import START_S, decisions


class Model:
    name, digest, spec = "sleep-small", "5f" * 32, SLEEP


class ShownNight:
    """A night shown by a dashboard, a decision at a time."""

    def __init__(self, view: DashboardView) -> None:
        self.view, self.at_s = view, START_S
        view.line_every_s = 0.0
        view.on_start(Model(), About("an ADXL345 of a test", "me", "utc", live=True))
        view.on_event(Event(START_S, "start", "<b>not markup</b>"))

    def lies(self, posture: str, state: str = "worn", therapy: TherapyStatus | None = None) -> None:
        self.at_s += 1.2
        one = decisions([(posture, SLEEP.hop_s / 60)], start_s=self.at_s)
        newest = replace(one, state=np.array([state]))
        self.view.on_moment(Moment(self.at_s, 50.0, self.at_s - START_S, newest, therapy))


def fetch(url: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(url, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def wait_until(holds: Callable[[], bool], within_s: float = 30.0) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)
