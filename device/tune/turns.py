"""Score the decided turns against the true ones: how late, how many missed or false."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

LONGEST_S = 60.0  # unlabelled between two postures; more is getting up, or no label
LATEST_S = 30.0  # a turn that is decided later than this is missed


@dataclass(frozen=True)
class Turns:
    """Scores of one setting over some labelled hours; sums of several are taken with `total`."""

    hours: float  # labelled
    true: int
    missed: int
    false: int
    latency_s: tuple[float, ...]  # of each turn that was decided in time

    @property
    def median_latency_s(self) -> float:
        """NaN where no turn was decided in time."""
        return float(np.median(self.latency_s)) if self.latency_s else float("nan")

    @property
    def missed_per_hour(self) -> float:
        return self.missed / self.hours

    @property
    def false_per_hour(self) -> float:
        return self.false / self.hours


def score_turns(decided: NDArray[np.int64], truth: NDArray[np.int64], hop_s: float) -> Turns:
    """Score decided and true postures (n,) of windows in a row; truth is -1 where unlabelled.

    A turn is from one label to the next, up to LONGEST_S of unlabelled turning between them, and
    is timed from the first window of the next. It counts when its posture is decided within
    LATEST_S and before the next turn, else it is missed; each other change of the decided posture,
    while labelled, is false.
    """
    labelled = truth >= 0
    known = labelled[1:] & labelled[:-1]
    place = np.flatnonzero(labelled)
    differs = truth[place[1:]] != truth[place[:-1]]
    turns = place[1:][differs & (np.diff(place) * hop_s <= LONGEST_S)]
    changes = np.flatnonzero(known & (decided[1:] != decided[:-1])) + 1
    reach = int(LATEST_S / hop_s)
    latency_s: list[float] = []
    used: set[int] = set()
    for turn, following in pairwise([*turns.tolist(), len(truth)]):
        end = min(turn + reach + 1, following)
        right = np.flatnonzero(decided[turn:end] == truth[turn])
        if len(right):
            latency_s.append(float(right[0] * hop_s))
            used.add(turn + int(right[0]))
    false = sum(int(change) not in used for change in changes)
    hours = float(labelled.sum() * hop_s / 3600)
    return Turns(hours, len(turns), len(turns) - len(latency_s), false, tuple(latency_s))


def total(parts: list[Turns]) -> Turns:
    """Return the score over all parts."""
    return Turns(
        sum(part.hours for part in parts),
        sum(part.true for part in parts),
        sum(part.missed for part in parts),
        sum(part.false for part in parts),
        tuple(latency for part in parts for latency in part.latency_s),
    )
