"""Samples on their way into a night: a minute of them a row, and what a full disk cost of them."""

import math
from typing import Any

from .blocks import continues, end_s, packed
from .night import Event, Samples

Row = tuple[Any, ...]  # as the table has its columns


class HeldSamples:
    """Of one run; holds what was not written yet, and the block that is still open."""

    def __init__(self, run: int = 1, last_id: int = 0) -> None:
        """`last_id`: of the last row that is there."""
        self._run, self._last_id = run, last_id
        self.waiting_s = 0.0  # not written yet
        self._open: list[Samples] = []  # each flush writes its row anew
        self._whole: list[Row] = []
        self._kept_to_s = -math.inf  # the end of the samples that were written
        self._lost_from_s: float | None = None
        self._lost_to_s = 0.0

    def __bool__(self) -> bool:
        return bool(self._open)

    def add(self, samples: Samples) -> None:
        if self._open and not continues(self._open, samples):
            if end_s(self._open) > self._kept_to_s:
                self._whole.append(self._row())
            self._last_id += 1
            self._open = []
        self._open.append(samples)
        self.waiting_s += len(samples.xyz_g) / samples.rate_hz

    def rows(self) -> list[Row]:
        """What is to be written, in place of a row with the same id."""
        return [*self._whole, self._row()] if self._open else []

    def are_written(self) -> None:
        """All of `rows`, and with them `lost`."""
        if self._open:
            self._kept_to_s = end_s(self._open)
            self._lost_from_s = None
        self._whole.clear()
        self.waiting_s = 0.0

    def give_up(self) -> Event | None:
        """What was not written is lost; the first time, the event that says so."""
        if not self._open:
            return None
        told = None
        if self._lost_from_s is None:
            first_s = self._whole[0][2] if self._whole else self._open[0].start_s
            self._lost_from_s = max(first_s, self._kept_to_s)
            told = Event(self._lost_from_s, "disk full", "raw samples are not kept; decisions are")
        self._lost_to_s = end_s(self._open)
        self._whole.clear()
        self._open = []
        self._last_id += 1  # the row of the block that was open stays as it is
        self.waiting_s = 0.0
        return told

    def lost(self) -> Event | None:
        """The gap that was given up, until samples are written again."""
        if self._lost_from_s is None:
            return None
        lost_s = self._lost_to_s - self._lost_from_s
        detail = f"{lost_s:.3f} s of samples not kept: the disk was full"
        return Event(self._lost_from_s, "gap", detail)

    def _row(self) -> Row:
        return self._last_id + 1, self._run, *packed(self._open)
