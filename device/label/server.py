"""The label page's server: the signal and the labels out, the labels in."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from edgekit.errors import EdgekitError
from edgekit.pages.templates import load_templates

from ..web.guard import Access, Guard
from ..web.serve import file_routes, server_of
from .label_file import (
    Labels,
    LabelsChangedError,
    lanes_from_json,
    lanes_to_json,
)
from .label_page import LabelPage
from .signal import view

MOST_BYTES = 16 * 2**20  # of the labels in a request
MOST_BINS = 20_000
LABELS = "/labels"
_FILES = (
    "page.css", "page.js", "state.js", "spans.js", "signal.js", "lanes.js", "pointer.js", "keys.js",
    "panel.js", "saving.js", "times.js",
)  # fmt: skip
_HERE = Path(__file__).parent / "page"


@contextmanager
def served(page: LabelPage, listener: socket, host: str, token: str) -> Iterator[Guard]:
    """Serve the page in a thread for as long as the context lasts."""
    templates = load_templates(_HERE)
    locked = templates.get_template("locked.html").render()
    cookie = f"edgekit_label_{listener.getsockname()[1]}"  # browsers share them between ports
    guard = Guard(_app(page), Access(host, token, cookie, locked, frozenset({LABELS})))
    server = server_of(guard)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    page.suggestions.start()
    thread.start()
    try:
        yield guard
    finally:
        server.should_exit = True
        thread.join()


def _app(page: LabelPage) -> Starlette:
    html = load_templates(_HERE).get_template("page.html").render()
    about = page.about()
    signal = page.recorded.signal

    def document(_: Request) -> Response:
        return HTMLResponse(html)

    def recording(_: Request) -> Response:
        return JSONResponse(about)

    def drawn(request: Request) -> Response:
        try:
            from_s, to_s = (float(request.query_params[name]) for name in ("from", "to"))
            bins = int(request.query_params["bins"])
            if not (from_s < to_s and to_s - from_s < 1e9 and 0 < bins <= MOST_BINS):
                raise ValueError
        except (KeyError, ValueError):
            return JSONResponse({"problem": "from, to and bins must be a range and a width"}, 400)
        return Response(
            view(signal, max(from_s, -1e9), to_s, bins), media_type="application/octet-stream"
        )

    def labels(_: Request) -> Response:
        return _answer(page.labels.read)

    def version(_: Request) -> Response:
        try:
            return JSONResponse({"version": page.labels.version()})
        except EdgekitError as error:
            return JSONResponse({"problem": str(error)}, 503)

    async def save(request: Request) -> Response:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                return JSONResponse({"problem": "more labels than a file holds"}, 413)
        try:
            fields = json.loads(body)
            lanes = lanes_from_json(fields["lanes"], signal.duration_s)
            of_version = str(fields["version"])
        except (ValueError, KeyError, TypeError, RecursionError, EdgekitError) as error:
            return JSONResponse({"problem": f"not saved: {error}"}, 422)
        return await run_in_threadpool(_answer, lambda: page.labels.save(lanes, of_version))

    def suggestions(_: Request) -> Response:
        return JSONResponse(page.suggestions.to_json())

    return Starlette(
        routes=[
            Route("/", document, methods=["GET"]),
            *file_routes(_HERE, *_FILES),
            Route("/recording", recording, methods=["GET"]),
            Route("/signal", drawn, methods=["GET"]),
            Route(LABELS, labels, methods=["GET"]),
            Route(LABELS, save, methods=["PUT"]),
            Route("/version", version, methods=["GET"]),
            Route("/suggestions", suggestions, methods=["GET"]),
        ]
    )


def _answer(labels: Any) -> Response:
    """Return the labels, or what keeps them: 409 where another wrote, 503 to try again."""
    try:
        return JSONResponse(_labels_to_json(labels()))
    except LabelsChangedError as changed:
        return JSONResponse(_labels_to_json(changed.labels), 409)
    except EdgekitError as error:
        return JSONResponse({"problem": str(error)}, 503)
    except OSError as error:
        return JSONResponse({"problem": error.strerror or str(error)}, 503)


def _labels_to_json(labels: Labels) -> dict[str, Any]:
    return {"version": labels.version, "lanes": lanes_to_json(labels.lanes)}
