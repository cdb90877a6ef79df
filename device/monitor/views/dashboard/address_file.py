"""The dashboard's whole address, token included, in a file for its owner alone.

Under a service what is printed is kept, in a journal that others read; a file of mode 0600 is not.
"""

import secrets
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from edgekit.files import write_text

NAME = "dashboard.url"  # beside the nights
TOKEN_BYTES = 24


def token(folder: Path, goes_on: bool) -> str:
    """A new one for each night; a night that goes on keeps its own, and browsers stay let in."""
    if goes_on:
        try:
            kept = (folder / NAME).read_text(encoding="utf-8").strip()
            found = parse_qs(urlsplit(kept).query).get("token", [""])[0]
        except (OSError, ValueError):
            found = ""
        if len(found) >= TOKEN_BYTES:
            return found
    return secrets.token_urlsafe(TOKEN_BYTES)


def write_address(folder: Path, address: str) -> Path:
    """Raises EdgekitError where the folder cannot be written to."""
    write_text(folder / NAME, address + "\n", mode=0o600)
    return folder / NAME
