"""Find a stored night among those on this computer, and complete one that holds a part of it.

A night was recorded here already where a monitor was connected to the wearable, or where it was
fetched before. Decisions of windows that such a night lacks are added to it: in the gaps of a night
that was recorded live and, unless somebody ended it, after its end.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.night.columns import joined, selected
from edgekit.night.copy import Parts, meta_of, parts_of, write_copy
from edgekit.night.events import ENDS_NIGHT, EventKind
from edgekit.night.night import Decisions, Event
from edgekit.night.reader import Night, open_night

from .greeting import Greeting
from .stored_decisions import night_decisions, night_events
from .stored_nights import StoredNight

LEAST_SHARED = 0.5  # of the shorter of two nights: then they are one
SAME_WINDOW = 0.5  # of a hop between two decisions' starts: then they are of one window


@dataclass(frozen=True)
class OnComputer:
    """A night's file, and the decisions that the wearable stored and it lacks."""

    path: Path
    lacks: Decisions

    @property
    def is_whole(self) -> bool:
        return not len(self.lacks)


def on_computer(
    night: StoredNight, greeting: Greeting, folder: Path, others: Collection[Path] = ()
) -> OnComputer | None:
    """Return the file in `folder` that holds most of a night; None where none holds any of it.

    Files of `others` hold other nights: one may share their time where a clock was set wrong.
    """
    decisions = night_decisions(night)
    same_s = SAME_WINDOW * night.spec.hop_s
    parts: list[tuple[float, OnComputer]] = []  # by the time that each shares with the night
    known: list[NDArray[np.float64]] = []
    for path in sorted(set(folder.glob("*.night")).difference(others)):
        with suppress(EdgekitError, OSError), open_night(path) as other:
            shared_s = _shared_s(night, other, greeting)
            if shared_s > 0:
                known.append(other.decisions().start_s)
                fits = (decisions.start_s > other.start_s) & (
                    decisions.start_s < _until_s(other) - same_s
                )
                parts.append((shared_s, OnComputer(path, selected(decisions, fits))))
    if not parts:
        return None
    _, largest = max(parts, key=lambda part: part[0])
    is_known = _are_known(largest.lacks.start_s, known, same_s)
    return OnComputer(largest.path, selected(largest.lacks, ~is_known))


def complete(found: OnComputer, night: StoredNight) -> None:
    """Add to a night's file what it lacks; all that it held stays.

    Raises UsageError where it is being written, EdgekitError when the disk fails; it is then as it
    was.
    """
    with open_night(found.path) as other:
        runs, begins_s = parts_of(other), [_begin_s(other, run) for run in other.runs]
        limits_s = [-np.inf, *begins_s[1:], np.inf]
        runs = [
            _with_decisions(run, found.lacks, begin_s, end_s)
            for run, (begin_s, end_s) in zip(runs, pairwise(limits_s), strict=True)
        ]
        old_end_s, new_end_s = other.end_s, float(found.lacks.start_s[-1]) + night.spec.window_s
        later = [event for event in night_events(night) if event.at_s > old_end_s]
        events = [*runs[-1].events]
        ending = [events.pop()] if events and events[-1].kind in ENDS_NIGHT else []
        if new_end_s > old_end_s + night.spec.window_s:
            events += later
            ending = [Event(new_end_s, EventKind.STOP)]
        detail = f"{len(found.lacks):,} decisions that the wearable stored"
        events += [Event(max(old_end_s, new_end_s), EventKind.COMPLETED, detail), *ending]
        runs[-1] = replace(runs[-1], events=events)
        write_copy(found.path, meta_of(other), runs, replaces=True)


def _shared_s(night: StoredNight, other: Night, greeting: Greeting) -> float:
    """Return how long the two are of one time, in s; 0 unless of one wearable, model and night."""
    hello, meta = greeting.hello, other.meta
    is_of_wearable = hello.wearable in meta.source
    if not is_of_wearable or meta.bundle_digest != greeting.model.digest:
        return 0.0
    shared_s = min(night.end_s, other.end_s) - max(night.start_s, other.start_s)
    shorter_s = min(night.end_s - night.start_s, other.end_s - other.start_s)
    return shared_s if shared_s >= LEAST_SHARED * shorter_s else 0.0


def _until_s(other: Night) -> float:
    """Return up to when a night may be completed: its end where somebody ended a live one."""
    kinds = {event.kind for event in other.events()[-1:]}
    is_ended = bool(kinds & {EventKind.STOP, EventKind.INTERRUPTED})
    return other.end_s if other.has_samples and is_ended else np.inf


def _are_known(
    start_s: NDArray[np.float64], known: Sequence[NDArray[np.float64]], within_s: float
) -> NDArray[np.bool_]:
    """Return for each start whether one of `known` is within so many seconds."""
    ordered = np.sort(np.concatenate([[-np.inf], *known, [np.inf]]))
    after = np.searchsorted(ordered, start_s).clip(1, len(ordered) - 1)
    nearest_s = np.minimum(start_s - ordered[after - 1], ordered[after] - start_s)
    return np.asarray(nearest_s < within_s)


def _begin_s(night: Night, run: int) -> float:
    """Return the time of a run's first sample or decision."""
    first = next(night.samples(run), None)
    starts_s = [float(at_s) for at_s in night.decisions(run).start_s[:1]]
    return min([*starts_s, *([first.start_s] if first else [])], default=night.end_s)


def _with_decisions(run: Parts, added: Decisions, begin_s: float, end_s: float) -> Parts:
    """Return a run with those of the decisions that lie in its time."""
    within = selected(added, (added.start_s >= begin_s) & (added.start_s < end_s))
    together = joined([*run.decisions, within])
    return replace(run, decisions=[selected(together, np.argsort(together.start_s))])
