from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from edgekit.device.monitor.views.dashboard.view import DashboardView, web_view
from tests.helpers.dashboard import fetch, wait_until

_ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture
def view(tmp_path: Path) -> Iterator[DashboardView]:
    with web_view(port=0, nights=tmp_path) as view:
        wait_until(lambda: fetch(view.url)[0] == 200)
        yield view


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield browser
        browser.close()
