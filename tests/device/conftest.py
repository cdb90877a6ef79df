"""Recordings and a wearable for the tests of the device."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.fake_wearable import FakeWearable
from tests.helpers.lying import Lying, make_lying


@pytest.fixture(scope="session")
def lying() -> Lying:
    return make_lying


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeWearable]:
    made = FakeWearable(tmp_path / "ttyWEARABLE")
    made.plug_in()
    yield made
    if made.is_plugged_in:
        made.unplug()
