"""Which smoothing suits: every setting of a grid on labelled recordings, scored by its turns."""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Bundle, load_bundle
from edgekit.errors import UsageError
from edgekit.files import read_json, whole_folder
from edgekit.recording import Recording
from edgekit.resample import resample
from edgekit.smoothing import Smoothing
from edgekit.spec import Spec
from edgekit.windows import WindowCutter, majority

from .calibration import Calibration
from .classifier import Classifier
from .night import Decisions
from .night_reader import open_night
from .posture import Smoother
from .sources import Chunk
from .turns import Turns, score_turns, total
from .window_stream import WindowBatch, WindowStream

DWELL_S = (2.5, 5.0, 10.0, 20.0, 40.0, 80.0)
NEAR_S = 0.6  # half a hop: a window of before that is the same one
LEAST = (0.01, 0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True)
class Trial:
    smoothing: Smoothing
    turns: Turns


@dataclass(frozen=True)
class _Seen:
    """One recording as the net sees it: its softmax (k, classes) and the truth (k,)."""

    probability: NDArray[np.float32]
    truth: NDArray[np.int64]


def tune(
    bundle: Bundle, recordings: Iterable[Recording], nights: Iterable[Path] = ()
) -> list[Trial]:
    """Every setting of the grid; raises UsageError where nothing is labelled with its postures."""
    classifier = Classifier(bundle)
    spec = bundle.spec
    seen = [made for each in recordings if (made := _seen(classifier, spec, each)) is not None]
    seen += [part for path in nights for part in _of_night(classifier, bundle, path)]
    if not any((part.truth >= 0).any() for part in seen):
        raise UsageError(
            f"no recording is labelled with this bundle's {len(spec.postures)} postures: "
            "tuning needs to know the true turns. Make a labelled night with: edgekit simulate"
        )
    settings = [Smoothing(dwell_s, least) for dwell_s in DWELL_S for least in LEAST]
    return [Trial(each, total([_scored(part, each, spec) for part in seen])) for each in settings]


def pareto(trials: list[Trial]) -> list[Trial]:
    """Those that no other beats in errors an hour without being later, quickest first."""
    best: list[Trial] = []
    for trial in sorted(trials, key=lambda each: (_latency_s(each), _errors(each))):
        if not best or _errors(trial) < _errors(best[-1]):
            best.append(trial)
    return best


def pick(trials: list[Trial], slowest_s: float = 5.0) -> Trial:
    """The fewest missed and false turns an hour, no later in the median than `slowest_s`.

    Where none is so quick, the quickest.
    """
    front = pareto(trials)
    quick = [trial for trial in front if _latency_s(trial) <= slowest_s]
    return min(quick, key=_errors) if quick else front[0]


def tuned_copy(bundle: Bundle, smoothing: Smoothing, folder: Path) -> Bundle:
    """The bundle with another smoothing, hence another digest; UsageError where one is there."""
    if folder.exists():
        raise UsageError(f"{folder} is there already: name another folder")
    fields = {**read_json(bundle.folder / "bundle.json"), "smoothing": asdict(smoothing)}
    with whole_folder(folder) as fresh:
        shutil.copytree(bundle.folder, fresh, dirs_exist_ok=True)
        (fresh / "bundle.json").write_text(json.dumps(fields, indent=2) + "\n")
    return load_bundle(folder)


def _seen(classifier: Classifier, spec: Spec, recording: Recording) -> _Seen | None:
    at_rate = resample(recording, spec.rate_hz)
    known = [spec.postures.index(n) if n in spec.postures else -1 for n in at_rate.label_names]
    if at_rate.label is None or len(at_rate) < spec.window:
        return None
    label = np.array([*known, -1], np.int16)[at_rate.label]  # -1 finds the last: unlabelled
    xyz_g = WindowCutter(spec.window, spec.hop).push(at_rate.xyz_g)
    return _Seen(classifier.classify(xyz_g).posture, majority(label, spec.window, spec.hop))


def _of_night(classifier: Classifier, bundle: Bundle, path: Path) -> Iterator[_Seen]:
    """Each stretch of a night's samples without a gap; the truth is what its windows stored."""
    with open_night(path) as night:
        if night.spec.postures != bundle.spec.postures:
            raise UsageError(f"{path} is labelled with other postures than {bundle.name}'s")
        calibration = night.calibration or Calibration()
        known = night.decisions()
        stream, due_s = WindowStream(bundle.spec, night.exact_rate), -np.inf
        batches: list[WindowBatch] = []
        for part in night.samples():
            if abs(part.start_s - due_s) > 1.5 / part.rate_hz:
                yield from _stretch(classifier, known, [*batches, stream.restart()])
                batches = []
            chunk = Chunk(calibration.apply(part.xyz_g), part.start_s, part.rate_hz)
            batches.append(stream.push(chunk))
            due_s = chunk.end_s
        yield from _stretch(classifier, known, [*batches, stream.restart()])


def _stretch(
    classifier: Classifier, known: Decisions, batches: list[WindowBatch]
) -> Iterator[_Seen]:
    filled = [batch for batch in batches if len(batch)]
    if not filled or not len(known):
        return
    start_s = np.concatenate([batch.start_s for batch in filled])
    middle_s = (known.start_s[1:] + known.start_s[:-1]) / 2
    nearest = np.searchsorted(middle_s, start_s)
    near = np.abs(known.start_s[nearest] - start_s) < NEAR_S
    probability = np.concatenate([classifier.classify(batch.xyz_g).posture for batch in filled])
    yield _Seen(probability, np.where(near, known.truth[nearest], -1))


def _scored(seen: _Seen, smoothing: Smoothing, spec: Spec) -> Turns:
    smoother = Smoother(len(spec.postures), smoothing.posture_dwell_s, smoothing.posture_least)
    elapsed_s = np.full(len(seen.truth), spec.hop_s)
    elapsed_s[0] = np.inf
    decided = smoother.push(seen.probability, elapsed_s).argmax(axis=1)
    return score_turns(decided, seen.truth, spec.hop_s)


def _errors(trial: Trial) -> float:
    return trial.turns.missed_per_hour + trial.turns.false_per_hour


def _latency_s(trial: Trial) -> float:
    latency_s = trial.turns.median_latency_s
    return float("inf") if np.isnan(latency_s) else latency_s
