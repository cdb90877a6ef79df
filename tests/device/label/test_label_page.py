"""The label page in a real Chromium: mouse, keyboard alone, a phone's touch, suggestions."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from edgekit.bundle import Bundle
from tests.helpers.dashboard import wait_until
from tests.helpers.label_page import (
    WORDS,
    drag,
    is_saved,
    label_page,
    lists,
    opened,
    place,
    rows,
)


def about(seconds: float) -> Any:
    """A time on the screen, which has some pixels a second."""
    return pytest.approx(seconds, abs=0.3)


def test_spans_are_drawn_corrected_and_deleted_with_the_mouse(browser: Browser, npz: Path) -> None:
    table = npz.with_name("ann.labels.csv")
    with label_page(npz, postures=WORDS, placements=("chest", "wrist")) as address:
        page = opened(browser, address)
        posture = place(page, "posture")
        drag(page, posture(0.25), posture(0.5))
        page.get_by_role("button", name="walking").click()
        is_saved(page)
        assert rows(table) == [(about(30), about(60), "walking", "")]

        drag(page, posture(0.4), posture(0.75))  # a new label takes the place of what was there
        page.keyboard.press("2")
        is_saved(page)
        walking, sitting = rows(table)
        assert walking == (about(30), about(48), "walking", "")
        assert sitting == (walking[1], about(90), "sitting", "")

        drag(page, posture(0.4), posture(0.3))  # the edge between two, moved for both
        is_saved(page)
        walking, sitting = rows(table)
        assert walking[1] == sitting[0] == about(36)

        page.mouse.click(*posture(0.6))
        page.locator("#delete").click()
        is_saved(page)
        assert [row[2] for row in rows(table)] == ["walking"]
        assert page.complaints == []  # type: ignore[attr-defined]
        page.context.close()


def test_every_change_is_undone_and_done_again(browser: Browser, npz: Path) -> None:
    table = npz.with_name("ann.labels.csv")
    with label_page(npz, postures=WORDS) as address:
        page = opened(browser, address)
        posture = place(page, "posture")
        for key, begin in (("1", 0.1), ("2", 0.3), ("3", 0.5)):
            drag(page, posture(begin), posture(begin + 0.1))
            page.keyboard.press(key)
        is_saved(page)
        full = rows(table)
        assert [row[2] for row in full] == list(WORDS)
        for count in (2, 1, 0):
            page.keyboard.press("Control+z")
            lists(page, count)
        is_saved(page)
        assert rows(table) == []
        for _ in full:
            page.locator("#redo").click()
        lists(page, 3)
        is_saved(page)
        assert rows(table) == full
        assert page.locator("#redo").is_disabled()
        page.context.close()


def test_the_keyboard_alone_labels_both_lanes(browser: Browser, npz: Path) -> None:
    table = npz.with_name("ann.labels.csv")
    with label_page(npz, postures=WORDS) as address:
        page = opened(browser, address)
        keys = page.keyboard
        keys.press("n")  # to the first change, at 30 s
        keys.press("Enter")
        keys.press("n")
        keys.press("Enter")
        keys.press("1")
        keys.press("ArrowDown")  # the lane of placements, which has no name yet
        keys.press("Home")
        keys.press("Enter")
        for _ in range(3):
            keys.press("Shift+ArrowRight")
        keys.press("/")
        keys.type("left ankle")
        keys.press("Enter")
        is_saved(page)
        ankle, walking = rows(table)
        assert ankle == (0.0, pytest.approx(18), "", "left ankle")
        assert walking == (about(30), about(60), "walking", "")

        keys.press(",")  # the label before the cursor: none; the next one: itself
        keys.press(".")
        keys.press("ArrowUp")
        keys.press("Home")
        keys.press(".")  # selects walking
        for _ in range(2):
            keys.press("Shift+ArrowRight")
        keys.press("[")  # its start is moved to the cursor
        is_saved(page)
        assert rows(table)[1][0] == pytest.approx(walking[0] + 12, abs=0.01)
        keys.press("Delete")
        lists(page, 1)
        is_saved(page)
        assert [row[3] for row in rows(table)] == ["left ankle"]
        page.context.close()


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    fingers = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


def seconds_shown(page: Page) -> float:
    label = str(page.locator("#chart").get_attribute("aria-label"))
    begin, _, end = label.split(", ")[1].partition(" to ")
    return sum(
        sign * sum(60**k * float(part) for k, part in enumerate(reversed(text.split(":"))))
        for sign, text in ((-1, begin), (1, end))
    )


def test_a_thumb_labels_on_a_phone(browser: Browser, npz: Path) -> None:
    table = npz.with_name("ann.labels.csv")
    with label_page(npz, postures=WORDS) as address:
        page = opened(browser, address, width=390, touch=True)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        posture = place(page, "posture")
        page.touchscreen.tap(*posture(0.4))  # selects from one change to the next
        page.locator(".chip", has_text="sitting").tap()
        is_saved(page)
        assert rows(table) == [
            (pytest.approx(30, abs=0.3), pytest.approx(60, abs=0.3), "sitting", "")
        ]

        session = page.context.new_cdp_session(page)
        touch(session, "touchStart", posture(0.6))
        for share in (0.62, 0.7, 0.78, 0.78):
            touch(session, "touchMove", posture(share))
            page.wait_for_timeout(60)  # a thumb that is flung is no thumb that taps next
        touch(session, "touchEnd")
        page.locator(".chip", has_text="lying").tap()
        is_saved(page)
        assert [row[2] for row in rows(table)] == ["sitting", "lying"]

        box = page.locator("#signal canvas").bounding_box()
        assert box is not None
        y, middle = box["y"] + 80, box["x"] + box["width"] / 2
        before_s = seconds_shown(page)
        touch(session, "touchStart", (middle - 30, y), (middle + 30, y))
        for away in (50, 80, 120):
            touch(session, "touchMove", (middle - away, y), (middle + away, y))
        touch(session, "touchEnd")
        wait_until(lambda: abs(seconds_shown(page) - before_s / 4) < 2)
        for chip in page.locator(".chip").all():
            size = chip.bounding_box()
            assert size is not None and size["height"] >= 44  # a thumb finds it
        page.context.close()


def test_suggestions_are_saved_only_as_they_are_accepted_or_corrected(
    browser: Browser, npz: Path, bundle: Bundle
) -> None:
    table = npz.with_name("ann.labels.csv")
    with label_page(npz, bundle) as address:
        page = opened(browser, address)
        page.wait_for_selector(".strip[data-task=posture][data-kind=suggested] .span")
        assert not table.exists()
        keys = page.keyboard
        keys.press("s")
        keys.press("a")  # supine is accepted, right is selected
        page.locator(".chip", has_text="left-supine").click()  # and corrected
        is_saved(page)
        assert [row[2] for row in rows(table)] == ["supine", "left-supine"]
        page.locator("#accept-all").click()
        is_saved(page)
        lists(page, 4)
        is_saved(page)
        found = rows(table)
        assert [row[2] for row in found] == ["supine", "left-supine", "left", "prone"]
        turns = [row[0] for row in found[1:]]
        assert turns == pytest.approx([30, 60, 90], abs=0.5)
        keys.press("Control+z")  # all that were accepted at once are one change
        lists(page, 2)
        page.context.close()


def test_a_label_is_never_markup(browser: Browser, npz: Path) -> None:
    hostile = "<img src=x onerror=\"document.title='owned'\">"
    with label_page(npz, postures=(hostile,)) as address:
        page = opened(browser, address)
        page.keyboard.press("u")
        page.keyboard.press("1")
        page.keyboard.press("u")
        page.keyboard.press("/")
        page.keyboard.type("</span><b>, \"quoted\"; 'x'")
        page.keyboard.press("Enter")
        is_saved(page)
        page.reload()
        page.wait_for_selector("#list tbody tr")
        assert hostile in page.locator("#list").inner_text()
        assert page.locator("main img, main b:not(details b)").count() == 0
        assert page.title() == "Label ann.npz"
        assert page.complaints == []  # type: ignore[attr-defined]
        page.context.close()
