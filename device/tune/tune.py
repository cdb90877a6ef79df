"""Choose the smoothing: score every setting of a grid by the turns of labelled nights."""

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from edgekit.bundle import Bundle, load_bundle
from edgekit.errors import UsageError
from edgekit.files import read_json, whole_folder
from edgekit.recording import Recording
from edgekit.smoothing import Smoothing, smoothing_of
from edgekit.spec import Spec

from ..decide.posture import Smoother
from .labelled import Stretch, labelled_stretches
from .turns import Turns, score_turns, total

DWELL_S = (2.5, 5.0, 10.0, 20.0, 40.0, 80.0)
LEAST = (0.01, 0.02, 0.05, 0.1, 0.2)
GRID = [Smoothing(dwell_s, least) for dwell_s in DWELL_S for least in LEAST]
SLOWEST_S = 5.0


@dataclass(frozen=True)
class Trial:
    smoothing: Smoothing
    turns: Turns


@dataclass(frozen=True)
class Tuning:
    """Scores of each setting on each part: a subject, or, where there is only one, a file."""

    parts: str  # 'subjects' or 'nights'
    trials: list[list[Trial]]  # of each part, in the order of GRID
    untuned: list[Turns]  # of each part, by the bundle as it stands

    def overall(self) -> list[Trial]:
        """Return the score of each setting on all parts together, in the order of GRID."""
        return _over(self.trials)

    def left_out(self, slowest_s: float = SLOWEST_S) -> list[Turns]:
        """Return for each of several parts its score under the setting that the others choose."""
        turns = []
        for index, own in enumerate(self.trials):
            others = _over([*self.trials[:index], *self.trials[index + 1 :]])
            turns.append(own[others.index(pick(others, slowest_s))].turns)
        return turns


def tune(bundle: Bundle, recordings: Iterable[Recording], nights: Iterable[Path] = ()) -> Tuning:
    """Score every setting of GRID on each part.

    Raises UsageError as `labelled_stretches` does, and where no label changes: slowness then costs
    nothing, and the slowest setting would be chosen.
    """
    stretches = labelled_stretches(bundle, recordings, nights)
    several = len({stretch.subject for stretch in stretches}) > 1
    of_part: dict[str | int, list[Stretch]] = {}
    for stretch in stretches:
        of_part.setdefault(stretch.subject if several else stretch.file, []).append(stretch)
    spec, parts = bundle.spec, list(of_part.values())
    tuning = Tuning(
        "subjects" if several else "nights",
        [[Trial(setting, _scored(part, setting, spec)) for setting in GRID] for part in parts],
        [_scored(part, smoothing_of(bundle), spec) for part in parts],
    )
    if not any(turns.true for turns in tuning.untuned):
        raise UsageError(
            "the labels never change from one to another, so there is nothing to tune by: give "
            "recordings in which they do"
        )
    return tuning


def pareto(trials: list[Trial]) -> list[Trial]:
    """Return the trials that none beats in errors an hour without being later, quickest first."""
    best: list[Trial] = []
    for trial in sorted(trials, key=lambda trial: (_latency_s(trial), _errors(trial))):
        if not best or _errors(trial) < _errors(best[-1]):
            best.append(trial)
    return best


def pick(trials: list[Trial], slowest_s: float = SLOWEST_S) -> Trial:
    """Return the trial of fewest missed and false turns an hour among those quick enough.

    Quick enough is a median latency up to `slowest_s`; where no trial is, the quickest is returned.
    """
    front = pareto(trials)
    quick = [trial for trial in front if _latency_s(trial) <= slowest_s]
    return min(quick, key=_errors) if quick else front[0]


def tuned_copy(bundle: Bundle, smoothing: Smoothing, folder: Path) -> Bundle:
    """Copy the bundle with another smoothing, hence another digest.

    Raises UsageError where `folder` exists.
    """
    if folder.exists():
        raise UsageError(f"{folder} is there already: name another folder")
    fields = {**read_json(bundle.folder / "bundle.json"), "smoothing": asdict(smoothing)}
    with whole_folder(folder) as fresh:
        shutil.copytree(bundle.folder, fresh, dirs_exist_ok=True)
        (fresh / "bundle.json").write_text(json.dumps(fields, indent=2) + "\n")
    return load_bundle(folder)


def _over(parts: list[list[Trial]]) -> list[Trial]:
    return [
        Trial(trials[0].smoothing, total([trial.turns for trial in trials]))
        for trials in zip(*parts, strict=True)
    ]


def _scored(part: list[Stretch], smoothing: Smoothing, spec: Spec) -> Turns:
    return total([_of_stretch(stretch, smoothing, spec) for stretch in part])


def _of_stretch(stretch: Stretch, smoothing: Smoothing, spec: Spec) -> Turns:
    smoother = Smoother(len(spec.postures), smoothing.posture_dwell_s, smoothing.posture_least)
    elapsed_s = np.full(len(stretch.truth), spec.hop_s)
    elapsed_s[0] = np.inf
    decided = smoother.push(stretch.probability, elapsed_s).argmax(axis=1)
    return score_turns(decided, stretch.truth, spec.hop_s)


def _errors(trial: Trial) -> float:
    return trial.turns.missed_per_hour + trial.turns.false_per_hour


def _latency_s(trial: Trial) -> float:
    latency_s = trial.turns.median_latency_s
    return float("inf") if np.isnan(latency_s) else latency_s
