"""LossReport: frames that the line lost or damaged, as an event now and then."""

import time

from edgekit.night.events import EventKind

from .frames import Receiver

LOSS_S = 10.0  # between two events


class LossReport:
    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._reported = receiver.lost, receiver.refused
        self._reported_at = -LOSS_S

    def due(self) -> tuple[EventKind, str] | None:
        """Return what was lost since the last report; None for nothing, or too soon."""
        losses = self._receiver.lost, self._receiver.refused
        if losses == self._reported or time.monotonic() - self._reported_at <= LOSS_S:
            return None
        lost, refused = (now - before for now, before in zip(losses, self._reported, strict=True))
        self._reported, self._reported_at = losses, time.monotonic()
        detail = f"{lost} frames from the wearable were lost, {refused} came damaged"
        return EventKind.LINE, detail
