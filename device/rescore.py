"""Decide on a recorded night again, by another model on the same raw samples."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from edgekit.bundle import Bundle
from edgekit.errors import UsageError
from edgekit.night.copy import Parts, meta_of, parts_of, write_copy
from edgekit.night.events import BREAKS_WINDOWS, FROM_DECISIONS, EventKind
from edgekit.night.night import Decisions, Event, Samples
from edgekit.night.reader import open_night
from edgekit.resample import same_rate

from .decide.answer import BundleAnswer
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

    Events that were noticed in the decisions, such as a sensor that slipped, are those of the new
    decisions. Raises UsageError for a night without samples or an `out` that is there,
    EdgekitError when the model does not fit its bundle.
    """
    with open_night(night_path) as night:
        if not night.has_samples:
            raise UsageError(
                f"{night_path} holds no samples: the wearable stored decisions only, and there "
                "is nothing to decide on again"
            )
        before = night.decisions()
        has_same_classes = night.spec.postures == bundle.spec.postures
        runs: list[Parts] = []
        classify_s = 0.0
        for run in parts_of(night):
            samples = list(run.samples)
            answer = BundleAnswer(bundle, night.meta.exact_rate, night.meta.calibration)
            decided = list(decide_anew(samples, answer, night.meta.exact_rate, run.events))
            if has_same_classes:
                decided = [
                    replace(part, truth=before.truth_at(part.start_s, bundle.spec.hop_s / 2))
                    for part in decided
                ]
            events = [event for event in run.events if event.kind not in FROM_DECISIONS]
            events = sorted([*events, *answer.noticed()], key=lambda event: event.at_s)
            runs.append(replace(run, samples=samples, decisions=decided, events=events))
            classify_s += answer.classify_s
        meta = replace(
            meta_of(night),
            spec=bundle.spec,
            bundle_name=bundle.name,
            bundle_digest=bundle.digest,
        )
        detail = f"decided before by {night.meta.bundle_name}"
        rescored = Event(night.start_s, EventKind.RESCORED, detail)
        runs[0] = replace(runs[0], events=[rescored, *runs[0].events])
        write_copy(out, meta, runs)
    decisions = [part for run in runs for part in run.decisions]
    return Rescored(
        out,
        sum(len(part) for part in decisions),
        _agreement(decisions, before) if has_same_classes else None,
        classify_s,
    )


def decide_anew(
    samples: Iterable[Samples], answer: BundleAnswer, exact_rate: bool, events: Iterable[Event]
) -> Iterator[Decisions]:
    """Yield what the monitor decides on one run's samples as they come: nothing crosses a gap.

    Also split where the run's own events say that its windows began anew, because the samples alone
    do not always show it: a block holds many of a source's chunks, so that a gap of a few samples
    is within what a block's length leaves open, and where a clock went back the samples follow as
    if it had not.
    """
    breaks_s = sorted(event.at_s for event in events if event.kind in BREAKS_WINDOWS)
    gap_finder = GapFinder(exact_rate)
    rate_hz = answer.model.spec.rate_hz
    for stretch, is_new in _split(samples, breaks_s):
        placed = gap_finder.place(Chunk(stretch.xyz_g, stretch.start_s, stretch.rate_hz))
        is_other_rate = not same_rate(stretch.rate_hz, rate_hz)
        rate_hz = stretch.rate_hz
        if is_new or placed.gap_s or placed.step_back_s or is_other_rate:
            yield from _if_any(answer.restart())
        yield from _if_any(answer.push(placed.chunk))
    yield from _if_any(answer.restart())


def _split(samples: Iterable[Samples], breaks_s: list[float]) -> Iterator[tuple[Samples, bool]]:
    """Cut the stretches at these times, in order; with each, whether a break stands before it."""
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
                yield stretch.part(begin, at), is_new
                begin = at
            is_new = True
        yield stretch.part(begin, len(stretch.xyz_g)), is_new


def _if_any(decisions: Decisions | None) -> Iterator[Decisions]:
    if decisions is not None and len(decisions):
        yield decisions


def _agreement(decisions: list[Decisions], before: Decisions) -> float | None:
    """Share of decisions with the posture of the nearest one before."""
    if not len(before) or not decisions:
        return None
    same = [part.posture == before.posture[before.nearest(part.start_s)] for part in decisions]
    return float(np.concatenate(same).mean())
