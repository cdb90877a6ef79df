"""The page in a real Chromium: nothing fetched, nothing broken, legible on a phone."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from edgekit.device.report import write_report
from edgekit.device.report.nights_report import write_nights_report
from edgekit.device.report.summary import summarise
from edgekit.spec import SLEEP, WISDM
from tests.helpers.nights import decisions, realistic, write_night


@pytest.fixture(scope="module")
def sleep_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sleep") / "monday.night"
    return write_report(write_night(path, realistic(), source="synthetic sleeper v2")).html


@pytest.fixture(scope="module")
def activity_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("activity") / "tuesday.night"
    night = decisions([(name, 3.0) for name in WISDM.postures], WISDM)
    labelled = replace(night, truth=np.roll(night.posture, 9))
    return write_report(write_night(path, labelled, WISDM)).html


@pytest.fixture(scope="module")
def nights_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A week with an evening missing."""
    folder = tmp_path_factory.mktemp("week")
    paths = []
    for day in (0, 1, 2, 4, 5, 6):
        lain = realistic(day, hours=3.0)
        paths.append(folder / f"{day}.night")
        write_night(paths[-1], replace(lain, start_s=lain.start_s + 86_400 * day))
    return write_nights_report(paths).html


# Rows in which two cells' texts come nearer than 3 px.
_TOUCHING = """[...document.querySelectorAll('tr')].flatMap(row => {
  const boxes = [...row.children].filter(cell => cell.textContent.trim()).map(cell => {
    const range = document.createRange(); range.selectNodeContents(cell);
    return range.getBoundingClientRect();
  });
  return boxes.slice(1).filter((box, i) => box.top < boxes[i].bottom && boxes[i].top < box.bottom
    && box.left - boxes[i].right < 3 && boxes[i].left - box.right < 3).map(() => row.textContent);
})"""


def opened(browser: Browser, html: Path, width: int = 1240, scheme: str = "light") -> Page:
    """Open the page, and assert that it requested nothing but itself and reported no error."""
    requested: list[str] = []
    complaints: list[str] = []
    page = browser.new_page(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.on("request", lambda request: requested.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(html.as_uri())
    assert [url for url in requested if not url.startswith("data:")] == [html.as_uri()]
    assert complaints == []
    return page


@pytest.mark.parametrize("width", [1240, 320])
def test_labels_as_long_as_a_sentence_leave_room_for_the_charts(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    names = ("stirring the coffee until " * 4, "a" * 120, '<b>rest</b> & "more"')
    own = replace(WISDM, domain="kitchen", postures=names, placements=("wrist",))
    night = decisions([(name, 3.0) for name in names], own)
    night = replace(night, truth=np.roll(night.posture, 9), placement=night.placement * 0)
    page = opened(browser, write_report(write_night(tmp_path / "a.night", night, own)).html, width)
    for picture in page.locator("[role=img]").all():
        box = picture.bounding_box()
        assert box is not None and box["width"] > 150
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert "the network knows one place alone, wrist" in page.inner_text("body")
    page.close()


@pytest.mark.parametrize("width", [1240, 390, 320])
def test_every_chart_is_visible_and_nothing_overflows(
    browser: Browser, sleep_page: Path, activity_page: Path, nights_page: Path, width: int
) -> None:
    for html, charts in ((sleep_page, 5), (activity_page, 3), (nights_page, 4)):
        page = opened(browser, html, width)
        pictures = page.locator("[role=img]")
        assert pictures.count() == charts
        for picture in pictures.all():
            box = picture.bounding_box()
            assert box is not None and box["width"] > 250 and box["height"] > 90
            assert picture.get_attribute("aria-label")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(_TOUCHING) == []
        page.close()


def test_what_is_wider_than_a_phone_says_so_and_nothing_else_is(
    browser: Browser, sleep_page: Path
) -> None:
    page = opened(browser, sleep_page, 390)
    cut = page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth)"
        ".map(e => getComputedStyle(e.previousElementSibling).display)"
    )
    assert cut == ["block"], "the confusion matrix, under its hint"
    page.close()


def test_the_page_tells_the_numbers_of_the_summary(browser: Browser, sleep_page: Path) -> None:
    summary = summarise(realistic(), SLEEP)
    page = opened(browser, sleep_page)
    text = page.locator("body").inner_text()
    supine = summary.lanes[0]
    assert f"{supine.percent:.0f}%" in text and f"{supine.percent:.1f} %" in text
    assert f"{summary.changes} ({summary.changes_per_hour:.1f} per hour of worn time)" in text
    assert "Agreement with the labels" in text
    assert "simulated sleeper" in text
    page.close()


def test_letters_on_a_phone_are_as_large_as_on_a_desk(browser: Browser, sleep_page: Path) -> None:
    page = opened(browser, sleep_page, 390)
    heights = page.evaluate(
        "[...document.querySelectorAll('.gutter text')].map(t => t.getBoundingClientRect().height)"
    )
    assert min(heights) >= 11
    page.close()


def test_hour_labels_do_not_run_into_each_other_on_a_phone(
    browser: Browser, sleep_page: Path
) -> None:
    page = opened(browser, sleep_page, 390)
    boxes = page.evaluate(
        "[...document.querySelector('.field').querySelectorAll('.hour')]"
        ".map(t => t.getBoundingClientRect()).filter(b => b.width).map(b => [b.left, b.right])"
    )
    assert len(boxes) >= 3
    assert all(left > right for (_, right), (left, _) in pairwise(boxes))
    page.close()


def test_a_dark_page_is_dark_and_a_printed_one_is_light(browser: Browser, sleep_page: Path) -> None:
    background = "getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()"
    page = opened(browser, sleep_page, scheme="dark")
    assert page.evaluate(background) == "#10131a"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(background) == "#fcfbf8"
    page.close()
