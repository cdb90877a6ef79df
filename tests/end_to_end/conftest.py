"""One small road through the commands, for every test that needs what lies along it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.command import REPOSITORY, edgekit
from tests.helpers.road import ROAD


@pytest.fixture(scope="session")
def road(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after the five commands, each without an argument that is not needed."""
    folder = tmp_path_factory.mktemp("road")
    for words in ROAD:
        ended = edgekit(*words, cwd=folder)
        # Five epochs leave many near ties: the bundle is written, and may say that int8 flips
        # over 1 % of them. What a trained net keeps is tested in tests/convert.
        barely_trained = words[0] == "convert" and "is outside the limits: " in ended.stderr
        assert ended.returncode == 0 or barely_trained, f"{words}: {ended.stdout}{ended.stderr}"
    return folder


@pytest.fixture(scope="session")
def wheel_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    source = tmp_path_factory.mktemp("source") / "edgekit"
    # A copy, so that building leaves nothing in the tree.
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY, capture_output=True, check=True,
    ).stdout.decode().split("\0")  # fmt: skip
    for name in filter(None, listed):
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if (REPOSITORY / name).is_symlink():
            path.symlink_to((REPOSITORY / name).readlink())
        elif (REPOSITORY / name).is_file():
            path.write_bytes((REPOSITORY / name).read_bytes())
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run([*build, str(source)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built
