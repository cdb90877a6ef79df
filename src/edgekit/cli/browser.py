"""Open a page in the user's browser, where there is one."""

import os
import sys
import webbrowser
from pathlib import Path

from .output import print_progress


def show_page(page: Path) -> None:
    """Open a page; where this computer shows none, print what to open instead."""
    has_display = sys.platform != "linux" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    )
    if not (has_display and webbrowser.open(page.resolve().as_uri())):
        print_progress(f"no browser opens here: open {page} yourself")
