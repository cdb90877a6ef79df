"""Label spans: which posture, or where the sensor was worn, from when to when; a CSV on disk.

The file `ann.labels.csv` beside `ann.npz` or `ann.night` holds what was labelled by hand, and
stands above the labels within. Its columns: start, end, posture, placement; a table of several
files has a column file before them. A time is seconds from the file's first sample, `1:02:30` from
there, or ISO 8601 (2026-03-01T22:15:00Z). An empty posture or placement says nothing of it.
"""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.files import write_text
from edgekit.recording import Recording
from edgekit.spec import TASKS, UNLABELLED, Task

ENDING = ".labels.csv"
COLUMNS = ("start", "end", *TASKS)
MOST_BYTES = 16 * 2**20


@dataclass(frozen=True)
class Moment:
    """A time in seconds: from the file's first sample, or UTC."""

    seconds: float
    is_utc: bool = False


@dataclass(frozen=True)
class LabelSpan:
    """What holds from `start` to before `end`; an empty name says nothing."""

    start: Moment
    end: Moment
    posture: str = ""
    placement: str = ""


def labels_beside(path: Path) -> Path:
    """Return where the hand-made labels of a recording or night are kept."""
    return path.with_name(_without_endings(path) + ENDING)


def read_spans_beside(path: Path) -> list[LabelSpan] | None:
    """Read the hand-made labels of a recording or night; None where there is no table beside it.

    Raises EdgekitError where the table is damaged, or names another file in its column file.
    """
    table = labels_beside(path)
    try:
        if not table.is_file():
            return None
    except OSError:  # of a recording whose name is as long as a name can be there is no table
        return None
    by_file = read_label_table(table)
    others = sorted(set(by_file) - {"", path.name, _without_endings(path)})
    if others:
        raise EdgekitError(
            f"{table} holds labels of another file, {others[0]}: beside {path.name} it may label "
            "that file alone. Move it away."
        )
    return [span for spans in by_file.values() for span in spans]


def read_label_table(path: Path) -> dict[str, list[LabelSpan]]:
    """Read the spans of each file; under "" where the table has no column file.

    Raises UsageError where there is no table, EdgekitError for a row that cannot be read.
    """
    if not path.is_file():
        raise UsageError(f"no table of labels at {path}")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise EdgekitError(f"{path} is larger than a table of labels: {MOST_BYTES:,} bytes")
        text = path.read_text(encoding="utf-8-sig")
        separator = max(",;\t", key=text.partition("\n")[0].count)
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EdgekitError(f"{path} is no table of labels: {error}") from None
    header = [name.strip().lower() for name in rows[0]] if rows else []
    if not {"start", "end"} <= set(header) or not set(TASKS) & set(header):
        raise EdgekitError(
            f"{path} is no table of labels: its first line must name the columns start, end and "
            f"posture or placement (and file), not {', '.join(header)[:100] or 'nothing'}"
        )
    spans: dict[str, list[LabelSpan]] = {}
    for line, row in enumerate(rows[1:], 2):
        if any(field.strip() for field in row):
            fields = dict(zip(header, (field.strip() for field in row), strict=False))
            spans.setdefault(fields.get("file", ""), []).append(_span(fields, f"{path}:{line}"))
    return spans


