"""Labelled recordings and nights as a net sees them: its word on each window beside the truth."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Bundle
from edgekit.calibration import Calibration
from edgekit.errors import UsageError
from edgekit.night.night import Decisions
from edgekit.night.reader import open_night
from edgekit.recording import Recording
from edgekit.resample import resample
from edgekit.windows import WindowCutter, majority

from ..decide.classifier import Classifier
from ..decide.window_stream import WindowBatch, WindowStream
from ..sources.source import Chunk

NEAR_S = 0.6  # half a hop: a window of before that is the same one


@dataclass(frozen=True)
class Labelled:
    """A stretch without a gap: the net's softmax (k, classes) and the truth (k,), -1 unknown."""

    subject: str
    file: int  # which of those that were given
    probability: NDArray[np.float32]
    truth: NDArray[np.int64]


def labelled_windows(
    bundle: Bundle, recordings: Iterable[Recording], nights: Iterable[Path] = ()
) -> list[Labelled]:
    """Every stretch in which a posture of the bundle is labelled, recordings first.

    Raises UsageError where there is none, or a night is labelled with others.
    """
    classifier = Classifier(bundle)
    given: list[Recording | Path] = [*recordings, *nights]
    found: list[Labelled] = []
    for file, each in enumerate(given):
        if isinstance(each, Recording):
            found += _of_recording(classifier, bundle, each, file)
        else:
            found += _of_night(classifier, bundle, each, file)
    found = [part for part in found if (part.truth >= 0).any()]
    if not found:
        raise UsageError(
            f"no recording is labelled with this bundle's {len(bundle.spec.postures)} postures: "
            "tuning needs to know the true turns. Make a labelled night with: edgekit simulate"
        )
    return found


def _of_recording(
    classifier: Classifier, bundle: Bundle, recording: Recording, file: int
) -> Iterator[Labelled]:
    spec = bundle.spec
    at_rate = resample(recording, spec.rate_hz)
    known = [spec.postures.index(n) if n in spec.postures else -1 for n in at_rate.label_names]
    if at_rate.label is None or len(at_rate) < spec.window:
        return
    label = np.array([*known, -1], np.int16)[at_rate.label]  # -1 finds the last: unlabelled
    xyz_g = WindowCutter(spec.window, spec.hop).push(at_rate.xyz_g)
    truth = majority(label, spec.window, spec.hop)
    yield Labelled(recording.subject, file, classifier.classify(xyz_g).posture, truth)


def _of_night(classifier: Classifier, bundle: Bundle, path: Path, file: int) -> Iterator[Labelled]:
    """The truth is what the windows of the night stored."""
    with open_night(path) as night:
        if night.spec.postures != bundle.spec.postures:
            raise UsageError(f"{path} is labelled with other postures than {bundle.name}'s")
        calibration = night.calibration or Calibration()
        subject, known = night.meta["subject"], night.decisions()
        stream, due_s = WindowStream(bundle.spec, night.exact_rate), -np.inf
        batches: list[WindowBatch] = []
        for part in night.samples():
            if abs(part.start_s - due_s) > 1.5 / part.rate_hz:
                yield from _stretch(classifier, known, [*batches, stream.restart()], subject, file)
                batches = []
            chunk = Chunk(calibration.apply(part.xyz_g), part.start_s, part.rate_hz)
            batches.append(stream.push(chunk))
            due_s = chunk.end_s
        yield from _stretch(classifier, known, [*batches, stream.restart()], subject, file)


def _stretch(
    classifier: Classifier, known: Decisions, batches: list[WindowBatch], subject: str, file: int
) -> Iterator[Labelled]:
    filled = [batch for batch in batches if len(batch)]
    if not filled or not len(known):
        return
    start_s = np.concatenate([batch.start_s for batch in filled])
    middle_s = (known.start_s[1:] + known.start_s[:-1]) / 2
    nearest = np.searchsorted(middle_s, start_s)
    near = np.abs(known.start_s[nearest] - start_s) < NEAR_S
    probability = np.concatenate([classifier.classify(batch.xyz_g).posture for batch in filled])
    yield Labelled(subject, file, probability, np.where(near, known.truth[nearest], -1))
