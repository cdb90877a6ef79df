"""Guard: checks the Host header, the token and the method, and limits what a browser may load."""

import hmac
import socket
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .listener import EVERYWHERE
from .token import new_token

OPEN = "/paper.css"  # the one path that needs no token: the locked page is drawn with it

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Access:
    """Who may look at an app's pages, and who may write."""

    host: str  # where the app listens
    token: str | None  # None: everybody on this computer
    cookie: str  # its name; another for each app that may run at the same time
    locked: str  # the HTML page for a browser without the token
    writes: frozenset[str] = frozenset()  # paths that take PUT, from the app's own pages alone


class Guard:
    """Wraps the app: passes requests that name this computer and carry its token."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access
        self._invitations: set[str] = set()
        name = socket.gethostname().lower()
        self._names = {name, f"{name}.local"} if access.token else set()
        if access.token and access.host not in EVERYWHERE:
            self._names.add(access.host.lower())

    def invite(self) -> str:
        """Return a word that stands for the token once.

        A browser is started with it, because every user of a computer can read the arguments of a
        program.
        """
        self._invitations.add(word := new_token())
        return word

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if not self._is_this_computer(headers.get("host", ""), scope):
            return PlainTextResponse("This is not the host that you asked for.\n", 421)
        is_write = scope["method"] == "PUT" and scope["path"] in self._access.writes
        if scope["method"] != "GET" and not is_write:
            return PlainTextResponse("There is nothing to change here.\n", 405, {"Allow": "GET"})
        # Browsers name the page that writes; another site's, or a form, is refused.
        if is_write and headers.get("origin") != f"http://{headers['host']}":
            return PlainTextResponse("Only this app's own page may write.\n", 403)
        if self._access.token is None or scope["path"] == OPEN:
            return None
        query = QueryParams(scope["query_string"])
        if not is_write and self._opens(query.get("token", "")):
            return self._to_cookie(scope["path"], query)
        if self._is_token(_cookie(headers.get("cookie", ""), self._access.cookie)):
            return None
        return HTMLResponse(self._access.locked, 401)

    def _is_this_computer(self, host: str, scope: Scope) -> bool:
        """Whether the Host header names this computer, against DNS rebinding.

        The port is not checked: it differs behind a tunnel, and does not say whose name it is.
        """
        name = host.lower()
        name = name[1:].split("]")[0] if name.startswith("[") else name.rsplit(":", 1)[0]
        reached = str((scope.get("server") or ("",))[0]).removeprefix("::ffff:")
        loopback = {"localhost"} if reached in ("127.0.0.1", "::1") else set()
        return bool(name) and name in self._names | loopback | {reached}

    def _opens(self, text: str) -> bool:
        """Whether this is the token, or an invitation, which is then used up."""
        if text in self._invitations:
            self._invitations.remove(text)
            return True
        return self._is_token(text)

    def _is_token(self, text: str) -> bool:
        assert self._access.token is not None
        return hmac.compare_digest(text.encode(), self._access.token.encode())

    def _to_cookie(self, path: str, query: QueryParams) -> Response:
        """Move the token from the URL, which browsers keep and show, into a cookie."""
        rest = urlencode([(key, value) for key, value in query.multi_items() if key != "token"])
        # One leading slash: "//name" would be a redirect to another host.
        target = "/" + path.lstrip("/\\") + (f"?{rest}" if rest else "")
        response = RedirectResponse(target, 303)
        response.set_cookie(
            self._access.cookie, str(self._access.token), httponly=True, samesite="strict", path="/"
        )
        return response


def _cookie(header: str, name: str) -> str:
    try:
        cookie = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return cookie.value if cookie else ""
