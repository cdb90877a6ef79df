"""The boards' test program, built once for each board and core."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.helpers.device_under_test import build_test_app


@pytest.fixture(scope="session")
def board_app(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """board_app(board, core) is the ELF file of board_app.c."""
    folder = tmp_path_factory.mktemp("board_app")
    return cache(lambda name, core: build_test_app(name, core, folder))
