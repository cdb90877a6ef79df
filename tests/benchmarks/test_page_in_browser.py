"""The page of the committed records in a real Chromium: desk, phone, dark and paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from edgekit.benchmarks.page.page import write_pages

RECORDS = Path(__file__).parents[2] / "docs" / "benchmarks" / "results"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "results.html"
    write_pages(RECORDS, path, None)
    return path


def opened(browser: Browser, html: Path, width: int, scheme: str = "light") -> Page:
    page = browser.new_page(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto(html.as_uri())
    return page


@pytest.mark.parametrize("width", [320, 390, 1280, 1920])
def test_nothing_overflows(browser: Browser, page_file: Path, width: int) -> None:
    page = opened(browser, page_file, width)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_on_a_phone_a_table_shows_a_value_beside_each_name(
    browser: Browser, page_file: Path
) -> None:
    page = opened(browser, page_file, 320)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    rights = page.evaluate(
        "[...document.querySelectorAll('tbody tr')].map(row => "
        "row.querySelector('td:not(.word)').getBoundingClientRect().left)"
    )
    assert len(rights) > 100 and max(rights) < 250
    page.close()


def test_the_cards_stand_in_one_row_on_a_desk_and_below_each_other_on_a_phone(
    browser: Browser, page_file: Path
) -> None:
    tops = "[...document.querySelectorAll('.card')].map(c => c.getBoundingClientRect().top)"
    for width, rows in ((1280, 1), (320, 5)):
        page = opened(browser, page_file, width)
        assert len(set(page.evaluate(tops))) == rows
        page.close()


def test_letters_in_pictures_can_be_read_on_a_phone(browser: Browser, page_file: Path) -> None:
    page = opened(browser, page_file, 390)
    heights = page.evaluate(
        "[...document.querySelectorAll('.answer svg text')]"
        ".map(text => text.getBoundingClientRect().height)"
    )
    assert len(heights) > 100 and min(heights) >= 8
    page.close()


def test_row_names_of_pictures_do_not_collide(browser: Browser, page_file: Path) -> None:
    page = opened(browser, page_file, 1280)
    overlaps = page.evaluate(
        """() => [...document.querySelectorAll('.answer svg')].flatMap(svg => {
          const boxes = [...svg.querySelectorAll('text')]
            .map(t => [t.textContent, t.getBoundingClientRect()]);
          return boxes.flatMap(([a, p], i) => boxes.slice(i + 1)
            .filter(([, q]) => p.left < q.right - 1 && q.left < p.right - 1
                               && p.top < q.bottom - 3 && q.top < p.bottom - 3)
            .map(([b]) => `${a} / ${b}`));
        })"""
    )
    assert overlaps == []
    page.close()


def test_pictures_are_dark_on_a_dark_page_and_light_on_paper(
    browser: Browser, page_file: Path
) -> None:
    fill = "getComputedStyle(document.querySelector('svg .f-ink')).fill"
    page = opened(browser, page_file, 1280, "dark")
    assert page.evaluate(fill) == "rgb(232, 233, 236)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(fill) == "rgb(34, 48, 60)"
    page.close()
