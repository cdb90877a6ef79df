"""The dashboard's own process: who is let in, and that it never holds up the night."""

import json
import os
import signal
import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from edgekit.device.monitor.views.dashboard.address_file import token
from edgekit.device.monitor.views.dashboard.view import MOST_LINE_BYTES, DashboardView, web_view
from edgekit.errors import UsageError
from edgekit.night.night import Event, HealthRow
from tests.helpers.dashboard import ShownNight, fetch, wait_until
from tests.helpers.nights import START_S


def test_another_address_needs_the_token_which_leaves_the_url(
    browser: Browser, tmp_path: Path
) -> None:
    with web_view("0.0.0.0", 0, tmp_path) as shared:
        port = shared.url.split(":")[2].split("/")[0]
        base, word = f"http://127.0.0.1:{port}/", shared.address.split("token=")[1]
        wait_until(lambda: fetch(base)[0] == 401)
        assert "edgekit monitor" in fetch(base)[1]
        assert fetch(f"{base}paper.css")[0] == 200  # what the locked page is drawn with
        assert fetch(f"{base}live?token=wrong")[0] == fetch(f"{base}night")[0] == 401
        page = browser.new_page()
        page.goto(f"{base}?token={word}")
        assert page.url == base
        assert page.locator("#posture").text_content() == "Waiting"
        cookie = page.context.cookies()[0]
        assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"
        page.close()
        environment = Path(f"/proc/{shared.process.pid}/environ").read_bytes()
        arguments = Path(f"/proc/{shared.process.pid}/cmdline").read_bytes()
        assert word.encode() not in environment + arguments


def test_the_token_is_kept_for_its_owner_and_changes_with_the_night(
    browser: Browser, tmp_path: Path
) -> None:
    with web_view("0.0.0.0", 0, tmp_path) as first:
        kept = tmp_path / "dashboard.url"
        assert kept.read_text() == first.address + "\n"
        assert kept.stat().st_mode & 0o777 == 0o600
        assert first.invitation(to_a_person=True) == first.address
        printed = first.invitation(to_a_person=False)
        word, port = first.address.split("token=")[1], int(first.url.split(":")[2].rstrip("/"))
        assert str(kept) in printed and word not in printed
        base = f"http://127.0.0.1:{port}/"
        wait_until(lambda: fetch(base)[0] == 401)
        page = browser.new_page()
        page.goto(f"{base}?token={word}")
    with web_view("0.0.0.0", port, tmp_path) as another:
        assert word not in another.address and word not in kept.read_text()
        page.get_by_text("A new night, a new token").wait_for()
    page.close()


@pytest.mark.parametrize("kept", [b"http://[", b"\xff", b"http://pi:8642/?token=short", None])
def test_a_damaged_address_gives_a_night_that_goes_on_a_new_token(
    tmp_path: Path, kept: bytes | None
) -> None:
    if kept is not None:
        (tmp_path / "dashboard.url").write_bytes(kept)
    assert len(token(tmp_path, resumed=True)) > 24


def test_a_foreign_host_name_and_another_method_are_refused(view: DashboardView) -> None:
    assert fetch(view.url, Host="attacker.example")[0] == 421
    assert fetch(view.url, Host="localhost:1")[0] == 200
    assert fetch(view.url, "POST")[0] == 405


def test_a_stalled_dashboard_does_not_hold_up_the_night(tmp_path: Path) -> None:
    with web_view(port=0, nights=tmp_path) as view:
        os.kill(view.process.pid, signal.SIGSTOP)
        night = ShownNight(view)
        began = time.monotonic()
        for _ in range(400):  # some 300 kB, far more than a pipe holds
            night.lies("left")
        took_s = time.monotonic() - began
        os.kill(view.process.pid, signal.SIGCONT)
    assert took_s < 1.0


def test_a_dashboard_that_died_says_so_once_to_the_monitor(tmp_path: Path) -> None:
    with web_view(port=0, nights=tmp_path) as view:
        view.process.kill()
        view.process.wait()
        with pytest.raises(BrokenPipeError):  # upon which the monitor drops the view
            ShownNight(view).lies("left")


def test_a_line_goes_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    with web_view(port=0, nights=tmp_path) as view:
        night = ShownNight(view)
        for _ in range(20):
            view.on_event(Event(START_S, "gap", "\N{SNOWMAN}" * 400))
        view.on_health(HealthRow(START_S, 500, 49.2, 2, 0, 0, {"nack": 3}))
        monkeypatch.setattr(os, "write", lambda _, line: written.append(line))
        night.lies("left")
        monkeypatch.undo()
    assert len(written[0]) <= MOST_LINE_BYTES
    state = json.loads(written[0])
    assert state["faults"] == {"nack": 3} and state["health"]["gaps"] == 2


def test_a_port_that_is_taken_is_reported_before_the_night(view: DashboardView) -> None:
    taken = int(view.url.split(":")[2].rstrip("/"))
    second: AbstractContextManager[DashboardView] = web_view(port=taken)
    with pytest.raises(UsageError, match=r"cannot listen.*another monitor"), second:
        pass
