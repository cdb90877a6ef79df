"""Pending: what goes with the next chunk: events, decisions, and those of gaps that were filled."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from edgekit.night.events import EventKind
from edgekit.night.night import Alarm

from ..source import Chunk
from .gap_fill import Filled, Part
from .records import Decision


class Pending:
    def __init__(self) -> None:
        self._events: list[tuple[EventKind, str]] = []
        self.decided: list[Decision] = []
        self._parts: deque[Part] = deque()  # before `decided`, one a chunk

    def note(self, kind: EventKind, detail: str) -> None:
        self._events.append((kind, detail))

    def add_filled(self, filled: Filled | None) -> None:
        if filled is not None:
            self._parts += filled.parts
            self._events += [] if filled.event is None else [filled.event]

    def chunk(
        self,
        xyz_g: NDArray[np.float32],
        start_s: float,
        rate_hz: float,
        first: int,
        alarms: tuple[Alarm, ...],
    ) -> Chunk:
        """Return a chunk with what is pending, as far as it is next in the order of time."""
        part = self._parts.popleft() if self._parts else Part(None, ())
        events, decided = tuple(self._events), part.held
        self._events = []
        if not self._parts:
            decided, self.decided = (*decided, *self.decided), []
        return Chunk(
            *(xyz_g, start_s, rate_hz),
            events=events, first=first, decided=decided, stored=part.stored,
            alarms=alarms,
        )  # fmt: skip
