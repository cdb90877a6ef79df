"""Cut windows of 100 samples every 60, the same for training and on the device.

A window never crosses a recording, a gap or a subject; its label is the most frequent of its
samples'.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from edgekit.recording import Recording
from edgekit.resample import resample
from edgekit.spec import AXES, UNLABELLED, Spec


@dataclass(frozen=True)
class Windows:
    """N labelled windows, ready for a net."""

    xyz_g: NDArray[np.float32]  # (N, window, 3)
    posture: NDArray[np.int64]  # (N,) index into spec.postures
    placement: NDArray[np.int64]  # (N,) index into spec.placements
    subject: NDArray[np.str_]  # (N,)

    def __len__(self) -> int:
        return len(self.xyz_g)

    def take(self, index: NDArray[np.intp]) -> "Windows":
        """Return the windows of these indices."""
        return Windows(
            self.xyz_g[index], self.posture[index], self.placement[index], self.subject[index]
        )


class WindowCutter:
    """Cut a stream into windows, which do not depend on how it is chunked."""

    def __init__(self, window: int, hop: int) -> None:
        self.window, self.hop = window, hop
        self.restart()

    def restart(self) -> None:
        """Forget the samples so far, because no window may hold both sides of a gap."""
        self._tail: NDArray[np.float32] = np.empty((0, AXES), np.float32)

    def push(self, xyz_g: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take samples (n, 3) and return the k windows (k, window, 3) that they complete."""
        samples = np.concatenate([self._tail, xyz_g])  # (m, 3)
        count = max(0, (len(samples) - self.window) // self.hop + 1)
        self._tail = samples[count * self.hop :]
        if count == 0:
            return np.empty((0, self.window, AXES), np.float32)
        views = sliding_window_view(samples, self.window, axis=0)[:: self.hop]  # (>= k, 3, window)
        return np.ascontiguousarray(views[:count].transpose(0, 2, 1))


def labelled_windows(recordings: Iterable[Recording], spec: Spec) -> Windows:
    """Return every labelled window of the recordings, at the rate of `spec`.

    A window whose most frequent label is 'unlabelled' is left out.
    """
    parts = [_windows_of(recording, spec) for recording in recordings]
    if not parts:
        parts = [_no_windows(spec)]
    return Windows(
        np.concatenate([part.xyz_g for part in parts]),
        np.concatenate([part.posture for part in parts]),
        np.concatenate([part.placement for part in parts]),
        np.concatenate([part.subject for part in parts]),
    )


def majority(label: NDArray[np.int16], window: int, hop: int) -> NDArray[np.int64]:
    """Return the most frequent label of each window of (N,) labels; on a tie the smallest."""
    starts = np.arange(0, len(label) - window + 1, hop)
    best_count = np.zeros(len(starts), np.int64)
    best = np.full(len(starts), UNLABELLED, np.int64)
    for value in np.unique(label):
        before = np.concatenate([[0], np.cumsum(label == value)])
        count = before[starts + window] - before[starts]
        better = count > best_count
        best[better], best_count[better] = value, count[better]
    return best


def _windows_of(recording: Recording, spec: Spec) -> Windows:
    at_rate = resample(recording, spec.rate_hz)
    if at_rate.label is None or len(at_rate) < spec.window:
        return _no_windows(spec)
    xyz_g = WindowCutter(spec.window, spec.hop).push(at_rate.xyz_g)
    posture = majority(at_rate.label, spec.window, spec.hop)
    labelled = posture != UNLABELLED
    count = int(labelled.sum())
    return Windows(
        xyz_g[labelled],
        posture[labelled],
        np.full(count, spec.placements.index(recording.placement), np.int64),
        np.full(count, recording.subject),
    )


def _no_windows(spec: Spec) -> Windows:
    none = np.empty(0, np.int64)
    return Windows(np.empty((0, spec.window, AXES), np.float32), none, none, np.empty(0, np.str_))
