"""Record the steps of a protocol from a live source, one after another."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol as Interface

import numpy as np
from numpy.typing import NDArray

from edgekit.calibration import Calibration
from edgekit.errors import EdgekitError
from edgekit.night.events import EventKind

from ..sources.gaps import GapFinder
from ..sources.source import Chunk, Source
from .attempt import Attempt
from .protocol import Protocol, Step
from .session_files import SessionFiles
from .step_checks import StepReading, doubts_of, reading_of

LONGEST_GAP_S = 2.0  # within a step: after a longer gap nobody knows where its wearer lies
MOST_GAPS = 5  # in a step; more is a loose wire, or a sensor that is stuck
PATIENCE_S = 20.0  # with a source that delivers no sample
LONGEST_WAIT_S = 5.0  # between two chunks of a source that waits; more is a clock that was set


@dataclass(frozen=True)
class RecordedStep:
    number: int  # from 1
    step: Step
    rate_hz: float
    gaps: int
    doubts: tuple[str, ...]


class SessionView(Interface):
    """Prompts the wearer and shows the session. Called on the session's thread: must not wait."""

    def on_step(self, number: int, step: Step, *, is_repeated: bool) -> None:
        """Called when a step begins, and when it begins again after a gap."""
        ...

    def on_time(self, attempt: Attempt) -> None:
        """Called after each chunk of samples."""
        ...

    def on_event(self, text: str) -> None:
        """Called for what happens besides: faults of the sensor, waiting for it."""
        ...

    def on_recorded(self, recorded: RecordedStep) -> None:
        """Called after each step."""
        ...


def record_steps(
    source: Source,
    protocol: Protocol,
    finished: int,
    files: SessionFiles,
    views: Sequence[SessionView],
    stopping: threading.Event,
    calibration: Calibration | None = None,
) -> list[RecordedStep]:
    """Record the steps after the first `finished` until all are done, or `stopping` is set.

    Samples are counted, not timed: a step has as many as its seconds need. A gap of up to 2 s
    splits the Recording, a longer one begins the step again. Returns the steps of this run. Raises
    EdgekitError where the source ends, delivers nothing for 20 s, or breaks off more than five
    times in a step; finished steps are kept.
    """
    session = _Session(protocol, finished, files, views, source.about.exact_rate, calibration)
    for chunk in source.chunks():
        if stopping.is_set():
            return session.recorded
        session.process(chunk)
        if session.is_complete:
            return session.recorded
    raise EdgekitError(f"{source.about.source} has ended before the protocol; {session.kept()}")


class _Session:
    def __init__(
        self,
        protocol: Protocol,
        finished: int,
        files: SessionFiles,
        views: Sequence[SessionView],
        exact_rate: bool,
        calibration: Calibration | None,
    ) -> None:
        self._protocol, self._next = protocol, finished  # index of the step that is recorded
        self._files, self._views, self._calibration = files, views, calibration
        self._gap_finder = GapFinder(exact_rate)
        self._attempt: Attempt | None = None
        self._before: tuple[Step, StepReading] | None = None
        self._gaps = 0  # in the step
        self._follows = False  # the next sample the last that is kept
        self._silent_s = 0.0
        self._heard_s: float | None = None  # the newest chunk's time
        self._last_event = ""
        self.recorded: list[RecordedStep] = []

    @property
    def is_complete(self) -> bool:
        return self._next == len(self._protocol.steps)

    def kept(self) -> str:
        total = len(self._protocol.steps)
        return (
            f"{self._next} of {total} steps are kept. The same command goes on with step "
            f"{min(self._next + 1, total)}"
        )

    def process(self, chunk: Chunk) -> None:
        """Process a chunk: its events, its gap, its samples."""
        for kind, detail in chunk.events:
            self._on_event(kind, detail)
        if chunk.clock_step_s:
            self._files.correct_clock(chunk.clock_step_s)
        if not len(chunk):
            self._wait(chunk)
            return
        self._silent_s, self._heard_s = 0.0, chunk.end_s
        placed = self._gap_finder.place(chunk)
        if placed.gap_s or placed.step_back_s:
            self._process_gap(placed.gap_s)
        xyz_g = chunk.xyz_g
        if self._calibration is not None:
            xyz_g = self._calibration.apply(xyz_g)
        self._take(xyz_g, placed.chunk.start_s, chunk.rate_hz)

    def _take(self, xyz_g: NDArray[np.float32], start_s: float, rate_hz: float) -> None:
        at = 0
        while at < len(xyz_g) and not self.is_complete:
            attempt = self._attempt or self._begin(rate_hz, is_repeated=False)
            at += attempt.take(xyz_g[at:], start_s + at / rate_hz, rate_hz, self._follows)
            self._follows = True
            if attempt.is_complete:
                self._finish(attempt)
        if self._attempt is not None:
            for view in self._views:
                view.on_time(self._attempt)

    def _begin(self, rate_hz: float, *, is_repeated: bool) -> Attempt:
        step = self._protocol.steps[self._next]
        self._attempt = Attempt(step, self._protocol.labels.index(step.label), rate_hz)
        for view in self._views:
            view.on_step(self._next + 1, step, is_repeated=is_repeated)
        return self._attempt

    def _finish(self, attempt: Attempt) -> None:
        xyz_g, step = attempt.labelled_g(), attempt.step
        rate_hz = len(xyz_g) / sum(p.duration_s for p in attempt.pieces if p.label >= 0)
        reading = reading_of(xyz_g, rate_hz)
        doubts = tuple(doubts_of(step, reading, self._before))
        self._before = step, reading
        self._next += 1
        self._files.add(attempt.pieces)
        self._attempt = None
        self.recorded.append(RecordedStep(self._next, step, rate_hz, self._gaps, doubts))
        self._gaps = 0
        for view in self._views:
            view.on_recorded(self.recorded[-1])

    def _process_gap(self, gap_s: float) -> None:
        self._follows = False
        if self._attempt is None:
            return
        self._attempt.break_off()
        self._gaps += 1
        if self._gaps > MOST_GAPS:
            raise EdgekitError(
                f"{self._gaps} gaps in step {self._next + 1} ({self._last_event}). Look with: "
                f"edgekit doctor; {self.kept()}"
            )
        if gap_s > LONGEST_GAP_S:
            rate_hz = self._attempt.rate_hz
            self._show(f"{gap_s:.1f} s without samples: this step begins again")
            self._begin(rate_hz, is_repeated=True)

    def _wait(self, chunk: Chunk) -> None:
        """Count the time without a sample. Raises EdgekitError when it is too long."""
        if self._heard_s is not None:
            self._silent_s += min(max(0.0, chunk.start_s - self._heard_s), LONGEST_WAIT_S)
        self._heard_s = chunk.start_s
        if self._silent_s > PATIENCE_S:
            why = f" ({self._last_event})" if self._last_event else ""
            raise EdgekitError(
                f"the sensor has delivered no sample for {PATIENCE_S:.0f} s{why}. Look with: "
                f"edgekit doctor; {self.kept()}"
            )

    def _on_event(self, kind: EventKind, detail: str) -> None:
        self._last_event = f"{kind}: {detail}" if detail else str(kind)
        self._show(self._last_event)

    def _show(self, text: str) -> None:
        for view in self._views:
            view.on_event(text)
