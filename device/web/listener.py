"""Take the port before anything else begins, so that a taken one is one line of error."""

import errno
import socket

from edgekit.errors import UsageError

EVERYWHERE = ("0.0.0.0", "::")  # all of this computer's addresses
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_WAITING_BROWSERS = 64  # connections that are not yet accepted


def listen(host: str, port: int, page: str, hint: str) -> socket.socket:
    """Listen at this computer's address `host`; port 0 is any free one.

    Raises UsageError, with `hint` on what may hold the port of the `page`, where it is taken.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UsageError(f"no address {host!r}: give one of this computer, or 127.0.0.1") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_WAITING_BROWSERS)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRNOTAVAIL:
            hint = "This computer has no such address: take 127.0.0.1, or 0.0.0.0 for all it has"
        raise UsageError(
            f"the {page} cannot listen at {host} port {port}: {error.strerror}. {hint}"
        ) from None
    return listener


def network_address() -> str | None:
    """Return this computer's address in its network, for another device's browser."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(("192.0.2.1", 9))  # nothing is sent: it chooses the way out
            return str(asking.getsockname()[0])
        except OSError:  # no network
            return None


def url_of(listener: socket.socket, host: str) -> str:
    """Return the address to open in a browser; for all of this computer's, by its name."""
    name = socket.gethostname() if host in EVERYWHERE else host
    bracketed = f"[{name}]" if ":" in name else name
    return f"http://{bracketed}:{listener.getsockname()[1]}/"
