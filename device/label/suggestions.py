"""Suggestions: labels by a bundle, or by a night's own decisions; saved only when accepted."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from edgekit.bundle import Bundle
from edgekit.errors import EdgekitError
from edgekit.night.columns import joined
from edgekit.night.copy import parts_of
from edgekit.night.night import WORN, Decisions
from edgekit.night.reader import open_night
from edgekit.recording import load_recording
from edgekit.spec import TASKS, Spec, Task
from edgekit.stretches import stretches

from ..decide.answer import BundleAnswer
from ..rescore import decide_anew
from ..sources.source import Chunk
from .recorded_file import RecordedFile, is_night

NOWHERE = -1  # the code of a window that is not worn
CHUNK_S = 60.0
LATE_HOPS = 4  # by which smoothing follows a turn at most

Progress = Callable[[float], None]  # of the share that is done


@dataclass(frozen=True)
class Suggestion:
    """A smoothed answer that holds from `start_s` to before `end_s`, from the first sample."""

    start_s: float
    end_s: float
    name: str
    confidence: float  # 0..1, the mean of its windows'


Suggested = Mapping[Task, Sequence[Suggestion]]


class Suggestions:
    """Decides in a thread, because a night takes a while; the page asks how far it is."""

    def __init__(
        self, recorded: RecordedFile, bundle: Bundle | None, changes_s: Sequence[float]
    ) -> None:
        """Without a bundle, a night's own decisions are suggested, and nothing for a Recording."""
        self._recorded, self._bundle, self._changes_s = recorded, bundle, changes_s
        self._state: Literal["none", "deciding", "ready", "failed"] = "none"
        self._share, self._problem = 0.0, ""
        self._suggested: Suggested = {}

    def start(self) -> None:
        if self._bundle is None and not is_night(self._recorded.path):
            return
        self._state = "deciding"
        threading.Thread(target=self._decide, daemon=True).start()

    def to_json(self) -> dict[str, Any]:
        rows = {
            task: [[s.start_s, s.end_s, s.name, s.confidence] for s in suggestions]
            for task, suggestions in self._suggested.items()
        }
        return {
            "state": self._state, "share": self._share, "problem": self._problem, "lanes": rows,
        }  # fmt: skip

    def _decide(self) -> None:
        try:
            self._suggested = suggest(
                self._recorded, self._bundle, self._changes_s, self._set_share
            )
            self._state = "ready"
        except Exception as error:  # of the model: the page works without it, and shows why
            self._problem = str(error) or type(error).__name__
            self._state = "failed"

    def _set_share(self, share: float) -> None:
        self._share = round(share, 3)


def suggest(
    recorded: RecordedFile, bundle: Bundle | None, changes_s: Sequence[float], progress: Progress
) -> Suggested:
    """Return the bundle's smoothed answers as spans; without one, those that a night holds.

    A turn between two answers is moved to the change of the signal (changes.py) shortly before it,
    because smoothing follows some windows late.
    """
    path, duration_s = recorded.path, recorded.signal.duration_s
    if is_night(path):
        with open_night(path) as night:
            origin_s, spec = recorded.start_s, (bundle.spec if bundle else night.spec)
            if bundle is None:
                parts = [night.decisions()]
            else:
                parts = []
                for run in parts_of(night):
                    answer = BundleAnswer(bundle, night.meta.exact_rate, night.meta.calibration)
                    exact = night.meta.exact_rate
                    for part in decide_anew(run.samples, answer, exact, run.events):
                        parts.append(part)
                        progress(float(part.start_s[-1] - origin_s) / duration_s)
    elif bundle is not None:
        spec, origin_s = bundle.spec, 0.0
        parts = list(_of_recording(path, bundle, progress))
    else:
        return {}
    filled = [part for part in parts if len(part)]
    if not filled:
        raise EdgekitError(f"it is too short: a window is {spec.window_s:g} s")
    decisions = joined(filled)
    changes = np.array(changes_s, np.float64)
    return {
        task: _at_changes(
            list(_spans(decisions, task, spec, origin_s, duration_s)), changes, spec.hop_s
        )
        for task in TASKS
    }


def _at_changes(
    spans: list[Suggestion], changes_s: NDArray[np.float64], hop_s: float
) -> list[Suggestion]:
    """Move each turn from one span to the next to the nearest change, where one is near."""
    for index, (before, after) in enumerate(pairwise(spans)):
        turn_s = after.start_s
        near = changes_s[
            (changes_s >= max(turn_s - LATE_HOPS * hop_s, before.start_s + hop_s))
            & (changes_s <= min(turn_s + hop_s, after.end_s - hop_s))
        ]
        if before.end_s != turn_s or not len(near):
            continue
        nearest_s = float(near[np.abs(near - turn_s).argmin()])
        spans[index] = replace(spans[index], end_s=nearest_s)
        spans[index + 1] = replace(after, start_s=nearest_s)
    return spans


def _of_recording(path: Path, bundle: Bundle, progress: Progress) -> Iterator[Decisions]:
    recording = load_recording(path)
    answer = BundleAnswer(bundle)
    step = max(1, round(CHUNK_S * recording.rate_hz))
    for begin in range(0, len(recording), step):
        xyz_g = recording.xyz_g[begin : begin + step]
        decided = answer.push(Chunk(xyz_g, begin / recording.rate_hz, recording.rate_hz))
        if decided is not None:
            yield decided
        progress(begin / len(recording))
    last = answer.restart()
    if last is not None:
        yield last


def _spans(
    decisions: Decisions, task: Task, spec: Spec, origin_s: float, duration_s: float
) -> Iterator[Suggestion]:
    """Join windows of the same answer; a window stands for a hop about its middle."""
    is_worn = decisions.state == WORN
    code: NDArray[np.int64] = np.where(is_worn, getattr(decisions, task), NOWHERE)
    confidence = getattr(decisions, f"{task}_confidence")
    at_s = decisions.start_s - origin_s
    is_gap = np.append(False, np.diff(at_s) > spec.gap_s)
    is_turn = np.append(False, code[1:] != code[:-1])
    lead_s = (spec.window_s - spec.hop_s) / 2
    for begin, end in stretches(is_gap | is_turn):
        if code[begin] == NOWHERE:
            continue
        follows = begin > 0 and not is_gap[begin]
        is_followed = end < len(code) and not is_gap[end]
        start_s = float(at_s[begin]) + (lead_s if follows else 0.0)
        end_s = float(at_s[end - 1]) + (lead_s + spec.hop_s if is_followed else spec.window_s)
        yield Suggestion(
            round(max(start_s, 0.0), 3),
            round(min(end_s, duration_s), 3),
            spec.labels(task)[code[begin]],
            round(float(confidence[begin:end].mean()), 3),
        )
