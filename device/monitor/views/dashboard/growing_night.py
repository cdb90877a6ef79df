"""Tonight so far: the chart of the night that is being written, drawn again as it grows."""

import time
from pathlib import Path
from typing import Any

from edgekit.errors import EdgekitError
from edgekit.night.reader import open_night

from .chart import chart_of

RESTS = 20  # times as long as a drawing took: a long night on a small Pi leaves it time to decide


class GrowingNight:
    """Reads a night's file now and then, however often it is asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._drawn: dict[str, Any] | None = None
        self._again_at = 0.0  # monotonic

    def draw(self) -> dict[str, Any] | None:
        """Return what the page's chart is drawn from; None before the first decision."""
        began = time.monotonic()
        if began < self._again_at:
            return self._drawn
        try:
            with open_night(self._path) as night:
                decisions = night.decisions()
                if len(decisions):
                    self._drawn = chart_of(night, decisions)
        except EdgekitError:  # not begun yet; a damaged one is the monitor's to report
            pass
        now = time.monotonic()
        self._again_at = now + RESTS * (now - began)
        return self._drawn
