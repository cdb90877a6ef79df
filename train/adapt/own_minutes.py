"""Cut the own recordings into windows: the first of each class train, the rest judge.

Windows overlap: one that shares samples with a training window neither trains nor judges.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.recording import Recording
from edgekit.spec import Spec
from edgekit.windows import Windows, labelled_windows

from ..splits import Index

TRAIN_SHARE_MOST = 2 / 3  # of a class's windows, so that some are left to judge


@dataclass(frozen=True)
class OwnWindows:
    """N labelled windows in the order of their recordings."""

    windows: Windows
    recording: NDArray[np.int64]  # (N,) index of the recording that each was cut from


@dataclass(frozen=True)
class Division:
    """Indices into the own windows; a window in neither overlaps a training window."""

    train: Index
    judged: Index


def own_windows(recordings: Iterable[Recording], spec: Spec) -> OwnWindows:
    """Cut all labelled windows at the rate of `spec`, whose labels the recordings' are."""
    kept = list(recordings)
    counts = [len(labelled_windows([recording], spec)) for recording in kept]
    return OwnWindows(labelled_windows(kept, spec), np.repeat(np.arange(len(kept)), counts))


def divide(own: OwnWindows, seconds: float, spec: Spec) -> Division:
    """Let the first `seconds` of each class train, of each subject and placement apart.

    At most two thirds of a class's windows train; of one or two windows, all do.
    """
    windows = own.windows
    most = windows_within(seconds, spec)
    trains = np.zeros(len(windows), bool)
    key = np.stack([windows.placement, windows.posture], axis=1)
    for subject in np.unique(windows.subject):
        of_subject = windows.subject == subject
        for placement, posture in np.unique(key[of_subject], axis=0):
            of_class = np.flatnonzero(of_subject & (key == (placement, posture)).all(axis=1))
            trains[of_class[: min(most, _share(len(of_class)))]] = True
    same = own.recording[1:] == own.recording[:-1]  # as the window before
    near = trains.copy()
    near[1:] |= trains[:-1] & same
    near[:-1] |= trains[1:] & same
    return Division(np.flatnonzero(trains), np.flatnonzero(~near))


def windows_within(seconds: float, spec: Spec) -> int:
    """Return how many windows lie within `seconds`, and at least one."""
    return 1 + max(0, int((seconds * spec.rate_hz - spec.window + 1e-6) // spec.hop))


def _share(count: int) -> int:
    return count if count < 3 else max(1, int(TRAIN_SHARE_MOST * (count - 1)))
