"""The dashboard as it stands: its own process, real HTTP, a real Chromium."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from edgekit.device.monitor.alarm import TherapyStatus
from edgekit.device.monitor.progress import read_progress
from edgekit.device.monitor.views.dashboard.view import DashboardView, web_view
from edgekit.device.sources.source import About
from edgekit.doubt import Doubt, DoubtKind
from edgekit.night.night import Alarm
from edgekit.spec import POSTURE_ANGLE_DEG
from tests.helpers.dashboard import Model, ShownNight, fetch, wait_until
from tests.helpers.nights import START_S, decisions, write_night


def looked_at(browser: Browser, view: DashboardView, width: int) -> tuple[Page, list[str]]:
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda asked: asked.url.startswith((view.url, "data:")) or complaints.append(asked.url),
    )
    page.goto(view.url)
    return page, complaints


def test_the_figure_rolls_as_the_wearer_turns(browser: Browser, view: DashboardView) -> None:
    page, complaints = looked_at(browser, view, 390)
    night = ShownNight(view)
    night.lies("supine")
    page.wait_for_selector("#turning[data-deg='90.0']")
    night.lies("left")
    page.wait_for_selector("#turning[data-deg='180.0']")
    assert page.locator("#posture").text_content() == "left"
    assert page.locator("#supine").text_content() == "50 %"
    assert "left" in str(page.locator("#scene").get_attribute("aria-label"))
    night.lies("supine", "off")
    page.wait_for_selector("#away:not([hidden])")
    night.lies("supine", "upright")
    page.wait_for_selector("#standing:not([hidden])")
    assert page.locator("#event-list small").text_content() == "<b>not markup</b>"
    assert complaints == []
    page.close()


def test_last_night_is_the_newest_that_was_finished(browser: Browser, tmp_path: Path) -> None:
    plan = [("supine", 30.0), ("left", 20.0), ("off!", 5.0), ("prone", 10.0)]
    write_night(tmp_path / "finished.night", decisions(plan))
    write_night(tmp_path / "running.night", decisions([("supine", 5.0)]), closed=False)
    (tmp_path / "damaged.night").write_bytes(b"not a night")
    with web_view(port=0, nights=tmp_path) as view:
        wait_until(lambda: fetch(view.url)[0] == 200)
        page, complaints = looked_at(browser, view, 390)
        page.wait_for_selector("#last-chart:not([hidden])")
        titles = page.locator("#last-chart title").all_text_contents()
        assert [title.split(",")[0] for title in titles] == [
            "supine",
            "left",
            "off the body",
            "prone",
        ]
        assert "(finished)" in str(page.locator("#last-day").text_content())
        assert complaints == []
        page.close()


def test_a_simulated_sensor_is_shown_as_one(browser: Browser, view: DashboardView) -> None:
    page, _ = looked_at(browser, view, 390)
    night = ShownNight(view)
    night.lies("supine")
    page.wait_for_selector("#turning[data-deg='90.0']")
    assert page.locator("#simulated").is_hidden()
    view.on_start(Model(), About("a synthetic sleeper", "me", "utc", live=True))
    night.lies("left")
    page.get_by_text("no person wears this sensor").wait_for()
    page.close()


def test_tonight_is_drawn_as_it_grows(browser: Browser, tmp_path: Path) -> None:
    night = tmp_path / "running.night"
    with web_view(port=0, nights=tmp_path, night=night) as view:
        wait_until(lambda: fetch(view.url)[0] == 200)
        page, complaints = looked_at(browser, view, 390)
        assert page.locator("#growing").is_hidden()
        drawn = page.locator("#so-far-chart title")
        for plan in ([("supine", 30.0)], [("supine", 30.0), ("left", 20.0)]):
            night.unlink(missing_ok=True)
            write_night(night, decisions(plan), closed=False)
            wait_until(lambda plan=plan: drawn.count() == len(plan))
            names = [title.split(",")[0] for title in drawn.all_text_contents()]
            assert names == [posture for posture, _ in plan]
        assert "No finished night yet" in str(page.locator("#last-day").text_content())
        assert complaints == []
        page.close()


def test_alarms_stand_in_the_timeline_with_what_came_of_them(
    browser: Browser, tmp_path: Path
) -> None:
    alarms = [
        Alarm(START_S + 1800, 1, 1, 0.3), Alarm(START_S + 1810, 1, 2, 0.6, 8.0),
        Alarm(START_S + 3000, 2, 1, 0.3),
    ]  # fmt: skip
    write_night(tmp_path / "treated.night", decisions([("supine", 60.0)]), alarms=alarms)
    with web_view(port=0, nights=tmp_path) as view:
        wait_until(lambda: fetch(view.url)[0] == 200)
        page, complaints = looked_at(browser, view, 390)
        page.wait_for_selector("#last-alarms:not([hidden])")
        left, stayed = page.locator("#last-chart .alarm").all()
        assert "up to level 2, left after 18 s" in str(left.text_content())
        assert "not left" in str(stayed.text_content())
        heights = [float(str(mark.get_attribute("height"))) for mark in (left, stayed)]
        assert heights[0] > heights[1]
        assert all(
            mark.evaluate("mark => mark.getBoundingClientRect().width") for mark in (left, stayed)
        )
        assert "2 attempts, 1 left after it" in page.locator("#last-facts").inner_text()
        assert complaints == []
        page.close()


def test_the_alarms_state_is_shown_live(browser: Browser, view: DashboardView) -> None:
    page, _ = looked_at(browser, view, 390)
    night = ShownNight(view)
    night.lies("supine")
    page.wait_for_selector("#turning[data-deg]")
    assert page.locator("#alarm").is_hidden()  # nothing is treated
    for fields, text in (
        ((1500.0, True, 30.0, 0, 3, 0, 0, False), "begins in 25 min; no attempt yet"),
        ((0.0, True, 12.0, 0, 3, 1, 1, False), "due in 12 s of lying still; 1 attempt, 1"),
        ((0.0, True, 8.8, 2, 3, 2, 1, False), "level 2 of 3 given, the next in 9 s; 2"),
        ((0.0, True, 540.0, 3, 3, 2, 1, True), "3 given, then a pause of 9 min"),
        ((0.0, False, 30.0, 0, 3, 2, 2, True), "Baseline night: watching"),
    ):
        night.lies("supine", therapy=TherapyStatus(*fields))
        page.locator("#alarm", has_text=text).wait_for()
    page.close()


def test_a_night_that_goes_on_keeps_its_figures(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "cut.night"
    lived = decisions([("left", 45.0), ("upright!", 5.0), ("supine", 15.0)])
    write_night(path, lived, closed=False, faults={"nack": 1})
    with web_view(port=0, nights=tmp_path, progress=read_progress(path)) as view:
        wait_until(lambda: fetch(view.url)[0] == 200)
        page, _ = looked_at(browser, view, 390)
        ShownNight(view).lies("left")
        page.locator("#supine", has_text="25 %").wait_for()
        assert "nack 3" in str(page.locator("#faults").text_content())  # 1 each half hour
        assert "h " in str(page.locator("#recorded").text_content())
        page.close()


def test_who_wants_no_motion_sees_the_figure_turned_at_once(
    browser: Browser, view: DashboardView
) -> None:
    page, _ = looked_at(browser, view, 390)
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(
        """() => { window.poses = []; new MutationObserver(() =>
        poses.push(document.getElementById("turning").dataset.deg))
        .observe(document.getElementById("turning"), {attributeFilter: ["data-deg"]}); }"""
    )
    night = ShownNight(view)
    for posture in ("supine", "left", "prone"):
        night.lies(posture)
        page.wait_for_selector(f"#turning[data-deg='{POSTURE_ANGLE_DEG[posture]:.1f}']")
    assert page.evaluate("poses") == ["90.0", "180.0", "270.0"]
    assert (
        page.evaluate("getComputedStyle(document.getElementById('scene')).transitionDuration")
        == "0s"
    )
    page.close()


def test_a_dashboard_that_is_started_again_is_found_by_its_open_page(
    browser: Browser, tmp_path: Path
) -> None:
    page = browser.new_page()
    page.clock.install()
    with web_view(port=0, nights=tmp_path) as first:
        wait_until(lambda: fetch(first.url)[0] == 200)
        port = int(first.url.split(":")[2].rstrip("/"))
        page.goto(first.url)
        ShownNight(first).lies("supine")
        page.wait_for_selector("#turning[data-deg='90.0']")
        first.process.kill()
        first.process.wait()
        page.clock.fast_forward(8000)
        page.get_by_text("No connection to the monitor").wait_for()
        assert page.locator("#linked").text_content() == "not connected"
    with web_view(port=port, nights=tmp_path) as second:
        wait_until(lambda: fetch(second.url)[0] == 200)
        ShownNight(second).lies("left")
        page.wait_for_selector("#turning[data-deg='180.0']")
        assert page.locator("#linked").text_content() == "live"
        assert page.locator("#stale").is_hidden()
    page.close()


def test_samples_that_stop_coming_are_reported(
    browser: Browser, view: DashboardView, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, _ = looked_at(browser, view, 390)
    night = ShownNight(view)
    night.lies("supine")
    now_s = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: now_s + 60.0)  # a minute without a sample
    night.at_s -= 1.2
    night.lies("supine")
    monkeypatch.undo()
    page.get_by_text("No samples for").wait_for()
    page.close()


def test_what_makes_figures_worth_little_stands_above_them_and_is_no_markup(
    browser: Browser, view: DashboardView
) -> None:
    page, _ = looked_at(browser, view, 390)
    shown = ShownNight(view)
    shown.lies("supine")
    page.wait_for_selector("#turning[data-deg]")
    assert page.locator("#doubts").is_hidden()
    grave = Doubt(DoubtKind.UNIT, "gravity at rest is <b>9.81</b> g")
    view.on_doubts((grave, Doubt(DoubtKind.DATE, "of 1970")))
    shown.lies("supine")
    page.locator("#doubts").wait_for(state="visible")
    text = page.locator("#doubts").inner_text()
    assert "Do not rely on these figures" in text and "<b>9.81</b> g" in text
    assert "1970" not in text
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    view.on_doubts(())
    shown.lies("supine")
    page.locator("#doubts").wait_for(state="hidden")
    page.close()


def test_nothing_overflows_a_phone(browser: Browser, view: DashboardView) -> None:
    page, _ = looked_at(browser, view, 390)
    ShownNight(view).lies("prone-right")
    page.wait_for_selector("#turning[data-deg]")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


def test_a_monitor_that_ends_is_shown_as_ended(browser: Browser, tmp_path: Path) -> None:
    with web_view(port=0, nights=tmp_path) as view:
        wait_until(lambda: fetch(view.url)[0] == 200)
        page, _ = looked_at(browser, view, 390)
        ShownNight(view).lies("supine")
        page.wait_for_selector("#turning[data-deg]")
    page.get_by_text("The monitor has ended.").wait_for()
    assert view.process.poll() == 0
    page.close()
