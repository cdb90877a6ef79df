"""The dashboard's own process: reads lines on stdin, sends server-sent events to browsers."""

import asyncio
import json
import os
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from edgekit.pages.templates import load_templates

from ....web.guard import Access, Guard
from ....web.serve import file_routes, server_of
from .growing_night import GrowingNight
from .last_night import LastNight
from .tonight import tonight

BEAT_EVERY_S = 2.0  # a sign of life where there is no new state
_HERE = Path(__file__).parent
_COOKIE = "edgekit_dashboard"
_NICENESS = 10  # whatever a browser asks for, the monitor comes first


def serve() -> None:
    """Serve until stdin closes: its first line holds the settings, each further one a state."""
    os.nice(_NICENESS)
    with os.fdopen(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as unbuffered:
        settings = json.loads(unbuffered.readline())
    asyncio.run(_serve(settings))


class StateStream:
    """Holds the newest state and wakes the requests that wait for the next."""

    def __init__(self) -> None:
        self.state: dict[str, Any] | None = None
        self.is_over = False
        self._number = 0
        self._state_at = time.monotonic()
        self._changed = asyncio.Condition()

    async def put(self, state: dict[str, Any] | None) -> None:
        """Store a new state; None: the monitor has ended."""
        async with self._changed:
            self.state = state or self.state
            self.is_over = state is None
            self._number += 1
            self._state_at = time.monotonic()
            self._changed.notify_all()

    async def messages(self) -> AsyncIterator[str]:
        """Yield server-sent events: each new state, else a beat."""
        yield "retry: 1000\n\n"
        seen = 0
        while True:
            async with self._changed:
                if seen == self._number and not self.is_over:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._changed.wait(), BEAT_EVERY_S)
            if seen != self._number and self.state is not None:
                yield f"event: state\ndata: {json.dumps(self.state)}\n\n"
            elif not self.is_over:
                quiet_s = self.state["quiet_s"] if self.state else 0.0
                quiet_s += time.monotonic() - self._state_at
                yield f'event: beat\ndata: {{"quiet_s": {quiet_s:.1f}}}\n\n'
            seen = self._number
            if self.is_over:
                yield "event: over\ndata: {}\n\n"
                return


def dashboard(
    states: StateStream, nights: Path, subject: str | None = None, night: Path | None = None
) -> Starlette:
    """Return the app: the page, its files, the stream of states, and the charts of two nights.

    `night` is the file of the night that runs; the other is the last one that finished.
    """
    last_night = LastNight(nights, subject)
    growing_night = GrowingNight(night) if night else None
    html = load_templates(_HERE).get_template("page.html").render()

    async def stream(_: Request) -> Response:
        return StreamingResponse(states.messages(), media_type="text/event-stream")

    def last(_: Request) -> Response:  # in a thread: a long night takes a while to read
        return JSONResponse(last_night.draw())

    def so_far(_: Request) -> Response:
        return JSONResponse(growing_night.draw() if growing_night else None)

    def page(_: Request) -> Response:
        return HTMLResponse(html)

    files = file_routes(_HERE, "page.css", "page.js", "figure.js", "timeline.js")
    charts = [Route("/night", last), Route("/tonight", so_far)]
    return Starlette(routes=[Route("/", page), *files, Route("/live", stream), *charts])


async def _serve(settings: dict[str, Any]) -> None:
    states = StateStream()
    locked = load_templates(_HERE).get_template("locked.html").render()
    access = Access(settings["host"], settings["token"], _COOKIE, locked)
    night = Path(settings["night"]) if settings["night"] else None
    app = dashboard(states, Path(settings["nights"]), settings["subject"], night)
    server = server_of(Guard(app, access))
    listener = socket.socket(fileno=settings["fd"])
    reading = asyncio.create_task(_read(states, server))
    await server.serve(sockets=[listener])
    reading.cancel()


async def _read(states: StateStream, server: uvicorn.Server) -> None:
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
    )
    async for line in lines:
        await states.put(tonight(json.loads(line)))
    await states.put(None)
    server.should_exit = True
