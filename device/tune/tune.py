"""Which smoothing suits: every setting of a grid on labelled nights, scored by their turns."""

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
from .labelled import Labelled, labelled_windows
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
    """What each setting does on each part: a subject, or, of one subject alone, a file."""

    parts: str  # 'subjects' or 'nights'
    trials: list[list[Trial]]  # of each part, in the order of GRID
    untuned: list[Turns]  # of each part, by the bundle as it stands

    def overall(self) -> list[Trial]:
        """Every setting on all parts together."""
        return _over(self.trials)

    def left_out(self, slowest_s: float = SLOWEST_S) -> list[Turns]:
        """Each of two parts or more under the setting that the other parts choose."""
        found = []
        for index, own in enumerate(self.trials):
            others = _over([*self.trials[:index], *self.trials[index + 1 :]])
            found.append(own[others.index(pick(others, slowest_s))].turns)
        return found


def tune(bundle: Bundle, recordings: Iterable[Recording], nights: Iterable[Path] = ()) -> Tuning:
    """Every setting of GRID on each part. Raises UsageError as `labelled_windows`."""
    seen = labelled_windows(bundle, recordings, nights)
    several = len({one.subject for one in seen}) > 1
    of_part: dict[str | int, list[Labelled]] = {}
    for one in seen:
        of_part.setdefault(one.subject if several else one.file, []).append(one)
    spec, parts = bundle.spec, list(of_part.values())
    return Tuning(
        "subjects" if several else "nights",
        [[Trial(setting, _scored(part, setting, spec)) for setting in GRID] for part in parts],
        [_scored(part, smoothing_of(bundle), spec) for part in parts],
    )


def pareto(trials: list[Trial]) -> list[Trial]:
    """Those that no other beats in errors an hour without being later, quickest first."""
    best: list[Trial] = []
    for trial in sorted(trials, key=lambda each: (_latency_s(each), _errors(each))):
        if not best or _errors(trial) < _errors(best[-1]):
            best.append(trial)
    return best


def pick(trials: list[Trial], slowest_s: float = SLOWEST_S) -> Trial:
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


def _over(parts: list[list[Trial]]) -> list[Trial]:
    return [
        Trial(each[0].smoothing, total([trial.turns for trial in each]))
        for each in zip(*parts, strict=True)
    ]


def _scored(part: list[Labelled], smoothing: Smoothing, spec: Spec) -> Turns:
    return total([_of_stretch(one, smoothing, spec) for one in part])


def _of_stretch(seen: Labelled, smoothing: Smoothing, spec: Spec) -> Turns:
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
