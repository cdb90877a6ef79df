"""LabelFile: the hand-made labels of a recording on disk, never overwritten unseen."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from edgekit.errors import EdgekitError
from edgekit.files import whole_file
from edgekit.label_spans import (
    LabelSpan,
    Moment,
    labels_beside,
    read_spans_beside,
    write_label_table,
)
from edgekit.spec import TASKS, Task

from .recorded_file import InWords, RecordedFile, Span

ABSENT = "absent"  # the version of a file that is not there
MOST_SPANS = 100_000
MOST_LETTERS = 80  # of a name
PERIOD_S = 0.001  # of the times on disk
TRIAL_BYTES = 4096

Lanes = Mapping[Task, Sequence[Span]]


@dataclass(frozen=True)
class Labels:
    """The spans of each task, in order and without an overlap, and the version of their file."""

    lanes: Lanes
    version: str


class LabelsChangedError(EdgekitError):
    """The file on disk is another than the one that was edited."""

    def __init__(self, labels: Labels) -> None:
        super().__init__("the labels were changed elsewhere meanwhile")
        self.labels = labels


class LabelFile:
    """Reads and writes X.labels.csv beside X; safe to use from several threads."""

    def __init__(self, recorded: RecordedFile, in_words: InWords = tuple) -> None:
        self.path = labels_beside(recorded.path)
        self._recorded, self._in_words = recorded, in_words
        self._writing = threading.Lock()

    def check_writable(self) -> None:
        """Raise EdgekitError where labels could not be saved, before somebody works for nothing."""
        trial = self.path.with_name(f".{self.path.name}.trial")
        try:
            with whole_file(trial) as file:
                file.write(bytes(TRIAL_BYTES))  # a full disk takes an empty file
            trial.unlink()
        except (OSError, EdgekitError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise EdgekitError(
                f"labels cannot be saved at {self.path}: {reason}. Copy "
                f"{self._recorded.path.name} to a folder of your own, and label it there."
            ) from None

    def version(self) -> str:
        """Return a word that is another for each content of the file."""
        try:
            return hashlib.sha256(self.path.read_bytes()).hexdigest()[:16]
        except FileNotFoundError:
            return ABSENT
        except OSError as error:
            raise EdgekitError(f"{self.path} cannot be read: {error.strerror}") from None

    def read(self) -> Labels:
        """Read the labels; none where there is no file.

        Raises EdgekitError where the table is damaged, contradicts itself or lies outside of the
        recording.
        """
        version = self.version()
        if version == ABSENT:
            return Labels({task: [] for task in TASKS}, version)
        rows = read_spans_beside(self._recorded.path) or []
        postures = self._in_words(tuple(row.posture for row in rows))
        rows = [replace(row, posture=name) for row, name in zip(rows, postures, strict=True)]
        return Labels({task: self._lane(task, rows) for task in TASKS}, version)

    def save(self, lanes: Lanes, version: str) -> Labels:
        """Write the labels in place of those of `version`.

        Raises LabelsChangedError where the file is another by now, OSError where the disk fails.
        """
        with self._writing:
            now = self.read()
            if now.lanes == lanes:  # a request that is repeated, whose answer was lost
                return now
            if now.version != version:
                raise LabelsChangedError(now)
            write_label_table(self.path, _rows(lanes))
            return Labels(lanes, self.version())

    def _lane(self, task: Task, rows: Sequence[LabelSpan]) -> list[Span]:
        duration_s = self._recorded.signal.duration_s
        named = sorted(
            (self._seconds(row.start), self._seconds(row.end), getattr(row, task))
            for row in rows
            if getattr(row, task)
        )
        lane: list[Span] = []
        for start_s, end_s, name in named:
            if end_s <= 0 or start_s >= duration_s:
                raise EdgekitError(
                    f"{self.path}: {name!r} from {start_s:g} to {end_s:g} s lies outside of the "
                    f"recording, which is {duration_s:g} s long. Is it the table of another one?"
                )
            if lane and start_s < lane[-1].end_s - PERIOD_S / 2:
                if name != lane[-1].name:
                    raise EdgekitError(
                        f"{self.path} says both {lane[-1].name!r} and {name!r} at {start_s:g} s. "
                        "Let one row end where the next begins."
                    )
                end_s = max(end_s, lane[-1].end_s)
                lane[-1] = Span(lane[-1].start_s, _rounded(min(end_s, duration_s)), name)
                continue
            lane.append(Span(_rounded(max(start_s, 0.0)), _rounded(min(end_s, duration_s)), name))
        return lane

    def _seconds(self, moment: Moment) -> float:
        if not moment.is_utc:
            return moment.seconds
        if not self._recorded.is_utc:
            raise EdgekitError(
                f"{self.path} has dates, and {self._recorded.path.name} a clock of its own: "
                "write seconds from its first sample"
            )
        return moment.seconds - self._recorded.start_s


def lanes_from_json(fields: Any, duration_s: float) -> Lanes:
    """Check spans as the page sends them: {"posture": [[start_s, end_s, name], ...], ...}.

    Raises EdgekitError where one is no span of the recording, or two of a task overlap.
    """
    if not isinstance(fields, dict) or set(fields) != set(TASKS):
        raise EdgekitError(f"labels are spans of {' and '.join(TASKS)}")
    return {task: _checked_lane(fields[task], duration_s) for task in TASKS}


def lanes_to_json(lanes: Lanes) -> dict[str, list[list[Any]]]:
    return {task: [[s.start_s, s.end_s, s.name] for s in lanes[task]] for task in TASKS}


def check_name(name: object) -> str:
    """Return a label's name. Raises EdgekitError unless it is a short line of text."""
    if not isinstance(name, str) or not name.strip() or name != name.strip():
        raise EdgekitError(f"a label is a word without blanks around it, not {name!r}")
    if len(name) > MOST_LETTERS or not name.isprintable():
        raise EdgekitError(f"a label has at most {MOST_LETTERS} printable letters: {name[:40]!r}")
    return name


