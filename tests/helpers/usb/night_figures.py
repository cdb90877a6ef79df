"""What became of a night's samples and decisions, beside what the sensor and the wearable have."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.night.columns import selected
from edgekit.night.events import EventKind
from edgekit.night.reader import open_night
from edgekit.spec import ADXL345_COUNTS_PER_G as COUNTS_PER_G


@dataclass(frozen=True)
class Figures:
    """What became of the samples that the sensor measured between the first and the last stored."""

    measured: int
    stored: int
    in_gaps: int  # of which an event says that they did not arrive
    gaps: int
    decisions: int
    windows: int  # that the wearable itself stored, and of which the night has the decision
    missing_windows: int  # of which it has not
    other_decisions: int  # that differ from what the wearable stored

    @property
    def lost(self) -> int:
        return self.measured - self.stored - self.in_gaps


def check_samples(night: Path, counts: NDArray[np.int16]) -> tuple[int, int, int, int]:
    """Return how many samples were measured, stored, in recorded gaps, and in how many gaps.

    Raises AssertionError where a stored sample is not the one that the sensor measured then.
    """
    with open_night(night) as opened:
        blocks = [block.xyz_g for block in opened.samples()]
        events = list(opened.events())
    lost = [int(e.detail.split()[0]) for e in events if e.kind == EventKind.LOST_SAMPLES]
    gaps = [e for e in events if e.kind == EventKind.GAP]
    assert len(lost) == len(gaps), (lost, gaps)
    whole = [np.rint(xyz_g * COUNTS_PER_G).astype(np.int16) for xyz_g in blocks]
    first = at = _place(whole[0], counts)
    stored, steps = 0, iter(lost)
    for part in whole:
        if not np.array_equal(part, counts[at : at + len(part)]):
            at += next(steps, 0)  # a gap is here, or the next line raises
        assert np.array_equal(part, counts[at : at + len(part)]), f"at sample {at}"
        at, stored = at + len(part), stored + len(part)
    assert next(steps, None) is None, "a gap of which no sample is missing"
    return at - first, stored, sum(lost), len(gaps)


def check_decisions(night: Path, kept: Path) -> tuple[int, int, int, int]:
    """Return the night's decisions, windows that both have, that it lacks, and that differ."""
    with open_night(night) as opened, open_night(kept) as other:
        ours, theirs, spec = opened.decisions(), other.decisions(), opened.spec
    within = (theirs.start_s > ours.start_s[0] - spec.hop_s / 2) & (
        theirs.start_s < ours.start_s[-1] + spec.hop_s / 2
    )
    theirs = selected(theirs, within)
    nearest = np.array([np.abs(ours.start_s - at_s).argmin() for at_s in theirs.start_s])
    is_there = np.abs(ours.start_s[nearest] - theirs.start_s) < spec.hop_s / 2
    differ = (ours.posture[nearest] != theirs.posture) | (
        ours.placement[nearest] != theirs.placement
    )
    missing = int((~is_there).sum())
    return len(ours), len(theirs), missing, int((differ & is_there).sum())


def _place(part: NDArray[np.int16], counts: NDArray[np.int16]) -> int:
    """Return where a block begins among the counts."""
    for at in range(len(counts) - len(part)):
        if np.array_equal(part, counts[at : at + len(part)]):
            return at
    raise AssertionError("the first samples were never measured")
