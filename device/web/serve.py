"""The server of an app, and the files of its page."""

from collections.abc import Mapping
from pathlib import Path

import uvicorn
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from edgekit.pages.templates import FOLDER

from .guard import OPEN

_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript"}
_SHUTDOWN_S, _KEEP_ALIVE_S = 1, 5
_CONNECTIONS = 64  # at once


def server_of(app: ASGIApp) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # there is no proxy: such headers are forged
            log_level="critical",
            lifespan="off",
            timeout_graceful_shutdown=_SHUTDOWN_S,
            timeout_keep_alive=_KEEP_ALIVE_S,
            limit_concurrency=_CONNECTIONS,
        )
    )


def file_routes(folder: Path, *names: str) -> list[Route]:
    """Return the routes of a page's style sheets and scripts, and of paper.css."""
    files: Mapping[str, Path] = {OPEN: FOLDER / "paper.css"} | {
        f"/{name}": folder / name for name in names
    }

    def file(request: Request) -> Response:
        path = files[request.url.path]
        return FileResponse(path, media_type=_MEDIA_TYPES[path.suffix])

    return [Route(path, file, methods=["GET"]) for path in files]