def write_label_table(path: Path, spans: Sequence[LabelSpan]) -> None:
    """Write the spans of one file, whole or not at all, in the order of their starts."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for span in sorted(spans, key=lambda span: (span.start.seconds, span.end.seconds)):
        table.writerow((_text(span.start), _text(span.end), span.posture, span.placement))
    write_text(path, text.getvalue())


def label_recordings(
    recordings: Sequence[Recording], spans: Sequence[LabelSpan]
) -> list[Recording]:
    """Label the gapless recordings of one file by spans, and cut them where the placement changes.

    Where a span says nothing, a recording's own label and placement stay. Raises EdgekitError where
    two spans disagree, or a time is UTC and the recordings are not.
    """
    if not recordings:
        return []
    timed = _timed(recordings, spans)
    labelled: list[Recording] = []
    for recording in recordings:
        names = {
            task: _names(recording, timed, [getattr(span, task) for span in spans])
            for task in TASKS
        }
        labelled += _at_each_placement(_with_postures(recording, names["posture"]), names)
    return labelled


def spans_outside(recordings: Sequence[Recording], spans: Sequence[LabelSpan]) -> list[LabelSpan]:
    """Return the spans in which the recordings of one file have no sample.

    Raises EdgekitError as `label_recordings` does.
    """
    return [
        span
        for span, (start_s, end_s) in zip(spans, _timed(recordings, spans), strict=True)
        if not any(start_s < each.end_s and end_s > each.start_s for each in recordings)
    ]


def _timed(
    recordings: Sequence[Recording], spans: Sequence[LabelSpan]
) -> list[tuple[float, float]]:
    """Return start and end of each span on the clock of the recordings of one file."""
    origin = min(recordings, key=lambda recording: recording.start_s)
    if origin.clock != "utc" and any(m.is_utc for span in spans for m in (span.start, span.end)):
        raise EdgekitError(
            f"{origin.source or 'the recording'} has a clock of its own: its labels cannot be "
            "dates. Write seconds from its first sample."
        )
    zero_s = {True: 0.0, False: origin.start_s}  # of a Moment's seconds, by whether it is UTC
    return [
        (zero_s[span.start.is_utc] + span.start.seconds, zero_s[span.end.is_utc] + span.end.seconds)
        for span in spans
    ]


def _names(
    recording: Recording, timed: Sequence[tuple[float, float]], of_spans: Sequence[str]
) -> NDArray[np.object_]:
    """Return the name of each sample (N,), "" where none is given."""
    names = np.full(len(recording), "", object)
    for (start_s, end_s), name in zip(timed, of_spans, strict=True):
        if not name:
            continue
        places = ((at_s - recording.start_s) * recording.rate_hz for at_s in (start_s, end_s))
        begin, end = (min(max(math.ceil(place - 1e-6), 0), len(names)) for place in places)
        others = {other for other in names[begin:end] if other and other != name}
        if others:
            raise EdgekitError(
                f"{recording.source or 'the recording'}: its labels say both {name!r} and "
                f"{min(others)!r} at {start_s - recording.start_s:.1f} s. Let one span end "
                "where the next begins."
            )
        names[begin:end] = name
    return names


def _with_postures(recording: Recording, names: NDArray[np.object_]) -> Recording:
    wanted = sorted({str(name) for name in names if name} - set(recording.label_names))
    if not any(names):
        return recording
    label_names = (*recording.label_names, *wanted)
    index = {name: k for k, name in enumerate(label_names)}
    label = np.full(len(recording), UNLABELLED, np.int16)
    if recording.label is not None:
        label[:] = recording.label
    for name in {str(name) for name in names if name}:
        label[names == name] = index[name]
    return replace(recording, label=label, label_names=label_names)


def _at_each_placement(
    recording: Recording, names: Mapping[Task, NDArray[np.object_]]
) -> list[Recording]:
    worn = np.where(names["placement"] == "", recording.placement, names["placement"])
    cuts = [0, *(np.flatnonzero(worn[1:] != worn[:-1]) + 1).tolist(), len(recording)]
    return [
        replace(recording.part(begin, end), placement=str(worn[begin]))
        for begin, end in pairwise(cuts)
        if end > begin
    ]


def _without_endings(path: Path) -> str:
    name = path.name.removesuffix(".gz")
    return name.rpartition(".")[0] or name


def _span(fields: Mapping[str, str], where: str) -> LabelSpan:
    try:
        start_text, end_text = fields["start"], fields["end"]
        start, end = _moment(start_text), _moment(end_text)
    except KeyError as error:
        raise EdgekitError(f"{where}: the row lacks its {error.args[0]}") from None
    except (ValueError, OverflowError):
        raise EdgekitError(
            f"{where}: {start_text!r} to {end_text!r} are not both seconds, h:mm:ss or "
            "a date and time with its zone (2026-03-01T22:15:00Z)"
        ) from None
    if start.is_utc != end.is_utc or not end.seconds > start.seconds:
        raise EdgekitError(f"{where}: {end_text!r} is not after {start_text!r}")
    return LabelSpan(start, end, *(fields.get(task, "") for task in TASKS))


def _moment(text: str) -> Moment:
    """Read a time. Raises ValueError where it is none, or a date without a zone."""
    if "-" in text[1:] or "T" in text:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError("no zone")
        return Moment(at.astimezone(UTC).timestamp(), is_utc=True)
    parts = [float(part) for part in text.split(":")]
    if len(parts) > 3 or not all(math.isfinite(part) and part >= 0 for part in parts):
        raise ValueError("no time")
    if any(part >= 60 for part in parts[1:]):  # 1:75 is a slip, not 2:15
        raise ValueError("more than 59 minutes or seconds")
    return Moment(sum(part * 60**k for k, part in enumerate(reversed(parts))))


def _text(moment: Moment) -> str:
    if moment.is_utc:
        return datetime.fromtimestamp(moment.seconds, UTC).isoformat().replace("+00:00", "Z")
    return f"{moment.seconds:.3f}".rstrip("0").rstrip(".")
