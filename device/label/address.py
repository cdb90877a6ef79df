"""The token and the port of a file's label page, kept so that an open page finds a new server."""

import hashlib
import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import EdgekitError, UsageError
from edgekit.files import cache_folder, write_text

from ..web.listener import listen
from ..web.token import TOKEN_BYTES, new_token

PORT = 8643
_HINT = "Name another with --port, or leave it out."


@dataclass(frozen=True)
class Address:
    token: str
    port: int | None  # None where the file had no page before


def page_id(path: Path) -> str:
    """Return a word of its own for each file, for the browser's own storage too."""
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]


def kept_address(path: Path) -> Address:
    """Return what the last server of this file used, else a new token."""
    try:
        fields = json.loads(_address_file(path).read_text(encoding="utf-8"))
        token, port = fields["token"], fields["port"]
        if isinstance(token, str) and len(token) >= TOKEN_BYTES and token.isascii():
            return Address(token, port if isinstance(port, int) and 0 < port < 65536 else None)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return Address(new_token(), None)


def keep_address(path: Path, address: Address) -> None:
    """Keep it for the owner alone. Where the cache is read-only an open page needs a new token."""
    text = json.dumps({"token": address.token, "port": address.port})
    with suppress(EdgekitError, OSError):
        write_text(_address_file(path), text, mode=0o600)


def listen_for_page(host: str, port: int | None, kept: Address) -> socket.socket:
    """Listen at `port`, else at the file's last one, the usual one or any that is free.

    Raises UsageError where `port` is taken, or `host` is no address of this computer.
    """
    if port is not None:
        return listen(host, port, "label page", _HINT)
    for candidate in dict.fromkeys((kept.port or PORT, PORT)):
        with suppress(UsageError):
            return listen(host, candidate, "label page", _HINT)
    return listen(host, 0, "label page", _HINT)


def _address_file(path: Path) -> Path:
    return cache_folder("label") / f"{page_id(path)}.json"
