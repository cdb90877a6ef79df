"""Read the net's probabilities beside the true posture, window by window, from labelled data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Bundle
from edgekit.calibration import Calibration
from edgekit.errors import UsageError
from edgekit.night.reader import Night, open_night
from edgekit.recording import Recording
from edgekit.resample import resample
from edgekit.spec import UNLABELLED, Spec
from edgekit.stretches import TOLERANCE_PERIODS
from edgekit.windows import WindowCutter, majority

from ..decide.classifier import Classifier
from ..decide.window_stream import WindowBatch, WindowStream, truth_of
from ..sources.source import Chunk


@dataclass(frozen=True)
class Stretch:
    """Windows in a row without a gap: softmax (k, classes) and truth (k,), -1 where unknown."""

    subject: str
    file: int  # index among the recordings and nights
    probability: NDArray[np.float32]
    truth: NDArray[np.int64]


def labelled_stretches(
    bundle: Bundle, recordings: Iterable[Recording], nights: Iterable[Path] = ()
) -> list[Stretch]:
    """Return every stretch in which a posture of the bundle is labelled, recordings first.

    Raises UsageError where there is none, or a night is labelled with other postures.
    """
    classifier, spec = Classifier(bundle), bundle.spec
    files: list[Recording | Path] = [*recordings, *nights]
    stretches: list[Stretch] = []
    for index, file in enumerate(files):
        if isinstance(file, Recording):
            stretches += _of_recording(classifier, spec, file, index)
            continue
        with open_night(file) as night:
            if night.spec.postures != spec.postures:
                raise UsageError(f"{file} is labelled with other postures than {bundle.name}'s")
            stretches += _of_night(classifier, spec, night, index)
    stretches = [stretch for stretch in stretches if (stretch.truth != UNLABELLED).any()]
    if not stretches:
        raise UsageError(
            f"no recording is labelled with this bundle's {len(spec.postures)} postures: "
            "tuning needs to know the true turns. Make a labelled night with: edgekit simulate"
        )
    return stretches


def _of_recording(
    classifier: Classifier, spec: Spec, recording: Recording, file: int
) -> Iterator[Stretch]:
    at_rate = resample(recording, spec.rate_hz)
    if len(at_rate) >= spec.window:
        xyz_g = WindowCutter(spec.window, spec.hop).push(at_rate.xyz_g)
        truth = majority(truth_of(at_rate, spec), spec.window, spec.hop)
        yield Stretch(recording.subject, file, classifier.classify(xyz_g).posture, truth)


def _of_night(classifier: Classifier, spec: Spec, night: Night, file: int) -> Iterator[Stretch]:
    """Cut a night's samples into windows anew; the truth is what its decisions stored."""
    calibration = night.meta.calibration or Calibration()
    subject, decisions = night.meta.subject, night.decisions()
    for batches in _window_batches(spec, night, calibration):
        filled = [batch for batch in batches if len(batch)]
        if filled and len(decisions):
            softmax = [classifier.classify(batch.xyz_g).posture for batch in filled]
            start_s = np.concatenate([batch.start_s for batch in filled])
            truth = decisions.truth_at(start_s, spec.hop_s / 2)
            yield Stretch(subject, file, np.concatenate(softmax), truth)


def _window_batches(
    spec: Spec, night: Night, calibration: Calibration
) -> Iterator[list[WindowBatch]]:
    """Yield the batches of windows between each two gaps."""
    stream, due_s = WindowStream(spec, night.meta.exact_rate), -np.inf
    batches: list[WindowBatch] = []
    for part in night.samples():
        if abs(part.start_s - due_s) > TOLERANCE_PERIODS / part.rate_hz:
            yield [*batches, stream.restart()]
            batches = []
        chunk = Chunk(calibration.apply(part.xyz_g), part.start_s, part.rate_hz)
        batches.append(stream.push(chunk))
        due_s = chunk.end_s
    yield [*batches, stream.restart()]
