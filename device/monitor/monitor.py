"""The loop of the device: samples in, a night out."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.night.events import EventKind
from edgekit.night.file import refuse_existing
from edgekit.night.meta import NightMeta
from edgekit.night.night import Decisions, Event, Samples
from edgekit.night.offsets import utc_offsets
from edgekit.night.writer import FLUSH_S, NightWriter
from edgekit.resample import same_rate
from edgekit.signals import stop_signals
from edgekit.spec import UNLABELLED

from ..decide.answer import Answer, BundleAnswer
from ..sources.gaps import GapFinder
from ..sources.source import Chunk, Source
from .alarm import Treatment
from .health import HealthCounter
from .views.view import Moment, View


@dataclass
class Summary:
    """What a monitoring came to; every figure is measured."""

    night: Path
    samples: int = 0
    windows: int = 0
    gaps: int = 0
    recorded_s: float = 0.0  # of samples, gaps left out
    wall_s: float = 0.0
    classify_s: float = 0.0  # of the wall time
    labelled: int = 0  # windows whose posture the source knew
    agreed: int = 0  # of them, those decided (smoothed) as labelled
    interrupted: bool = False

    @property
    def classify_us(self) -> float:
        """Microseconds from a window in g to its probabilities, mean."""
        return 1e6 * self.classify_s / self.windows if self.windows else 0.0


def monitor(source: Source, bundle: Bundle, night_path: Path, view: View | None = None) -> Summary:
    """Decide on every window of a source by a Bundle's model; see `record_night`.

    Raises EdgekitError, too, when the model does not fit its bundle.
    """
    refuse_existing(night_path)
    return record_night(source, BundleAnswer(bundle, source.about.exact_rate), night_path, view)


def record_night(
    source: Source,
    answer: Answer,
    night_path: Path,
    view: View | None = None,
    resume: bool = False,
    treatment: Treatment | None = None,
) -> Summary:
    """Write a source's samples and the decisions on them, until it ends or is interrupted.

    With `resume` they go on with the night at `night_path`, after a gap; with `treatment` the
    decisions may vibrate. Ctrl-C, SIGTERM and a
    terminal that hangs up end the night well, after the chunk in hand. Raises UsageError when
    something lies at `night_path`, or it cannot be resumed, EdgekitError when the source fails or
    gives nothing, or the disk fails; what was written before stays readable.
    """
    if not resume:
        refuse_existing(night_path)
    began = time.monotonic()
    with stop_signals() as stopping:
        if view:
            with suppress(OSError):
                view.begin(answer.model, source.about)
        chunks = source.chunks()
        before: list[Chunk] = []  # without samples: what a sensor that does not answer has to say
        first = _first(chunks, stopping, before, view)
        if first is None or not len(first):
            raise EdgekitError(
                f"the source ({source.about.source}) gave no sample: no night written"
            )
        meta = NightMeta(
            spec=answer.model.spec,
            bundle_name=answer.model.name,
            bundle_digest=answer.model.digest,
            source=source.about.source,
            subject=source.about.subject,
            start_s=first.start_s,
            utc_offsets=utc_offsets(first.start_s),
            clock=source.about.clock,
            exact_rate=source.about.exact_rate,
            calibration=answer.calibration,
            counts_per_g=source.about.counts_per_g,
        )
        open_writer = NightWriter.resume if resume else NightWriter.create
        with open_writer(night_path, meta) as night:
            loop = _Loop(answer, night, view, treatment, source.about.exact_rate)
            loop.keep_before(before, first.start_s)
            if night.resumed_from_s is not None:
                loop.say_resumed(night.resumed_from_s, first.start_s)
            detail = f"{source.about.source}, model {answer.model.name}"
            loop.say(first.start_s, EventKind.START, detail)
            loop.take(first)
            loop.take_all(chunks, stopping, source.about.live)
    loop.summary.wall_s = time.monotonic() - began
    return loop.summary


def _first(
    chunks: Iterator[Chunk], stopping: threading.Event, before: list[Chunk], view: View | None
) -> Chunk | None:
    """The first chunk with samples, or any once `stopping` is set; those before go to `before`."""
    for chunk in chunks:
        if len(chunk) or stopping.is_set():
            return chunk
        if chunk.events or chunk.faults:
            before.append(chunk)
        for kind, detail in chunk.events if view else ():
            with suppress(OSError):
                assert view
                view.tell(Event(chunk.start_s, kind, detail))
    return None


class _Loop:
    def __init__(
        self,
        answer: Answer,
        night: NightWriter,
        view: View | None,
        treatment: Treatment | None,
        exact_rate: bool,
    ) -> None:
        self.summary = Summary(night.path)
        self._treatment = treatment
        self._answer, self._night, self._view = answer, night, view
        self._gap_finder = GapFinder(exact_rate)
        self._health = HealthCounter()
        self._rate_hz = answer.model.spec.rate_hz  # of the newest samples
        self._end_s = 0.0
        self._last: Decisions | None = None
        self._moment: Moment | None = None
        self._correction_s = 0.0  # of the source's clock, since it began
        self._flushed_at = time.monotonic()

    def take_all(self, chunks: Iterator[Chunk], stopping: threading.Event, live: bool) -> None:
        """Every chunk until the source ends, fails, or `stopping` is set; then the night's end.

        Of a live source, what has already come in is kept: all until it waits for more.
        """
        try:
            for chunk in chunks:
                if stopping.is_set() and not live:
                    break
                self.take(chunk)
                if stopping.is_set() and not len(chunk):
                    break
        except KeyboardInterrupt:
            stopping.set()
        except EdgekitError as error:
            with suppress(EdgekitError):  # the disk may be what failed
                self.say(self._end_s, EventKind.FAILED, str(error))
                self._flush()
            raise
        self._keep(self._answer.restart())
        for alarm in self._treatment.finish() if self._treatment else ():
            self._night.add_alarm(alarm)
        self.summary.interrupted = stopping.is_set()
        self.say(self._end_s, EventKind.INTERRUPTED if stopping.is_set() else EventKind.STOP)
        self._flush()

    def take(self, chunk: Chunk) -> None:
        if not len(chunk):
            self._wait(chunk)
            return
        self._heed(chunk)
        placed = self._gap_finder.place(chunk)
        chunk = placed.chunk
        for kind, detail in chunk.events:
            self.say(chunk.start_s, kind, detail)
        if placed.step_back_s:
            detail = f"the source went back by {placed.step_back_s:.3f} s: its times are moved on"
            self.say(chunk.start_s, EventKind.CLOCK_JUMP, detail)
        if placed.gap_s:
            detail = f"{placed.gap_s:.3f} s without samples"
            self.say(chunk.start_s - placed.gap_s, EventKind.GAP, detail)
            self._health.add_gap()
            self.summary.gaps += 1
        is_other_rate = not same_rate(chunk.rate_hz, self._rate_hz)
        if placed.gap_s or placed.step_back_s or is_other_rate:
            self._keep(self._answer.restart())
        if is_other_rate:
            self.say(chunk.start_s, *self._answer.at_rate(chunk.rate_hz))
        self._rate_hz = chunk.rate_hz
        self._night.add_samples(Samples(chunk.start_s, chunk.rate_hz, chunk.xyz_g))
        self._health.add(chunk.xyz_g)
        self.summary.samples += len(chunk)
        self.summary.recorded_s += len(chunk) / chunk.rate_hz
        self._end_s = chunk.end_s
        self._keep(self._answer.push(chunk))
        if self._night.is_flush_due:
            self._flush()
        at_s = chunk.end_s + self._correction_s
        alarm = self._treatment.therapy.standing if self._treatment else None
        recorded_s = self.summary.recorded_s
        self._moment = Moment(at_s, chunk.rate_hz, recorded_s, self._last, alarm)
        self._show_moment()

    def _wait(self, chunk: Chunk) -> None:
        """The source has nothing to give but, maybe, events and decisions."""
        self._heed(chunk)
        for kind, detail in chunk.events:
            self.say(max(chunk.start_s, self._end_s), kind, detail)
        self._keep(self._answer.push(chunk))
        if self._night.holds_rows and time.monotonic() - self._flushed_at > FLUSH_S:
            self._flush()
        self._show_moment()  # with the events since: a line that dropped is seen at once

    def _heed(self, chunk: Chunk) -> None:
        """What a chunk tells beside its samples: faults, and a clock that was set."""
        self._health.add_faults(chunk.faults)
        if chunk.clock_step_s:
            self._correction_s += chunk.clock_step_s
            self._night.correct_clock(self._correction_s)
            detail = f"this computer's clock was set by {chunk.clock_step_s:+.3f} s"
            self.say(max(chunk.start_s, self._end_s), EventKind.CLOCK_STEP, detail)

    def _show_moment(self) -> None:
        moment = self._moment
        if moment is not None:
            self._show(lambda view: view.show(moment))

    def keep_before(self, chunks: Iterable[Chunk], start_s: float) -> None:
        """What the source met before its first sample; it was told as it came."""
        for chunk in chunks:
            self._heed(chunk)
            for kind, detail in chunk.events:
                self._night.add_event(Event(min(chunk.start_s, start_s), kind, detail))

    def say_resumed(self, ended_s: float, start_s: float) -> None:
        away_s = max(0.0, start_s - ended_s)
        # In this run's time, whose clock may be set later or have begun at nought.
        self.say(
            min(ended_s, start_s),
            EventKind.GAP,
            f"{away_s:.3f} s without samples: the monitor was not running",
        )
        self.say(start_s, EventKind.RESUMED)
        self._health.add_gap()
        self.summary.gaps += 1

    def say(self, at_s: float, kind: EventKind, detail: str = "") -> None:
        self._add_event(Event(at_s, kind, detail))

    def _add_event(self, event: Event) -> None:
        self._night.add_event(event)
        self._tell(event)

    def _tell(self, event: Event) -> None:
        self._show(lambda view: view.tell(event))

    def _keep(self, decisions: Decisions | None) -> None:
        if decisions is None:
            return
        self._night.add_decisions(decisions)
        for alarm in self._treatment.feed(decisions) if self._treatment else ():
            self._night.add_alarm(alarm)
        for event in self._answer.noticed():
            self._add_event(event)
        known = decisions.truth != UNLABELLED
        self.summary.windows += len(decisions)
        self.summary.labelled += int(known.sum())
        self.summary.agreed += int(np.sum(known & (decisions.posture == decisions.truth)))
        self.summary.classify_s = self._answer.classify_s
        self._last = decisions

    def _flush(self) -> None:
        health = self._health.take(self._end_s, self._rate_hz)
        self._night.flush(health)
        for event in self._night.take_troubles():
            self._tell(event)
        self._flushed_at = time.monotonic()
        self._show(lambda view: view.check(health))

    def _show(self, act: Callable[[View], None]) -> None:
        """The night goes on unseen where the view's terminal or pipe went away."""
        if self._view is None:
            return
        try:
            act(self._view)
        except OSError:
            self._view = None
