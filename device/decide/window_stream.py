"""WindowStream: turn chunks into dated, labelled windows at the model's rate."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from edgekit.recording import Recording
from edgekit.resample import Resampler, same_rate
from edgekit.spec import UNLABELLED, Spec
from edgekit.windows import WindowCutter, majority

from ..sources.source import Chunk


@dataclass(frozen=True)
class WindowBatch:
    """k windows in a row."""

    start_s: NDArray[np.float64]  # (k,) UTC of each window's first sample
    xyz_g: NDArray[np.float32]  # (k, window, 3)
    truth: NDArray[np.int64]  # (k,) index into spec.postures, -1 where unlabelled or unknown

    def __len__(self) -> int:
        return len(self.start_s)

    @cached_property
    def mean_g(self) -> NDArray[np.float64]:
        """Gravity (k, 3), which a window's mean approximates."""
        return np.asarray(self.xyz_g.mean(axis=1, dtype=np.float64))


class WindowStream:
    """The same windows as in training, however the samples are chunked.

    With `exact_rate`, resample whatever rate the source measures, from chunk to chunk, because a
    sensor's clock is never exactly nominal; without it, rates within 2 % count as equal, as in
    training.
    """

    def __init__(self, spec: Spec, exact_rate: bool = False) -> None:
        self._spec, self._exact_rate = spec, exact_rate
        self._cutter = WindowCutter(spec.window, spec.hop)
        self._held_truth: NDArray[np.int16]  # of input samples
        self._forget()

    def push(self, chunk: Chunk) -> WindowBatch:
        """Return the windows that a chunk completes; it must follow the last without a gap."""
        if self._received == 0:
            self._begin(chunk.rate_hz)
        if self._exact_rate and self._resampler:
            self._resampler.follow(chunk.rate_hz)
        # Each chunk dates anew, so a clock that drifts is followed, not added up over the night.
        self._origin_s = chunk.start_s - self._received / chunk.rate_hz
        self._rate_hz = chunk.rate_hz
        self._received += len(chunk.xyz_g)
        self._held_truth = np.concatenate([self._held_truth, truth_of(chunk, self._spec)])
        return self._cut(self._resampler.push(chunk.xyz_g) if self._resampler else chunk.xyz_g)

    def restart(self) -> WindowBatch:
        """Forget earlier chunks, as after a gap; return the windows that were still held back."""
        held = self._resampler.flush() if self._resampler and self._received else None
        last = self._cut(np.empty((0, 3), np.float32) if held is None else held)
        self._forget()
        return last

    def _forget(self) -> None:
        self._cutter.restart()
        self._resampler: Resampler | None = None
        self._received = 0  # input samples
        self._windows = 0
        self._origin_s = 0.0  # UTC of the first input sample
        self._rate_hz = self._spec.rate_hz
        self._held_truth = np.empty(0, np.int16)
        self._held_from = 0  # index of the first of them in the input

    def _begin(self, rate_hz: float) -> None:
        if self._exact_rate or not same_rate(rate_hz, self._spec.rate_hz):
            self._resampler = Resampler(rate_hz, self._spec.rate_hz)

    def _place(self, output: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return where samples of the windows' stream lie, counted in input samples."""
        return self._resampler.place(output) if self._resampler else output.astype(np.float64)

    def _cut(self, xyz_g: NDArray[np.float32]) -> WindowBatch:
        windows = self._cutter.push(xyz_g)
        first, self._windows = self._windows, self._windows + len(windows)
        start = self._place(np.arange(first, self._windows) * self._spec.hop)
        start_s = np.asarray(self._origin_s + start / self._rate_hz, dtype=np.float64)
        return WindowBatch(start_s, windows, self._truth_of(first, len(windows)))

    def _truth_of(self, first: int, count: int) -> NDArray[np.int64]:
        if count == 0:
            return np.empty(0, np.int64)
        window, hop = self._spec.window, self._spec.hop
        output = np.arange(first * hop, (first + count - 1) * hop + window)
        nearest = np.rint(self._place(output)).astype(np.intp) - self._held_from
        label = self._held_truth[np.minimum(nearest, len(self._held_truth) - 1)]
        done = round(float(self._place(np.array((first + count) * hop)))) - self._held_from
        self._held_truth = self._held_truth[done:]
        self._held_from += done
        return majority(label, window, hop)


def truth_of(part: Chunk | Recording, spec: Spec) -> NDArray[np.int16]:
    """Return each sample's label (n,) as an index into spec.postures, matched by name."""
    if part.label is None:
        return np.full(len(part), UNLABELLED, np.int16)
    known = {name: index for index, name in enumerate(spec.postures)}
    names = spec.in_its_words(part.label_names)
    # The entry after the last is what index -1, unlabelled, finds.
    table = np.array([*(known.get(name, UNLABELLED) for name in names), UNLABELLED])
    return np.asarray(table[part.label], dtype=np.int16)
