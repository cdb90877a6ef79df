"""The signal of a file as it is drawn: every sample of a short view, the envelope of a long one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgekit.spec import AXES

MOST_MG = 32_767
EMPTY_MG = -32_768  # in a bin without a sample
DRAWN_PERCENT = 0.05  # of the samples at either end of the range may lie outside the picture
LEAST_RANGE_G = 1.25  # to either side of 0: gravity is inside, however the sensor is turned


@dataclass(frozen=True)
class Stretch:
    """Samples without a gap."""

    start_s: float  # from the file's first sample
    rate_hz: float
    mg: NDArray[np.int16]  # (3, n), thousandths of g

    @property
    def end_s(self) -> float:
        """When the next sample would be due, from the file's first sample."""
        return self.start_s + float(self.mg.shape[1]) / self.rate_hz

    def index(self, at_s: NDArray[np.float64] | float) -> NDArray[np.int64]:
        """Return the index (k,) of the first sample that is not before each time."""
        place = (np.asarray(at_s, np.float64) - self.start_s) * self.rate_hz
        return np.clip(np.ceil(place - 1e-6), 0, self.mg.shape[1]).astype(np.int64)


@dataclass(frozen=True)
class Signal:
    stretches: Sequence[Stretch]  # in the order of time, at least one

    @property
    def duration_s(self) -> float:
        """From the first sample to after the last, gaps included."""
        return self.stretches[-1].end_s

    @property
    def gaps(self) -> list[tuple[float, float]]:
        """Return (start_s, end_s) of each gap that holds the place of a sample or more."""
        return [
            (before.end_s, after.start_s)
            for before, after in pairwise(self.stretches)
            if after.start_s - before.end_s > 0.5 / before.rate_hz
        ]


def stretch_of(xyz_g: NDArray[np.floating], start_s: float, rate_hz: float) -> Stretch:
    """Return samples (n, 3) in g as a stretch; beyond +-32.7 g they are cut off."""
    mg = np.clip(np.rint(xyz_g.T * 1000.0), -MOST_MG, MOST_MG).astype(np.int16, order="C")
    return Stretch(start_s, rate_hz, mg)


def drawn_range_g(signal: Signal) -> tuple[float, float]:
    """Return the range of the picture in g, without the rare extremes."""
    low, high = [], []
    for stretch in signal.stretches:
        few = stretch.mg[:, :: max(1, stretch.mg.shape[1] // 20_000)]
        low.append(np.percentile(few, DRAWN_PERCENT))
        high.append(np.percentile(few, 100 - DRAWN_PERCENT))
    return (
        min(-LEAST_RANGE_G, 1.1 * float(min(low)) / 1000),
        max(LEAST_RANGE_G, 1.1 * float(max(high)) / 1000),
    )


def view(signal: Signal, from_s: float, to_s: float, bins: int) -> bytes:
    """Return what is drawn from `from_s` to `to_s`, for a picture `bins` wide.

    A line of JSON, then int16 values in little-endian order, in mg. "samples": of each part named,
    its count of samples, axis by axis. "envelope": min x, max x, min y, ... of each bin, -32768
    where it is empty.
    """
    parts = []
    for stretch in signal.stretches:
        begin, end = (int(stretch.index(at_s)) for at_s in (from_s, to_s))
        # A sample more on either side, so that the line runs to the edge of the picture.
        begin, end = max(0, begin - 1), min(stretch.mg.shape[1], end + 1)
        if begin < end and stretch.end_s > from_s and stretch.start_s < to_s:
            parts.append((stretch, begin, end))
    head: dict[str, Any] = {"from_s": from_s, "to_s": to_s}
    if sum(end - begin for _, begin, end in parts) <= 2 * bins:
        head["samples"] = [
            {
                "start_s": stretch.start_s + begin / stretch.rate_hz,
                "rate_hz": stretch.rate_hz,
                "count": end - begin,
            }
            for stretch, begin, end in parts
        ]
        values = [stretch.mg[:, begin:end].ravel() for stretch, begin, end in parts]
        data = np.concatenate(values) if values else np.zeros(0, np.int16)
    else:
        head["bins"] = bins
        data = _envelope([stretch for stretch, _, _ in parts], from_s, to_s, bins).ravel()
    return json.dumps(head).encode() + b"\n" + data.astype("<i2").tobytes()


def _envelope(
    stretches: Sequence[Stretch], from_s: float, to_s: float, bins: int
) -> NDArray[np.int16]:
    """Return the least and the greatest (2 * axes, bins) of each bin."""
    low = np.full((AXES, bins), MOST_MG, np.int16)
    high = np.full((AXES, bins), EMPTY_MG, np.int16)
    edges_s = np.linspace(from_s, to_s, bins + 1)
    for stretch in stretches:
        edges = stretch.index(edges_s)
        filled = np.flatnonzero(edges[1:] > edges[:-1])
        if len(filled) == 0:
            continue
        first, last = int(edges[0]), int(edges[-1])
        begins = edges[filled] - first
        for axis, samples in enumerate(stretch.mg[:, first:last]):
            least, greatest = (
                np.minimum.reduceat(samples, begins),
                np.maximum.reduceat(samples, begins),
            )
            low[axis, filled] = np.minimum(low[axis, filled], least)
            high[axis, filled] = np.maximum(high[axis, filled], greatest)
    low[high == EMPTY_MG] = EMPTY_MG
    return np.stack([low, high], axis=1).reshape(2 * AXES, bins)
