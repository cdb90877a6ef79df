"""Bouts: stretches of time in which the decisions had one code."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edgekit.spec import Spec
from edgekit.stretches import equal_stretches, stretches


@dataclass(frozen=True)
class Bout:
    """One code from start_s up to end_s (UTC)."""

    code: int
    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


def settled_bouts(
    start_s: NDArray[np.float64], code: NDArray[np.int64], hop_s: float, hold_s: float
) -> list[list[Bout]]:
    """Return bouts of at least `hold_s`, in one list per stretch without a longer gap.

    Decisions (N,) start at `start_s` and stand for `hop_s` each. A shorter stretch of a code
    belongs to the bout before it; the time before the first bout belongs to none.
    """
    settled = []
    gap_before = np.diff(start_s, prepend=start_s[:1]) > hop_s + hold_s
    for begin, end in stretches(gap_before):
        starts = start_s[begin:end]
        held = [
            Bout(int(code[begin + first]), float(starts[first]), float(starts[last - 1]) + hop_s)
            for first, last in equal_stretches(code[begin:end])
        ]
        held = [bout for bout in held if bout.duration_s >= hold_s - hop_s / 2]
        if held:
            settled.append(_joined(held, float(starts[-1]) + hop_s))
    return settled


def gaps(start_s: NDArray[np.float64], spec: Spec) -> list[tuple[float, float]]:
    """Return from-to (UTC seconds) of each time longer than half a hop without a decision."""
    late = np.flatnonzero(np.diff(start_s) > spec.gap_s)
    return [(float(start_s[i]) + spec.hop_s, float(start_s[i + 1])) for i in late]


def _joined(held: list[Bout], end_s: float) -> list[Bout]:
    """Extend each bout to the next of another code, and join neighbours of one code."""
    joined: list[Bout] = []
    for bout in held:
        if joined and joined[-1].code == bout.code:
            continue
        joined.append(bout)
    ends = [bout.start_s for bout in joined[1:]] + [end_s]
    return [Bout(bout.code, bout.start_s, end) for bout, end in zip(joined, ends, strict=True)]
