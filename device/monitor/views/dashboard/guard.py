"""Guard: checks the Host header, the token and the method, and limits what a browser may load."""

import hmac
import socket
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edgekit.pages.templates import load_templates

COOKIE = "edgekit_dashboard"
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


class Guard:
    """Wraps the app: passes GET requests that name this computer and carry its token."""

    def __init__(self, app: ASGIApp, host: str, token: str | None) -> None:
        self._app, self._token = app, token
        self._locked = load_templates(Path(__file__).parent).get_template("locked.html").render()
        name = socket.gethostname().lower()
        self._names = {name, f"{name}.local"} if token else set()
        if token and host not in ("0.0.0.0", "::"):
            self._names.add(host.lower())

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
        if scope["method"] != "GET":
            return PlainTextResponse("There is nothing to change here.\n", 405, {"Allow": "GET"})
        if self._token is None or scope["path"] == OPEN:
            return None
        query = QueryParams(scope["query_string"])
        if self._is_token(query.get("token", "")):
            return self._to_cookie(scope["path"], query)
        if self._is_token(_cookie(headers.get("cookie", ""))):
            return None
        return HTMLResponse(self._locked, 401)

    def _is_this_computer(self, host: str, scope: Scope) -> bool:
        """Whether the Host header names this computer, against DNS rebinding.

        The port is not checked: it differs behind a tunnel, and does not say whose name it is.
        """
        name = host.lower()
        name = name[1:].split("]")[0] if name.startswith("[") else name.rsplit(":", 1)[0]
        reached = str((scope.get("server") or ("",))[0]).removeprefix("::ffff:")
        loopback = {"localhost"} if reached in ("127.0.0.1", "::1") else set()
        return bool(name) and name in self._names | loopback | {reached}

    def _is_token(self, text: str) -> bool:
        assert self._token is not None
        return hmac.compare_digest(text.encode(), self._token.encode())

    def _to_cookie(self, path: str, query: QueryParams) -> Response:
        """Move the token from the URL, which browsers keep and show, into a cookie."""
        rest = urlencode([(key, value) for key, value in query.multi_items() if key != "token"])
        # One leading slash: "//name" would be a redirect to another host.
        target = "/" + path.lstrip("/\\") + (f"?{rest}" if rest else "")
        response = RedirectResponse(target, 303)
        response.set_cookie(COOKIE, str(self._token), httponly=True, samesite="strict", path="/")
        return response


def _cookie(header: str) -> str:
    try:
        cookie = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie else ""
