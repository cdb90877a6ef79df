"""The dashboard's whole address, token included, in a file for its owner alone.

A service's output is kept in a journal that others read; a file of mode 0600 is not.
"""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from edgekit.files import write_text

from ....web.token import TOKEN_BYTES, new_token

NAME = "dashboard.url"  # beside the nights


def token(folder: Path, resumed: bool) -> str:
    """Return a new token for each night; a resumed one keeps its own, so browsers stay let in."""
    if resumed:
        try:
            address = (folder / NAME).read_text(encoding="utf-8").strip()
            old = parse_qs(urlsplit(address).query).get("token", [""])[0]
        except (OSError, ValueError):
            old = ""
        if len(old) >= TOKEN_BYTES:
            return old
    return new_token()


def write_address(folder: Path, address: str) -> Path:
    """Write the address and return its file. Raises EdgekitError where the folder is read-only."""
    write_text(folder / NAME, address + "\n", mode=0o600)
    return folder / NAME
