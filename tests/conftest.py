"""What every test may ask for, and what none may do without."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from edgekit.bundle import Bundle, load_bundle
from tests.helpers.bundles import make_bundle
from tests.helpers.forked import ForkedCommand

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Two cores are shared, and small nets gain nothing by more threads.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
    os.environ.setdefault(variable, "1")

# Tests give the product caches of their own; zig keeps what it compiles of its C library, seconds
# for each target, in one place all the same.
CACHES = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
os.environ.setdefault("ZIG_GLOBAL_CACHE_DIR", str(CACHES / "zig"))

# Prepared data in cache/ of each test's own folder, where it is in nobody's way.
os.environ.setdefault("EDGEKIT_CACHE", "cache")

# A busy machine is no defect of the code: examples are bounded in number, not in time.
settings.register_profile("edgekit", deadline=None)
settings.load_profile("edgekit")

# A job in a shell's background is deaf to Ctrl-C, and under nohup to a closed terminal: tests send
# both, to themselves and to what they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

_CHROMIUM = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

IN_CI = os.environ.get("CI") == "true"


def _absent(what: str) -> None:
    """A test cannot run here: at a user's desk it is skipped, in CI it fails."""
    if IN_CI:
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def absent() -> Callable[[str], None]:
    """Call it with what is missing here."""
    return _absent


@pytest.fixture
def real() -> Path:
    """The folder of the real recordings."""
    folder = Path(os.environ.get("EDGEKIT_DATA", "../shared/data")).resolve()
    if not folder.is_dir():
        _absent(f"no real recordings at {folder}: set EDGEKIT_DATA to their folder")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser that looks at the report."""
    path = shutil.which("chromium")
    if path is None:
        _absent("no chromium here: these tests need Debian's (apt-get install chromium)")
    return str(path)


@pytest.fixture(scope="module")  # no longer: its event loop stands in the way of asyncio.run
def browser(chromium: str) -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=_CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def cxx() -> str:
    """A C++ compiler, to build what a bundle holds as its user would."""
    path = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    if path is None:
        _absent("no C++ compiler here (apt-get install g++)")
    return str(path)


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A sleep bundle whose model tells the twelve postures apart by gravity."""
    return load_bundle(make_bundle(tmp_path_factory.mktemp("bundles") / "by-gravity"))


@pytest.fixture(scope="session")
def forked() -> Iterator[ForkedCommand]:
    """The command, quick to start."""
    with ForkedCommand() as command:
        yield command
