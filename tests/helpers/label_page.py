"""The label page, served in this process or by the command, which can be killed."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from edgekit.bundle import Bundle
from edgekit.device.label.label_page import prepare_page
from edgekit.device.label.server import served
from edgekit.device.web.listener import listen
from edgekit.recording import Recording, save_recording

from .lying import make_lying

expect.set_options(timeout=30_000)  # a busy machine is no defect of the page

WORDS = ("walking", "sitting", "lying")
TOKEN = "a-token-of-a-test-that-is-long-enough"


def unlabelled(path: Path, *postures: str, seconds: float = 30.0) -> Recording:
    """Save a Recording of `seconds` in each posture, without labels."""
    recording = replace(make_lying(*postures, seconds=seconds), label=None, label_names=())
    save_recording(recording, path)
    return recording


@contextmanager
def label_page(
    path: Path, bundle: Bundle | None = None, postures: Sequence[str] = (),
    placements: Sequence[str] = (),
) -> Iterator[str]:  # fmt: skip
    """Serve the page of a file in this process; yields its address, token included."""
    page = prepare_page(
        path, bundle, {"posture": postures, "placement": placements}, "edgekit data import"
    )
    with listen("127.0.0.1", 0, "label page", "") as listener:
        port = listener.getsockname()[1]
        with served(page, listener, "127.0.0.1", TOKEN):
            yield f"http://127.0.0.1:{port}/?token={TOKEN}"


class LabelCommand:
    """`edgekit label` in a process of its own."""

    def __init__(self, *words: str | Path, cwd: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "edgekit", "label", *map(str, words), "--no-browser"],
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            cwd=cwd,
            env=os.environ | {"COLUMNS": "200", "EDGEKIT_CACHE": str(cwd / "cache")},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.pid = self._process.pid
        self.address = self._process.stdout.readline().split()[1]

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def stop(self) -> str:
        """Press Ctrl-C; returns what was printed after the address."""
        self._process.send_signal(signal.SIGINT)
        printed, _ = self._process.communicate(timeout=20)
        assert self._process.returncode == 0
        return printed


def opened(browser: Browser, address: str, width: int = 1240, touch: bool = False) -> Page:
    """Open the page in a context of its own, and wait until it is drawn.

    Whatever it complains of, or fetches from elsewhere, is in `page.complaints`.
    """
    context = browser.new_context(viewport={"width": width, "height": 900}, has_touch=touch)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    here = address.partition("?")[0]
    page.on(
        "request",
        lambda asked: asked.url.startswith((here, "data:")) or complaints.append(asked.url),
    )
    page.complaints = complaints  # type: ignore[attr-defined]
    page.goto(address)
    ready(page)
    return page


def ready(page: Page) -> None:
    page.wait_for_selector("body[data-ready]")


def is_saved(page: Page) -> None:
    """Wait until the page says that all is saved."""
    expect(page.locator("#saved")).to_have_text(re.compile(r"^saved \d\d:\d\d:\d\d$"))


def lists(page: Page, count: int) -> None:
    """Wait until the page lists this many labels."""
    expect(page.locator("#list tbody tr")).to_have_count(count)


def place(page: Page, task: str, kind: str = "hand") -> Callable[[float], tuple[float, float]]:
    """Return where a share of the view, 0 to 1, lies on a lane of the screen."""
    box = page.locator(f".strip[data-task={task}][data-kind={kind}]").bounding_box()
    assert box is not None
    return lambda share: (box["x"] + share * box["width"], box["y"] + box["height"] / 2)


def drag(page: Page, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag with the mouse; Alt, so that nothing snaps."""
    page.keyboard.down("Alt")
    page.mouse.move(*begin)
    page.mouse.down()
    page.mouse.move((begin[0] + end[0]) / 2, end[1])
    page.mouse.move(*end)
    page.mouse.up()
    page.keyboard.up("Alt")


def rows(path: Path) -> list[tuple[float, float, str, str]]:
    """Return the rows of a label table: start, end, posture, placement."""
    lines = path.read_text().splitlines()
    assert lines[0] == "start,end,posture,placement"
    fields = [line.split(",") for line in lines[1:]]
    return [(float(start), float(end), a, b) for start, end, a, b in fields]
