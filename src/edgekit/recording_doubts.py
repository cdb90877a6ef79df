"""Find what is doubtful, though not impossible, in a file's recordings.

The limits were set on the real files of the tests: none of their sensors stands still for over
0.3 s in all axes, or for over 1 s in one.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from edgekit.doubt import Doubt, DoubtKind
from edgekit.gravity import at_rest, wrong_gravity
from edgekit.recording import Recording
from edgekit.stretches import true_runs
from edgekit.text import duration

STUCK_S = 2.0  # a living sensor's noise does not repeat all three axes for so long
AXIS_STUCK_S = 10.0, 60.0  # one axis alone may rest between two counts: of a short file, a long one
CLIPPED_G = 1.5  # the smallest range of such a sensor ends at 2 g
CLIPPED_SAMPLES = 3  # in a row at the end of the range
CLIPPED_SHARE = 0.001
EARLIEST_S = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
DAY_S = 86_400.0


def doubts(recordings: Sequence[Recording]) -> list[Doubt]:
    """Return what is doubtful in the recordings of one file."""
    filled = [recording for recording in recordings if len(recording)]
    if not filled:
        return []
    return [
        *_on_gravity(filled),
        *_on_zeros(filled),
        *_on_stuck_values(filled),
        *doubts_on_range_and_date(filled),
    ]


def doubts_on_range_and_date(recordings: Sequence[Recording]) -> list[Doubt]:
    """Look for values at the end of the sensor's range, and for an absurd date.

    No recording may be empty.
    """
    return [*_on_clipping(recordings), *_on_dates(recordings)]


def _on_gravity(recordings: Sequence[Recording]) -> list[Doubt]:
    """Judge the calmest samples of all recordings: one alone may hold a run and nothing else."""
    parts = [each.xyz_g for each in recordings]
    rest = at_rest(parts[0] if len(parts) == 1 else np.concatenate(parts))
    if rest.length == 0:
        return [Doubt(DoubtKind.UNIT, "all samples are 0, 0, 0: no sensor measures that")]
    if rest.is_one_g:
        return []
    return [Doubt(DoubtKind.UNIT, wrong_gravity(rest.length))]


def _on_zeros(recordings: Sequence[Recording]) -> list[Doubt]:
    samples = sum(map(len, recordings))
    zeros = sum(int((~each.xyz_g.any(axis=1)).sum()) for each in recordings)
    if not zeros or zeros == samples:  # all: there is no gravity, which is said of the unit
        return []
    return [Doubt(DoubtKind.ZEROS, f"{zeros:,} of {samples:,} samples are 0, 0, 0")]


def _on_stuck_values(recordings: Sequence[Recording]) -> list[Doubt]:
    """Look for values that stay to the last bit; 0, 0, 0 has a line of its own."""
    measured = [(each.xyz_g[1:] != 0).any(axis=1) for each in recordings]
    all_s = max(
        longest_run((each.xyz_g[1:] == each.xyz_g[:-1]).all(axis=1) & moved) / each.rate_hz
        for each, moved in zip(recordings, measured, strict=True)
    )
    if all_s >= STUCK_S:
        text = f"all axes stay at one value for up to {duration(all_s)}: a stuck sensor"
        return [Doubt(DoubtKind.STUCK, text)]
    return doubts_on_single_axes(recordings)


def doubts_on_single_axes(recordings: Sequence[Recording]) -> list[Doubt]:
    """Look for single axes that stay at one value; 0, 0, 0 is not counted."""
    found = []
    longest_s = [0.0, 0.0, 0.0]
    whole_s = 0.0
    for each in recordings:
        measured = (each.xyz_g[1:] != 0).any(axis=1, keepdims=True)
        same = (each.xyz_g[1:] == each.xyz_g[:-1]) & measured
        longest_s = [
            max(before, longest_run(same[:, axis]) / each.rate_hz)
            for axis, before in enumerate(longest_s)
        ]
        whole_s = max(whole_s, (len(each) - 1) / each.rate_hz)
    limit_s = float(np.clip(whole_s, *AXIS_STUCK_S))
    for axis, run_s in zip("xyz", longest_s, strict=True):
        if run_s >= limit_s:
            text = f"axis {axis} stays at one value for up to {duration(run_s)}"
            found.append(Doubt(DoubtKind.STUCK, text))
    return found


def _on_clipping(recordings: Sequence[Recording]) -> list[Doubt]:
    samples = sum(map(len, recordings))
    highest_g = [max(float(each.xyz_g[:, axis].max()) for each in recordings) for axis in range(3)]
    lowest_g = [min(float(each.xyz_g[:, axis].min()) for each in recordings) for axis in range(3)]
    ends_g = [
        (axis, end_g)
        for axis, both_g in enumerate(zip(highest_g, lowest_g, strict=True))
        for end_g in both_g
        if abs(end_g) >= CLIPPED_G
    ]
    clipped = 0
    limits_g = []
    for each in recordings:
        at_end = np.zeros(len(each), np.bool_)  # on any axis: a sample is counted once
        for axis, end_g in ends_g:
            on_axis = _in_runs(each.xyz_g[:, axis] == end_g)
            at_end |= on_axis
            limits_g += [abs(end_g)] if on_axis.any() else []
        clipped += int(at_end.sum())
    if clipped <= CLIPPED_SHARE * samples:
        return []
    share = 100 * clipped / samples
    return [Doubt(DoubtKind.CLIPPED, clipped_text(share, max(limits_g)))]


def clipped_text(percent: float, limit_g: float | None = None) -> str:
    """Return how much stands at the end of the range, and where that is, if it is known."""
    where = "" if limit_g is None else f", {limit_g:.2g} g"
    return f"{percent:.1f} % of its samples stand at the end of the range{where}"


def _on_dates(recordings: Sequence[Recording]) -> list[Doubt]:
    first_s = min(each.start_s for each in recordings)
    last_s = max(each.end_s for each in recordings)
    if last_s > time.time() + DAY_S:
        return [Doubt(DoubtKind.DATE, f"it is dated {_day(last_s)}, in the future")]
    if recordings[0].clock == "utc" and first_s < EARLIEST_S:
        return [Doubt(DoubtKind.DATE, f"it is dated {_day(first_s)}: the clock was not set")]
    return []


def _day(at_s: float) -> str:
    try:
        return f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%d}"
    except (ValueError, OverflowError, OSError):
        return f"{at_s:.3g} s after 1970"


def longest_run(is_true: NDArray[np.bool_]) -> int:
    """Return the length of the longest run of True in (N,)."""
    begin, end = true_runs(is_true)
    return int((end - begin).max()) if len(begin) else 0


def _in_runs(is_true: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark the places (N,) in a run of CLIPPED_SAMPLES or more."""
    begin, end = true_runs(is_true)
    is_long = end - begin >= CLIPPED_SAMPLES
    edge = np.zeros(len(is_true) + 1, np.int8)
    edge[begin[is_long]] = 1
    edge[end[is_long]] = -1
    return np.asarray(np.cumsum(edge[:-1]) > 0)
