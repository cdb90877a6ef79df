from collections.abc import Iterator
from pathlib import Path

import pytest

from edgekit.device.monitor.views.dashboard.view import DashboardView, web_view
from tests.helpers.dashboard import fetch, wait_until


@pytest.fixture
def view(tmp_path: Path) -> Iterator[DashboardView]:
    with web_view(port=0, nights=tmp_path) as view:
        wait_until(lambda: fetch(view.url)[0] == 200)
        yield view
