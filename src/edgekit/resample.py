"""Resample by windowed-sinc interpolation, a stream or a whole recording.

Rates within 2 % of each other count as equal, because sensors' own clocks differ by that.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edgekit.recording import Recording
from edgekit.spec import AXES

CLOCK_TOLERANCE = 0.02
LOBES = 6  # of the sinc on each side


def same_rate(a_hz: float, b_hz: float) -> bool:
    """Return whether two rates differ by no more than sensors' clocks do."""
    return abs(a_hz / b_hz - 1) <= CLOCK_TOLERANCE


def resample(recording: Recording, rate_hz: float) -> Recording:
    """Return the recording at `rate_hz`; each label is the nearest sample's."""
    if same_rate(recording.rate_hz, rate_hz):
        return recording
    resampler = Resampler(recording.rate_hz, rate_hz)
    xyz_g = np.concatenate([resampler.push(recording.xyz_g), resampler.flush()])
    label = recording.label
    if label is not None:
        nearest = np.rint(np.arange(len(xyz_g)) * recording.rate_hz / rate_hz).astype(np.intp)
        label = label[np.minimum(nearest, len(label) - 1)]
    return replace(recording, xyz_g=xyz_g, label=label, rate_hz=rate_hz)


class Resampler:
    """Resample a stream; the outputs do not depend on how it is chunked.

    Output k is at k / to_hz after the first input. Frequencies above half the lower of the
    two rates are removed, so nothing folds down; each output's weights sum to one, so gravity
    keeps its length, at the edges too.
    """

    def __init__(self, from_hz: float, to_hz: float) -> None:
        self._to_hz = to_hz
        self._from_hz = from_hz
        self.restart()

    def restart(self) -> None:
        """Forget the samples so far, as after a gap."""
        self._held: NDArray[np.float32] = np.empty((0, AXES), np.float32)
        self._held_from = 0  # index of _held[0] in the input
        self._next = 0  # index of the next output
        self._base, self._base_place = 0, 0.0  # an output, and its place in the input
        self._set_step()

    def follow(self, from_hz: float) -> None:
        """Set the input's rate, known better or drifted, from the next output on.

        The same stream, with the rate set at the same sample, gives the same outputs.
        """
        if from_hz != self._from_hz:
            self._base, self._base_place = self._next, float(self.place(self._next))
            self._from_hz = from_hz
            self._set_step()

    def place(self, output: NDArray[np.int64] | int) -> NDArray[np.float64]:
        """Return the places of outputs, in input samples, all by the present rate."""
        return np.asarray(self._base_place + (output - self._base) * self._step)

    def _set_step(self) -> None:
        self._step = self._from_hz / self._to_hz  # input samples per output sample
        self._cutoff = min(1.0, 1 / self._step)  # of the input's half rate
        self._half = int(np.ceil(LOBES / self._cutoff))

    def push(self, xyz_g: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take samples (n, 3) and return the k outputs (k, 3) that they complete."""
        self._held = np.concatenate([self._held, xyz_g])
        return self._emit(self._held_from + len(self._held) - 1 - self._half)

    def flush(self) -> NDArray[np.float32]:
        """Return the last outputs, whose filter reaches past the end of the input."""
        return self._emit(self._held_from + len(self._held) - 1)

    def _emit(self, last_input: int) -> NDArray[np.float32]:
        """Return all outputs at or before input `last_input`."""
        end = self._base + int(np.floor((last_input - self._base_place) / self._step)) + 1
        if end <= self._next or len(self._held) == 0:
            return np.empty((0, AXES), np.float32)
        place = self.place(np.arange(self._next, end))  # (k,)
        nearest = np.rint(place).astype(np.intp)
        taps = np.arange(-self._half, self._half + 1)[:, None]
        index = nearest - self._held_from + taps  # (taps, k), into _held
        weight = self._weight(place - nearest)
        weight *= (index >= 0) & (index < len(self._held))
        weight /= weight.sum(axis=0)
        samples = np.ascontiguousarray(self._held.T).take(index, axis=1, mode="clip")
        out: NDArray[np.float32] = np.einsum("tk,atk->ka", weight, samples).astype(np.float32)
        self._next = end
        # One more than this rate needs, because the next rate may need it.
        keep_from = max(0, int(np.rint(self.place(end))) - self._half - 1)
        self._held = self._held[max(0, keep_from - self._held_from) :]
        self._held_from = max(self._held_from, keep_from)
        return out

    def _weight(self, late: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return weights (taps, k): sinc(cutoff x) cos^2(pi/2 x / (half + 1)), up to a factor.

        `late` (k,): how far the outputs are after their nearest input; x = tap - late. The sum
        formulas give sines and cosines of x from taps + k of them, instead of taps times k.
        """
        tap = np.arange(-self._half, self._half + 1, dtype=np.float64)[:, None]
        angle, taper = np.pi * self._cutoff, np.pi / (self._half + 1)
        weight = np.cos(taper * tap) * np.cos(taper * late)
        weight += np.sin(taper * tap) * np.sin(taper * late)
        weight += 1
        sine = np.sin(angle * tap) * np.cos(angle * late)
        sine -= np.cos(angle * tap) * np.sin(angle * late)
        offset = tap - late
        top = offset == 0
        offset[top] = 1
        weight *= sine
        weight /= offset
        weight[top] = 2 * angle
        return weight
