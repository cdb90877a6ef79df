"""Answer: decides on a night's windows, by a Bundle's model here or on the wearable."""

import time
from dataclasses import replace
from typing import Protocol

from edgekit.bundle import Bundle
from edgekit.calibration import Calibration
from edgekit.night.events import EventKind
from edgekit.night.night import Decisions, Event
from edgekit.resample import same_rate
from edgekit.smoothing import smoothing_of
from edgekit.spec import Spec

from ..sources.source import Chunk
from .classifier import Classifier
from .placement_watch import PlacementWatch
from .posture import Decider
from .window_stream import WindowBatch, WindowStream


class Model(Protocol):
    """What a night stores of the model that decided: a Bundle is one."""

    @property
    def name(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def spec(self) -> Spec: ...


class Answer(Protocol):
    @property
    def model(self) -> Model: ...

    @property
    def calibration(self) -> Calibration | None:
        """From the sensor's axes to the body's; None where they are the same."""

    @property
    def classify_s(self) -> float:
        """Wall time spent in the model, on this computer."""

    def push(self, chunk: Chunk) -> Decisions | None:
        """Return the decisions that a chunk completes; it may hold no sample."""

    def restart(self) -> Decisions | None:
        """Return the decisions that were held back, because the next chunk follows a gap."""

    def at_rate(self, rate_hz: float) -> tuple[EventKind, str]:
        """Return the event (kind, detail) of samples that now come at another rate."""

    def noticed(self) -> list[Event]:
        """Return the events found in the decisions since the last call: a sensor that slipped."""


class BundleAnswer:
    """Decide on every window, in the body's axes, resampled to the model's rate.

    `exact_rate`: the source measures its rate, and any but the model's is resampled.
    """

    classify_s = 0.0

    def __init__(
        self, bundle: Bundle, exact_rate: bool = False, calibration: Calibration | None = None
    ) -> None:
        """Raises EdgekitError when the model does not fit its bundle."""
        self.model: Model = bundle
        self.calibration = calibration
        self._classifier = Classifier(bundle)
        self._stream = WindowStream(bundle.spec, exact_rate)
        self._decider = Decider(bundle.spec, smoothing_of(bundle))
        self._watch = PlacementWatch(bundle.spec) if bundle.spec.has_body_axes else None
        self._noticed: list[Event] = []

    def push(self, chunk: Chunk) -> Decisions | None:
        if not len(chunk):
            return None
        if self.calibration:
            chunk = replace(chunk, xyz_g=self.calibration.apply(chunk.xyz_g))
        return self._decide(self._stream.push(chunk))

    def restart(self) -> Decisions | None:
        return self._decide(self._stream.restart())

    def at_rate(self, rate_hz: float) -> tuple[EventKind, str]:
        model_hz = self.model.spec.rate_hz
        if same_rate(rate_hz, model_hz):
            return EventKind.RESAMPLED, f"{rate_hz:g} Hz, the model's own rate: no longer resampled"
        return EventKind.RESAMPLED, f"from {rate_hz:g} Hz to the model's {model_hz:g} Hz"

    def _decide(self, windows: WindowBatch) -> Decisions | None:
        if len(windows) == 0:
            return None
        began = time.perf_counter()
        probability = self._classifier.classify(windows.xyz_g)
        self.classify_s += time.perf_counter() - began
        decisions = self._decider.decide(windows, probability)
        if self._watch:
            self._noticed += self._watch.push(decisions, windows.mean_g)
        return decisions

    def noticed(self) -> list[Event]:
        noticed, self._noticed = self._noticed, []
        return noticed
