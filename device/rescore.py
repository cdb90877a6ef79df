"""Another model over a night that was recorded: the raw samples again, as they came."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Bundle
from edgekit.errors import UsageError
from edgekit.night.copy import meta_of, parts_of, write_copy
from edgekit.night.night import Decisions, Event, Samples
from edgekit.night.reader import open_night
from edgekit.resample import same_rate
from edgekit.spec import UNLABELLED

from .decide.answer import BundleAnswer
from .decide.placement_watch import NOTICED
from .sources.gaps import GapFinder
from .sources.source import Chunk


@dataclass(frozen=True)
class Rescored:
    night: Path
    windows: int
    agreed: float | None  # share decided as in the night itself; None where classes differ
    classify_s: float


def rescore(night_path: Path, bundle: Bundle, out: Path) -> Rescored:
    """Write the night at `out`: samples, health and alarms as they were, other decisions.

    What the decisions tell of the sensor, that it slipped, is of the new ones.

    Raises UsageError for a night without samples or an `out` that is there, EdgekitError when the
    model does not fit its bundle.
    """
    with open_night(night_path) as night:
        if not night.has_samples:
            raise UsageError(
                f"{night_path} holds no samples: the wearable kept its decisions alone, and there "
                "is nothing to decide on again"
            )
        before = night.decisions()
        has_same_classes = night.spec.postures == bundle.spec.postures
        runs, found, classify_s = [], [], 0.0
        for run in parts_of(night):
            samples = list(run.samples)
            answer = BundleAnswer(bundle, night.exact_rate, night.calibration)
            decided = list(decide(samples, answer, night.exact_rate, _breaks_s(run.events)))
            if has_same_classes:
                decided = [_labelled(part, before, bundle.spec.hop_s) for part in decided]
            events = [event for event in run.events if event.kind not in NOTICED]
            events = sorted([*events, *answer.noticed()], key=lambda event: event.at_s)
            runs.append(replace(run, samples=samples, decisions=decided, events=events))
            found += decided
            classify_s += answer.classify_s
        meta = replace(
            meta_of(night),
            spec=bundle.spec,
            bundle_name=bundle.name,
            bundle_digest=bundle.digest,
        )
        told = Event(night.start_s, "rescored", f"decided before by {night.meta['bundle_name']}")
        runs[0] = replace(runs[0], events=[told, *runs[0].events])
        write_copy(out, meta, runs)
    return Rescored(
        out,
        sum(len(part) for part in found),
        _agreement(found, before) if has_same_classes else None,
        classify_s,
    )


def decide(
    samples: Iterable[Samples],
    answer: BundleAnswer,
    exact_rate: bool = False,
    breaks_s: Iterable[float] = (),
) -> Iterator[Decisions]:
    """What the monitor decides on one run's samples as they come: nothing crosses a gap.

    Nor one of `breaks_s` (UTC), where the samples alone may not tell that it began anew.
    """
    gap_finder = GapFinder(exact_rate)
    rate_hz = answer.model.spec.rate_hz
    for stretch, is_new in _broken(samples, sorted(breaks_s)):
        placed = gap_finder.place(Chunk(stretch.xyz_g, stretch.start_s, stretch.rate_hz))
        is_other_rate = not same_rate(stretch.rate_hz, rate_hz)
        rate_hz = stretch.rate_hz
        if is_new or placed.gap_s or placed.step_back_s or is_other_rate:
            yield from _some(answer.restart())
        yield from _some(answer.push(placed.chunk))
    yield from _some(answer.restart())


def _breaks_s(events: Iterable[Event]) -> list[float]:
    """Where a run's windows began anew, by its own word.

    A block of samples holds many of a source's chunks: a gap of a few samples is within what a
    block's length leaves open, and where a clock went back the samples follow as if it had not.
    """
    return [event.at_s for event in events if event.kind in ("gap", "clock jump")]


def _broken(samples: Iterable[Samples], breaks_s: list[float]) -> Iterator[tuple[Samples, bool]]:
    """The stretches cut at these times, in order; and whether one of them stands before each."""
    left = breaks_s[::-1]
    for stretch in samples:
        begin, is_new = 0, False
        while left:
            # The first sample that is not earlier; half a period is left for rounding.
            at = math.ceil((left[-1] - stretch.start_s) * stretch.rate_hz - 0.5)
            if at >= len(stretch.xyz_g):
                break
            left.pop()
            if at > begin:
                yield _part(stretch, begin, at), is_new
                begin = at
            is_new = True
        yield _part(stretch, begin, len(stretch.xyz_g)), is_new


def _part(stretch: Samples, begin: int, end: int) -> Samples:
    start_s = stretch.start_s + begin / stretch.rate_hz
    return Samples(start_s, stretch.rate_hz, stretch.xyz_g[begin:end])


def _some(decisions: Decisions | None) -> Iterator[Decisions]:
    if decisions is not None and len(decisions):
        yield decisions


def _labelled(decisions: Decisions, before: Decisions, hop_s: float) -> Decisions:
    """With the label of the decision before that stood nearest, within half a hop."""
    nearest = _nearest(decisions, before)
    if nearest is None:
        return decisions
    near = np.abs(before.start_s[nearest] - decisions.start_s) <= hop_s / 2
    return replace(decisions, truth=np.where(near, before.truth[nearest], UNLABELLED))


def _agreement(found: list[Decisions], before: Decisions) -> float | None:
    """Share of decisions with the posture of the nearest one before."""
    same = [
        part.posture == before.posture[nearest]
        for part in found
        if (nearest := _nearest(part, before)) is not None
    ]
    return float(np.concatenate(same).mean()) if same else None


def _nearest(decisions: Decisions, before: Decisions) -> NDArray[np.intp] | None:
    if not len(before):
        return None
    after = np.clip(np.searchsorted(before.start_s, decisions.start_s), 1, max(len(before) - 1, 1))
    after = np.minimum(after, len(before) - 1)
    earlier = np.maximum(after - 1, 0)
    is_earlier = (
        decisions.start_s - before.start_s[earlier] < before.start_s[after] - decisions.start_s
    )
    return np.where(is_earlier, earlier, after)
