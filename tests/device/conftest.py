"""Recordings, a wearable and a browser for the tests of the device."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.helpers.fake_wearable import FakeWearable
from tests.helpers.lying import Lying, make_lying

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_CHROMIUM = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def lying() -> Lying:
    return make_lying


@pytest.fixture(scope="module")  # no longer: its event loop stands in the way of asyncio.run
def browser(chromium: str) -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=_CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeWearable]:
    made = FakeWearable(tmp_path / "ttyWEARABLE")
    made.plug_in()
    yield made
    if made.is_plugged_in:
        made.unplug()
