"""The store, built once."""

import ctypes
from collections.abc import Callable

import pytest

from tests.helpers.store_device import SOURCES, Device, Make


@pytest.fixture(scope="session")
def device(c_library: Callable[..., ctypes.CDLL]) -> Make:
    """device(pages) is a blank flash and the store that was opened on it."""
    library = c_library(*SOURCES)
    return lambda pages: Device(library, pages)
