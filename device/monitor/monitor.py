"""Record a night: read samples from a source, decide, write, until it ends."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from edgekit.errors import EdgekitError
from edgekit.night.events import EventKind
from edgekit.night.file import refuse_existing
from edgekit.night.meta import NightMeta
from edgekit.night.night import Decisions, Event, Samples
from edgekit.night.reader import open_night
from edgekit.night.utc_offsets import utc_offsets
from edgekit.night.writer import FLUSH_S, NightWriter
from edgekit.resample import same_rate
from edgekit.signals import stop_signals
from edgekit.spec import UNLABELLED

from ..decide.answer import Answer
from ..decide.reliability import placement_answer, placement_votes
from ..plausibility.watch import PlausibilityWatch
from ..sources.gaps import GapFinder
from ..sources.source import Chunk, Source
from .alarm import Treatment
from .health import HealthCounter
from .result import MonitorResult
from .views.view import Moment, View, Views

JUDGE_EVERY_S, JUDGE_GROWTH = 60.0, 1.02  # of recorded samples: the next look at what is doubtful


def record_night(
    source: Source,
    answer: Answer,
    night_path: Path,
    view: View | None = None,
    resume: bool = False,
    treatment: Treatment | None = None,
) -> MonitorResult:
    """Write a source's samples and the decisions on them, until it ends or is interrupted.

    With `resume` the night at `night_path` goes on, after a gap; with `treatment` the decisions may
    vibrate. Ctrl-C, SIGTERM and a terminal that hangs up end the night well, after the current
    chunk. Raises UsageError when something lies at `night_path`, or it cannot be resumed,
    EdgekitError when the source fails or has no sample, or the disk fails; what was written before
    stays readable.
    """
    if not resume:
        refuse_existing(night_path)
    began = time.monotonic()
    views = Views([view] if view else [])
    about = source.about
    with stop_signals() as stopping:
        views.on_start(answer.model, about)
        chunks = source.chunks()
        silent, first = _until_samples(chunks, stopping, views)
        if first is None or not len(first):
            raise EdgekitError(f"the source ({about.source}) gave no sample: no night written")
        meta = NightMeta(
            spec=answer.model.spec,
            bundle_name=answer.model.name,
            bundle_digest=answer.model.digest,
            source=about.source,
            subject=about.subject,
            start_s=first.start_s,
            utc_offsets=utc_offsets(first.start_s),
            clock=about.clock,
            exact_rate=about.exact_rate,
            calibration=answer.calibration,
            counts_per_g=about.counts_per_g,
        )
        watch = PlausibilityWatch(answer.model.spec, answer.calibration)
        watch.know(about.doubts)
        watch.know_source(about.labelled_s, about.placements)
        open_writer = NightWriter.resume if resume else NightWriter.create
        with open_writer(night_path, meta) as night:
            loop = _Loop(answer, night, views, watch, treatment, about.exact_rate)
            loop.store_silent(silent, first.start_s)
            if night.resumed_from_s is not None:
                loop.remember(night_path)
                loop.add_resumption(night.resumed_from_s, first.start_s)
            detail = f"{about.source}, model {answer.model.name}"
            loop.add_event(first.start_s, EventKind.START, detail)
            loop.process(first)
            loop.process_all(chunks, stopping, about.live)
    loop.result.wall_s = time.monotonic() - began
    return loop.result


def _until_samples(
    chunks: Iterator[Chunk], stopping: threading.Event, views: Views
) -> tuple[list[Chunk], Chunk | None]:
    """Read up to the first chunk with samples, or any chunk once `stopping` is set.

    Returns the chunks before it that hold events or faults, as a sensor sends that does not answer,
    and that chunk, None where the source ends first. The events are shown as they come.
    """
    silent: list[Chunk] = []
    for chunk in chunks:
        if len(chunk) or stopping.is_set():
            return silent, chunk
        if chunk.events or chunk.faults:
            silent.append(chunk)
        for kind, detail in chunk.events:
            views.on_event(Event(chunk.start_s, kind, detail))
    return silent, None


class _Loop:
    """Processes chunks in the order of time: into the night, to the answer, to the views."""

    def __init__(
        self,
        answer: Answer,
        night: NightWriter,
        views: Views,
        watch: PlausibilityWatch,
        treatment: Treatment | None,
        exact_rate: bool,
    ) -> None:
        self.result = MonitorResult(night.path)
        self._treatment = treatment
        self._answer, self._night, self._views = answer, night, views
        self._gap_finder = GapFinder(exact_rate)
        self._watch = watch
        self._votes = np.zeros(len(answer.model.spec.placements), np.int64)
        self._judge_at_s = 0.0  # of recorded samples
        self._health = HealthCounter()
        self._rate_hz = answer.model.spec.rate_hz  # of the newest samples
        self._end_s = 0.0
        self._decisions: Decisions | None = None  # the newest
        self._moment: Moment | None = None
        self._correction_s = 0.0  # of the source's clock, since it began
        self._flushed_at = time.monotonic()

    def process_all(self, chunks: Iterator[Chunk], stopping: threading.Event, live: bool) -> None:
        """Process chunks until the source ends, fails, or `stopping` is set; then end the night.

        What a live source has already received is processed too, up to where it waits for more.
        """
        try:
            for chunk in chunks:
                if stopping.is_set() and not live:
                    break
                self.process(chunk)
                if stopping.is_set() and not len(chunk):
                    break
        except KeyboardInterrupt:
            stopping.set()
        except EdgekitError as error:
            with suppress(EdgekitError):  # the disk may be what failed
                self.add_event(self._end_s, EventKind.FAILED, str(error))
                self._flush()
            raise
        self._store(self._answer.restart())
        for alarm in self._treatment.finish() if self._treatment else ():
            self._night.add_alarm(alarm)
        self.result.interrupted = stopping.is_set()
        self._judge(is_over=True)
        self.add_event(self._end_s, EventKind.INTERRUPTED if stopping.is_set() else EventKind.STOP)
        self._flush()

    def process(self, chunk: Chunk) -> None:
        if len(chunk):
            self._process_samples(chunk)
        else:
            self._process_wait(chunk)

    def store_silent(self, chunks: Sequence[Chunk], start_s: float) -> None:
        """Store what came before the first sample, at `start_s`; the views have seen it."""
        for chunk in chunks:
            self._check_chunk(chunk)
            for kind, detail in chunk.events:
                self._night.add_event(Event(min(chunk.start_s, start_s), kind, detail))

    def add_resumption(self, ended_s: float, start_s: float) -> None:
        """Store the gap in which no monitor ran."""
        away_s = max(0.0, start_s - ended_s)
        # In this run's time, whose clock may be set later or have begun at nought.
        gap_at_s = min(ended_s, start_s)
        self._add_gap(gap_at_s, f"{away_s:.3f} s without samples: the monitor was not running")
        self.add_event(start_s, EventKind.RESUMED)

    def remember(self, night_path: Path) -> None:
        """Judge on with what earlier runs recorded and decided."""
        with open_night(night_path) as before:
            decisions = before.decisions()
            self._watch.add_night(before, decisions)
            self._votes += placement_votes(decisions, before.spec)

    def add_event(self, at_s: float, kind: EventKind, detail: str = "") -> None:
        """Store an event and show it."""
        self._add_event(Event(at_s, kind, detail))

    def _add_event(self, event: Event) -> None:
        self._night.add_event(event)
        self._views.on_event(event)

    def _add_gap(self, at_s: float, detail: str) -> None:
        self.add_event(at_s, EventKind.GAP, detail)
        self._health.add_gap()
        self.result.gaps += 1

    def _process_samples(self, chunk: Chunk) -> None:
        self._check_chunk(chunk)
        placed = self._gap_finder.place(chunk)
        chunk = placed.chunk
        for kind, detail in chunk.events:
            self.add_event(chunk.start_s, kind, detail)
        if placed.step_back_s:
            detail = f"the source went back by {placed.step_back_s:.3f} s: its times are moved on"
            self.add_event(chunk.start_s, EventKind.CLOCK_JUMP, detail)
        if placed.gap_s:
            self._add_gap(chunk.start_s - placed.gap_s, f"{placed.gap_s:.3f} s without samples")
        is_other_rate = not same_rate(chunk.rate_hz, self._rate_hz)
        if placed.gap_s or placed.step_back_s or is_other_rate:
            self._store(self._answer.restart())
        if is_other_rate:
            self.add_event(chunk.start_s, *self._answer.at_rate(chunk.rate_hz))
        self._rate_hz = chunk.rate_hz
        self._night.add_samples(Samples(chunk.start_s, chunk.rate_hz, chunk.xyz_g))
        self._health.add(chunk.xyz_g)
        self.result.samples += len(chunk)
        self.result.recorded_s += len(chunk) / chunk.rate_hz
        self._end_s = chunk.end_s
        self._watch.add_samples(chunk.xyz_g, chunk.start_s, chunk.rate_hz)
        self._store(self._answer.push(chunk))
        if self.result.recorded_s >= self._judge_at_s:
            self._judge(is_over=False)
        if self._night.is_flush_due:
            self._flush()
        at_s = chunk.end_s + self._correction_s
        therapy = self._treatment.therapy.status if self._treatment else None
        recorded_s = self.result.recorded_s
        is_plausible = not any(doubt.is_grave for doubt in self.result.doubts)
        placement = placement_answer(self._votes, self._answer.model.spec) if is_plausible else None
        self._moment = Moment(at_s, chunk.rate_hz, recorded_s, self._decisions, therapy, placement)
        self._views.on_moment(self._moment)

    def _process_wait(self, chunk: Chunk) -> None:
        """Process a chunk without samples: the source waits, with events and decisions at most."""
        self._check_chunk(chunk)
        for kind, detail in chunk.events:
            self.add_event(max(chunk.start_s, self._end_s), kind, detail)
        self._store(self._answer.push(chunk))
        if self._night.holds_rows and time.monotonic() - self._flushed_at > FLUSH_S:
            self._flush()
        if self._moment is not None:  # its events are shown at once, as of a line that dropped
            self._views.on_moment(self._moment)

    def _check_chunk(self, chunk: Chunk) -> None:
        """Store a chunk's faults and alarms; correct the clock where the computer's was set."""
        self._health.add_faults(chunk.faults)
        for alarm in chunk.alarms:
            self._night.add_alarm(alarm)
        if chunk.clock_step_s:
            self._correction_s += chunk.clock_step_s
            self._night.correct_clock(self._correction_s)
            detail = f"this computer's clock was set by {chunk.clock_step_s:+.3f} s"
            self.add_event(max(chunk.start_s, self._end_s), EventKind.CLOCK_STEP, detail)

    def _store(self, decisions: Decisions | None) -> None:
        """Store decisions, the alarms that they cause and the events noticed in them."""
        if decisions is None:
            return
        self._night.add_decisions(decisions)
        self._watch.add_decisions(decisions)
        self._votes += placement_votes(decisions, self._answer.model.spec)
        for alarm in self._treatment.feed(decisions) if self._treatment else ():
            self._night.add_alarm(alarm)
        for event in self._answer.noticed():
            self._add_event(event)
        known = decisions.truth != UNLABELLED
        self.result.windows += len(decisions)
        self.result.labelled += int(known.sum())
        self.result.agreed += int(np.sum(known & (decisions.posture == decisions.truth)))
        self.result.classify_s = self._answer.classify_s
        self._decisions = decisions

    def _judge(self, is_over: bool) -> None:
        """Store and show what is doubtful, where it has changed."""
        self._judge_at_s = JUDGE_GROWTH * self.result.recorded_s + JUDGE_EVERY_S
        doubts = self._watch.doubts(is_over)
        if doubts != self.result.doubts:
            self.result.doubts = doubts
            self._night.set_doubts(doubts)
            self._views.on_doubts(doubts)

    def _flush(self) -> None:
        health = self._health.drain(self._end_s, self._rate_hz)
        self._watch.add_health(health)
        self._night.flush(health)
        for event in self._night.take_troubles():
            self._views.on_event(event)
        self._flushed_at = time.monotonic()
        self._views.on_health(health)
