"""Nothing is lost: kills, a full disk, reloads, two tabs, and a file that others change."""

import json
import resource
from pathlib import Path

from playwright.sync_api import Browser, Route, expect

from edgekit.label_spans import LabelSpan, Moment, write_label_table
from tests.helpers.label_page import (
    WORDS,
    LabelCommand,
    is_saved,
    label_page,
    lists,
    opened,
    place,
    ready,
    rows,
)


def test_a_server_that_is_killed_mid_work_is_found_again(browser: Browser, npz: Path) -> None:
    table = npz.with_name("ann.labels.csv")
    first = LabelCommand(npz, "--postures", ",".join(WORDS), cwd=npz.parent)
    page = opened(browser, first.address)
    page.keyboard.press("u")
    page.keyboard.press("1")
    is_saved(page)
    saved = table.read_text()
    first.kill()  # -9
    page.keyboard.press("u")
    page.keyboard.press("2")
    expect(page.locator("#saved")).to_contain_text("not saved: no connection")
    page.keyboard.press("u")
    page.keyboard.press("3")
    assert table.read_text() == saved
    second = LabelCommand(npz, cwd=npz.parent)
    assert second.address == first.address  # so that the open page finds it
    is_saved(page)
    assert [row[2] for row in rows(table)] == ["walking", "sitting", "lying"]
    printed = second.stop()
    assert "3 spans" in printed and "edgekit data import" in printed.splitlines()[-1]
    assert page.complaints == []  # type: ignore[attr-defined]
    page.context.close()


def test_what_was_not_saved_is_offered_after_a_reload(browser: Browser, npz: Path) -> None:
    table = npz.with_name("ann.labels.csv")
    with label_page(npz, postures=WORDS) as address:
        page = opened(browser, address)
        page.route("**/labels", lambda route: route.abort())  # the network is down
        for digit in ("1", "2"):
            page.keyboard.press("u")
            page.keyboard.press(digit)
        expect(page.locator("#saved")).to_contain_text("not saved")
        page.unroute("**/labels")
        page.route("**/labels", lambda r: r.abort() if r.request.method == "PUT" else r.continue_())
        page.reload()
        ready(page)
        lists(page, 0)
        assert not table.exists()
        page.keyboard.press("u")
        page.keyboard.press("3")  # before the choice is made, which it does not take away
        page.reload()
        ready(page)
        page.get_by_role("button", name="Discard them").click()  # of the last
        page.reload()
        ready(page)
        page.unroute("**/labels")
        page.get_by_role("button", name="Restore them").click()
        lists(page, 2)
        is_saved(page)
        assert [row[2] for row in rows(table)] == ["walking", "sitting"]
        page.reload()
        ready(page)
        lists(page, 2)
        assert page.locator("#draft").is_hidden()
        page.context.close()


def test_an_answer_that_is_lost_is_no_conflict(browser: Browser, npz: Path) -> None:
    table = npz.with_name("ann.labels.csv")
    with label_page(npz, postures=WORDS) as address:
        page = opened(browser, address)
        lost: list[int] = []

        def lose(route: Route) -> None:
            if route.request.method == "PUT" and not lost:
                lost.append(route.fetch().status)
                route.abort()
            else:
                route.continue_()

        page.route("**/labels", lose)
        page.keyboard.press("u")
        page.keyboard.press("1")
        page.keyboard.press("u")
        page.keyboard.press("2")  # while the first is under way
        is_saved(page)
        assert lost == [200] and page.locator("#conflict").is_hidden()
        assert [row[2] for row in rows(table)] == ["walking", "sitting"]
        page.context.close()


