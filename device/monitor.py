"""The loop of the device: samples in, a night out."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Protocol

import numpy as np

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.resample import same_rate
from edgekit.spec import UNLABELLED

from .classifier import Classifier
from .health import HealthCounter
from .night import Decisions, Event, HealthRow, NightMeta, NightWriter, Samples, refuse_existing
from .posture import Decider
from .sources import About, Chunk, Source
from .timeline import Timeline
from .window_stream import WindowBatch, WindowStream


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


@dataclass(frozen=True)
class Moment:
    """What a view may show after each chunk."""

    at_s: float  # UTC of the newest sample
    rate_hz: float
    done_s: float  # of samples
    last: Decisions | None  # the newest decisions, at least one, once there are any


class View(Protocol):
    def begin(self, bundle: Bundle, about: About) -> None: ...
    def tell(self, event: Event) -> None: ...
    def check(self, health: HealthRow) -> None: ...
    def show(self, moment: Moment) -> None: ...


def monitor(source: Source, bundle: Bundle, night_path: Path, view: View | None = None) -> Summary:
    """Decide on every window of a source and write the night, until it ends or is interrupted.

    Ctrl-C and SIGTERM end the night well, after the chunk in hand. Raises UsageError when something
    lies at `night_path`, EdgekitError when the model does not fit its bundle, the source fails or
    gives nothing, or the disk is full; what was written before stays readable.
    """
    refuse_existing(night_path)
    classifier = Classifier(bundle)
    began = time.monotonic()
    with _stop_signals() as stopping:
        chunks = source.chunks()
        first = next(chunks, None)
        if first is None:
            raise EdgekitError(
                f"the source ({source.about.source}) gave no sample: no night written"
            )
        meta = NightMeta(
            spec=bundle.spec,
            bundle_name=bundle.name,
            bundle_digest=bundle.digest,
            source=source.about.source,
            subject=source.about.subject,
            start_s=first.start_s,
            utc_offset_s=time.localtime(first.start_s).tm_gmtoff,
            clock=source.about.clock,
        )
        with NightWriter(night_path, meta) as night:
            loop = _Loop(classifier, bundle, night, view)
            if view:
                view.begin(bundle, source.about)
            loop.say(first.start_s, "start", f"{source.about.source}, model {bundle.name}")
            loop.take(first)
            loop.take_all(chunks, stopping)
    loop.summary.wall_s = time.monotonic() - began
    return loop.summary


class _Loop:
    def __init__(
        self, classifier: Classifier, bundle: Bundle, night: NightWriter, view: View | None
    ) -> None:
        self.summary = Summary(night.path)
        self._classifier, self._night, self._view = classifier, night, view
        self._timeline = Timeline()
        self._stream = WindowStream(bundle.spec)
        self._decider = Decider(bundle.spec)
        self._health = HealthCounter()
        self._rate_hz = bundle.spec.rate_hz  # of the newest samples
        self._model_rate_hz = bundle.spec.rate_hz
        self._end_s = 0.0
        self._last: Decisions | None = None

    def take_all(self, chunks: Iterator[Chunk], stopping: threading.Event) -> None:
        """Every chunk until the source ends, fails, or `stopping` is set; then the night's end."""
        try:
            for chunk in chunks:
                if stopping.is_set():
                    break
                self.take(chunk)
        except KeyboardInterrupt:
            stopping.set()
        except EdgekitError as error:
            with suppress(EdgekitError):  # the disk may be what failed
                self.say(self._end_s, "failed", str(error))
                self._flush()
            raise
        self._decide(self._stream.restart())
        self.summary.interrupted = stopping.is_set()
        self.say(self._end_s, "interrupted" if stopping.is_set() else "stop")
        self._flush()

    def take(self, chunk: Chunk) -> None:
        placed = self._timeline.place(chunk)
        chunk = placed.chunk
        for kind, detail in chunk.events:
            self.say(chunk.start_s, kind, detail)
        if placed.step_back_s:
            detail = f"the source went back by {placed.step_back_s:.3f} s: its times are moved on"
            self.say(chunk.start_s, "clock jump", detail)
        if placed.gap_s:
            self.say(chunk.start_s - placed.gap_s, "gap", f"{placed.gap_s:.3f} s without samples")
            self._health.add_gap()
            self.summary.gaps += 1
        if placed.gap_s or placed.step_back_s or not same_rate(chunk.rate_hz, self._rate_hz):
            self._decide(self._stream.restart())
        self._note_rate(chunk)
        self._night.add_samples(Samples(chunk.start_s, chunk.rate_hz, chunk.xyz_g))
        self._health.add(chunk.xyz_g)
        self.summary.samples += len(chunk.xyz_g)
        self.summary.recorded_s += len(chunk.xyz_g) / chunk.rate_hz
        self._end_s = chunk.end_s
        self._decide(self._stream.push(chunk))
        if self._night.is_flush_due:
            self._flush()
        if self._view:
            moment = Moment(chunk.end_s, chunk.rate_hz, self.summary.recorded_s, self._last)
            self._view.show(moment)

    def say(self, at_s: float, kind: str, detail: str = "") -> None:
        event = Event(at_s, kind, detail)
        self._night.add_event(event)
        if self._view:
            self._view.tell(event)

    def _note_rate(self, chunk: Chunk) -> None:
        before_hz, self._rate_hz = self._rate_hz, chunk.rate_hz
        if same_rate(chunk.rate_hz, before_hz):
            return
        if same_rate(chunk.rate_hz, self._model_rate_hz):
            detail = f"{chunk.rate_hz:g} Hz, the model's own rate: no longer resampled"
        else:
            detail = f"from {chunk.rate_hz:g} Hz to the model's {self._model_rate_hz:g} Hz"
        self.say(chunk.start_s, "resampled", detail)

    def _decide(self, windows: WindowBatch) -> None:
        if len(windows) == 0:
            return
        began = time.perf_counter()
        probability = self._classifier.classify(windows.xyz_g)
        self.summary.classify_s += time.perf_counter() - began
        decisions = self._decider.decide(windows, probability)
        self._night.add_decisions(decisions)
        known = decisions.truth != UNLABELLED
        self.summary.windows += len(decisions)
        self.summary.labelled += int(known.sum())
        self.summary.agreed += int(np.sum(known & (decisions.posture == decisions.truth)))
        self._last = decisions

    def _flush(self) -> None:
        health = self._health.take(self._end_s, self._rate_hz)
        self._night.flush(health)
        if self._view:
            self._view.check(health)


@contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set; a second one of them interrupts at once."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()

    if threading.current_thread() is not threading.main_thread():
        yield stopping  # signals reach the main thread alone
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
