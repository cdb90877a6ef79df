"""Prepare an adaptation: check that the own minutes fit the run, name and divide their windows."""

import math
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from edgekit.errors import EdgekitError, UsageError
from edgekit.resample import same_rate
from edgekit.run import Run
from edgekit.spec import TASKS, Spec, Task
from edgekit.text import counted
from edgekit.windows import Windows

from ..datasets import Dataset
from .classes import Classes, by_name, choose_classes
from .own_minutes import Division, OwnWindows, divide, own_windows

MOST_SECONDS = 86_400.0  # a day of each class, which is no personalisation any more


@dataclass(frozen=True)
class OwnMinutes:
    """The wearer's own windows, with the labels of the adapted net, divided in time."""

    dataset: Dataset
    windows: Windows
    division: Division
    seconds: float  # of each class that train, at most
    classes: Classes
    doubts: tuple[str, ...]  # lines for the user

    @property
    def train(self) -> Windows:
        return self.windows.take(self.division.train)

    @property
    def judged(self) -> Windows:
        return self.windows.take(self.division.judged)


def prepare(run: Run, dataset: Dataset, seconds: float, choice: str) -> OwnMinutes:
    """Cut the own minutes as the run's net reads them; `choice` of CHOICES is about new classes.

    Raises UsageError where they and the run, or `seconds`, do not fit, EdgekitError where nothing
    is labelled or too little of it.
    """
    spec = run.spec
    if not spec.window_s <= seconds <= MOST_SECONDS:
        raise UsageError(
            f"--seconds is {seconds:g}; it must be {spec.window_s:g} (a window of {run.name}) to "
            f"{MOST_SECONDS:g}"
        )
    own_spec = replace(
        dataset.spec,
        rate_hz=spec.rate_hz,
        window=spec.window,
        hop=spec.hop,
        postures=spec.in_its_words(dataset.spec.postures),
    )
    own = own_windows(dataset.recordings, own_spec)
    if len(own.windows) == 0:
        raise EdgekitError(
            f"{dataset.name} holds no labelled window of {spec.window_s:g} s: {dataset.summary}. "
            "Label it with: edgekit label"
        )
    names = {task: _occurring(own.windows, task, own_spec) for task in TASKS}
    classes = choose_classes(spec, names, choice, dataset.name)
    windows = _renamed(own.windows, own_spec, classes.after)
    division = divide(OwnWindows(windows, own.recording), seconds, spec)
    if len(division.judged) == 0:
        seconds_needed = math.ceil(spec.window_s + 2 * spec.hop_s)
        count = Counter(windows.posture.tolist()).most_common(1)[0][1]
        raise EdgekitError(
            f"{dataset.name} is too short to be adapted to: its longest class has "
            f"{counted(count, 'window')} of {spec.window_s:g} s. From three on, the first train "
            f"and the last judge: label {seconds_needed} s or more of each in one go."
        )
    doubts = _doubts(run, dataset, windows, division, classes)
    return OwnMinutes(dataset, windows, division, seconds, classes, doubts)


def _occurring(windows: Windows, task: Task, spec: Spec) -> tuple[str, ...]:
    names = (spec.labels(task)[index] for index in np.unique(getattr(windows, task)))
    return tuple(dict.fromkeys(names))


def _renamed(windows: Windows, before: Spec, after: Spec) -> Windows:
    """Return the windows with the labels of `after`, by name."""
    return replace(
        windows,
        posture=by_name(windows.posture, before.postures, after.postures),
        placement=by_name(windows.placement, before.placements, after.placements),
    )


def _doubts(
    run: Run, dataset: Dataset, windows: Windows, division: Division, classes: Classes
) -> tuple[str, ...]:
    doubts = []
    subjects = np.unique(windows.subject)
    if len(subjects) > 1:
        doubts.append(
            f"{len(subjects)} subjects ({', '.join(subjects[:5])}{', ...' * (len(subjects) > 5)}): "
            "the net is adapted to all of them at once"
        )
    slowest_hz = min(recording.rate_hz for recording in dataset.recordings)
    if slowest_hz < run.spec.rate_hz and not same_rate(slowest_hz, run.spec.rate_hz):
        doubts.append(
            f"recorded at {slowest_hz:g} Hz and read at {run.spec.rate_hz:g} Hz: motion above "
            f"{slowest_hz / 2:g} Hz, which the net was trained on, is missing"
        )
    if run.spec.has_body_axes and not dataset.spec.has_body_axes:
        doubts.append(
            f"{run.name} reads the body's axes (x to the left, y to the head, z out of the "
            'stomach); if these are, write domain = "sleep" in dataset.toml'
        )
    known = set(run.dataset.get("digests", {}).values())
    if known & set(dataset.digests.values()):
        doubts.append(
            f"{run.name} was trained on some of these very recordings: its accuracy before is "
            "not that on a new wearer"
        )
    unjudged = [
        name
        for index, name in enumerate(classes.after.postures)
        if name in classes.own["posture"] and index not in windows.posture[division.judged]
    ]
    if unjudged:
        doubts.append(f"too short to be judged as well as learned: {', '.join(unjudged)}")
    return tuple(doubts)