def test_a_full_disk_is_shown_and_tried_again(browser: Browser, npz: Path) -> None:
    table = npz.with_name("ann.labels.csv")
    command = LabelCommand(npz, "--postures", ",".join(WORDS), cwd=npz.parent)
    page = opened(browser, command.address)
    _, most = resource.prlimit(command.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(command.pid, resource.RLIMIT_FSIZE, (8, most))  # no file may grow beyond it
    page.keyboard.press("u")
    page.keyboard.press("1")
    expect(page.locator("#saved")).to_contain_text("not saved: File too large")
    assert not table.exists() and list(npz.parent.glob(".ann*")) == []
    resource.prlimit(command.pid, resource.RLIMIT_FSIZE, (most, most))
    is_saved(page)
    assert [row[2] for row in rows(table)] == ["walking"]
    command.kill()
    page.context.close()


def test_two_tabs_never_overwrite_each_other(browser: Browser, npz: Path) -> None:
    table = npz.with_name("ann.labels.csv")
    with label_page(npz, postures=WORDS) as address:
        one, two = opened(browser, address), opened(browser, address)
        for page in (one, two):  # so that the second learns of the first by its own saving alone
            page.route("**/version", lambda route: route.abort())
        one.keyboard.press("u")
        one.keyboard.press("1")
        is_saved(one)
        two.keyboard.press("u")
        two.keyboard.press("2")
        two.get_by_role("button", name="Take theirs").wait_for()
        assert [row[2] for row in rows(table)] == ["walking"]
        two.get_by_role("button", name="Take theirs").click()
        expect(two.locator("#list")).to_contain_text("walking")
        two.keyboard.press("Control+z")  # one's own is not lost
        expect(two.locator("#list")).to_contain_text("sitting")
        is_saved(two)
        assert [row[2] for row in rows(table)] == ["sitting"]
        one.keyboard.press("u")
        one.keyboard.press("3")
        one.get_by_role("button", name="Keep mine").click()
        is_saved(one)
        assert [row[2] for row in rows(table)] == ["walking", "lying"]
        one.context.close()
        two.context.close()


def test_a_file_that_another_program_changed_is_shown(browser: Browser, npz: Path) -> None:
    table = npz.with_name("ann.labels.csv")
    with label_page(npz, postures=WORDS) as address:
        page = opened(browser, address)
        write_label_table(table, [LabelSpan(Moment(5), Moment(9.5), "by another", "")])
        expect(page.locator("#list")).to_contain_text("by another")
        table.write_text("damaged meanwhile\n")
        expect(page.locator("#saved")).to_contain_text("is no table of labels")
        page.keyboard.press("u")
        page.keyboard.press("1")
        expect(page.locator("#saved")).to_contain_text("not saved")
        assert table.read_text() == "damaged meanwhile\n"
        table.unlink()
        page.get_by_role("button", name="Keep mine").click()
        is_saved(page)
        assert {row[2] for row in rows(table)} == {"by another", "walking"}
        page.context.close()


def test_a_change_that_comes_while_an_edge_is_dragged_is_not_overwritten(
    browser: Browser, npz: Path
) -> None:
    table = npz.with_name("ann.labels.csv")
    write_label_table(table, [LabelSpan(Moment(30), Moment(60), "walking", "")])
    with label_page(npz, postures=WORDS) as address:
        page = opened(browser, address)
        at = place(page, "posture")
        page.mouse.move(*at(0.5))
        page.mouse.down()
        page.mouse.move(*at(0.6))
        page.mouse.move(*at(0.7))
        expect(page.locator("#selection-text")).to_contain_text("walking (posture, 5")
        write_label_table(table, [LabelSpan(Moment(100), Moment(110), "by another", "")])
        expect(page.locator("#list")).to_contain_text("by another")
        page.mouse.up()
        page.wait_for_timeout(200)
        assert [row[2] for row in rows(table)] == ["by another"]
        page.context.close()


def test_the_address_is_kept_for_its_owner_alone(npz: Path) -> None:
    command = LabelCommand(npz, cwd=npz.parent)
    (kept,) = (npz.parent / "cache" / "label").glob("*.json")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert json.loads(kept.read_text())["token"] in command.address
    command.kill()
    kept.write_text('{"token": "short", "port": "8643"}')
    again = LabelCommand(npz, cwd=npz.parent)
    assert len(again.address.split("token=")[1]) > 24
    again.stop()