def _checked_lane(rows: Any, duration_s: float) -> list[Span]:
    if not isinstance(rows, list) or len(rows) > MOST_SPANS:
        raise EdgekitError(f"a task has a list of at most {MOST_SPANS:,} spans")
    lane = [_checked_span(row, duration_s) for row in rows]
    for before, after in pairwise(lane):
        if after.start_s < before.end_s:
            raise EdgekitError(f"{before.name!r} and {after.name!r} overlap at {after.start_s:g} s")
    return lane


def _checked_span(row: Any, duration_s: float) -> Span:
    if not isinstance(row, list) or len(row) != 3:
        raise EdgekitError(f"a span is its start, its end and its name, not {str(row)[:60]}")
    start, end, name = row
    if any(isinstance(at, bool) or not isinstance(at, int | float) for at in (start, end)):
        raise EdgekitError(f"a span's times are seconds, not {start!r} and {end!r}")
    if not 0 <= start < end <= duration_s + PERIOD_S or end - start < PERIOD_S / 2:
        raise EdgekitError(f"{start!s:.20} to {end!s:.20} s is no span of {duration_s:g} s")
    return Span(_rounded(start), _rounded(end), check_name(name))


def _rounded(at_s: float) -> float:
    return round(float(at_s), 3)


def _rows(lanes: Lanes) -> list[LabelSpan]:
    """Return the rows of the table; a posture and a placement of the same span share one."""
    rows: dict[tuple[float, float], dict[str, str]] = {}
    for task in TASKS:
        for span in lanes[task]:
            rows.setdefault((span.start_s, span.end_s), {})[task] = span.name
    return [
        LabelSpan(Moment(start_s), Moment(end_s), **names)
        for (start_s, end_s), names in rows.items()
    ]
