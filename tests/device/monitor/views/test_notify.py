import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgekit.device.monitor.views.notify import Notifier, notifier
from edgekit.device.monitor.views.view import Moment
from edgekit.device.sources.source import FULL_SPEED, Replay
from edgekit.night.night import Event
from tests.helpers.monitored import monitor


@pytest.fixture(params=["path", "abstract"])
def systemd(request, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """The end that systemd holds, and its NOTIFY_SOCKET."""
    address = str(tmp_path / "s") if request.param == "path" else f"@edgekit-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.bind(address.replace("@", "\0"))
        end.setblocking(False)
        yield end, address


def heard(end: socket.socket) -> list[str]:
    lines = []
    while True:
        try:
            lines += end.recv(4096).decode().split("\n")
        except BlockingIOError:
            return lines


def moment(recorded_s: float, at_s: float = 1e9) -> Moment:
    return Moment(at_s, 50.0, recorded_s, None)


def test_a_night_is_ready_at_its_first_samples_and_says_its_posture_and_its_end(
    systemd, tmp_path: Path, bundle, lying
) -> None:
    end, address = systemd
    view = notifier({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "4000000"})
    assert view is not None
    monitor(Replay([lying("left", seconds=10)], FULL_SPEED), bundle, tmp_path / "a.night", view)
    lines = heard(end)
    assert lines[0] == "READY=1" and lines.count("READY=1") == 1
    assert "STATUS=left" in lines and "WATCHDOG=1" in lines
    assert lines[-2:] == ["STOPPING=1", "STATUS=stop"]


def test_the_watchdog_is_fed_by_fresh_samples_alone(systemd) -> None:
    end, address = systemd
    view = Notifier(address, watchdog_s=0.0)
    view.on_moment(moment(1.0))
    assert "WATCHDOG=1" in heard(end)
    for _ in range(3):  # the source waits
        view.on_moment(moment(1.0))
    assert heard(end) == []
    view.on_moment(moment(1.5, at_s=1e9 - 3600))  # its clock was set back, and samples go on
    assert heard(end) == ["WATCHDOG=1"]


def test_the_watchdog_is_fed_four_times_a_period_at_most(systemd) -> None:
    end, address = systemd
    view = Notifier(address, watchdog_s=60.0)
    for count in range(1, 100):
        view.on_moment(moment(count / 2))
    assert heard(end).count("WATCHDOG=1") == 1


def test_what_systemd_missed_is_sent_again(tmp_path: Path) -> None:
    view = Notifier(str(tmp_path / "s"), watchdog_s=0.0)
    view.on_moment(moment(0.5))  # nobody listens yet
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.bind(str(tmp_path / "s"))
        end.setblocking(False)
        view.on_moment(moment(1.0))
        assert heard(end) == ["READY=1", "STATUS=first samples", "WATCHDOG=1"]


def test_a_failure_is_an_end(systemd) -> None:
    end, address = systemd
    view = Notifier(address)
    view.on_event(Event(0.0, "gap"))
    view.on_event(Event(0.0, "failed", "the sensor is gone"))
    assert heard(end) == ["STOPPING=1", "STATUS=failed"]


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": "vsock:2:1"}])
def test_without_systemd_there_is_no_notifier(environment: dict[str, str]) -> None:
    assert notifier(environment) is None
