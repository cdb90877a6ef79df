"""Open a page in the user's browser, where there is one."""

import os
import sys
import webbrowser
from pathlib import Path

from .output import print_progress


def has_display() -> bool:
    """Whether a browser has a window to open: in a bare terminal it would take the terminal."""
    return sys.platform != "linux" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )


def show_page(page: Path) -> None:
    """Open a page; where this computer shows none, print what to open instead."""
    if not (has_display() and webbrowser.open(page.resolve().as_uri())):
        print_progress(f"no browser opens here: open {page} yourself")
