"""A recording to label in a browser."""

from pathlib import Path

import pytest

from tests.helpers.label_page import unlabelled


@pytest.fixture
def npz(tmp_path: Path) -> Path:
    """Two minutes unlabelled: supine, right, left and prone, half a minute each."""
    path = tmp_path / "ann.npz"
    unlabelled(path, "supine", "right", "left", "prone")
    return path
