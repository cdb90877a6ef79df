"""The table that edgekit data import prints: a row a file, with what was understood of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from edgekit.recording import Recording
from edgekit.text import duration, one_line, short

from .output import print_progress, print_result

if TYPE_CHECKING:
    from edgekit.train.datasets.imported import Imported

HEADINGS = (
    "file", "subject", "placement", "rate", "unit", "duration", "gaps", "labels",
    "left out, and why",
)  # fmt: skip
MOST_NAMES = 4  # in a field of the table


@dataclass(frozen=True)
class ReadFile:
    """A file: what it holds, or why it cannot be read."""

    path: Path
    imported: "Imported | None"
    problem: str = ""


def print_table(files: Sequence[ReadFile]) -> None:
    """Print a row a file, in columns as wide as they need, and its notes below it."""
    rows = {file.path: _row(file.path, file.imported) for file in files if file.imported}
    widths = [max(map(len, column)) for column in zip(HEADINGS, *rows.values(), strict=True)]
    if rows:
        _print_row(HEADINGS, widths)
    for file in files:
        if file.imported is None:
            print_result(f"not read: {file.problem}")
            continue
        _print_row(rows[file.path], widths)
        print_progress(f"  {file.path.name}: {file.imported.layout}")
        for note in file.imported.notes:
            print_result(f"  {note}")


def _print_row(row: Sequence[str], widths: Sequence[int]) -> None:
    fields = (f"{field:{width}}" for field, width in zip(row, widths, strict=True))
    print_result("  ".join(fields).rstrip())


def _row(path: Path, imported: "Imported") -> tuple[str, ...]:
    recordings = imported.recordings
    rates = [recording.rate_hz for recording in recordings]
    low, high = min(rates), max(rates)
    rate = f"{low:.4g}" if high <= 1.001 * low else f"{low:.4g} to {high:.4g}"
    left_out = ", ".join(f"{n:,} {cause}" for cause, n in imported.left_out.most_common())
    return (
        one_line(path.name),
        _listed([recording.subject for recording in recordings], "subjects"),
        _listed([recording.placement for recording in recordings], "placements"),
        f"{rate} Hz",
        imported.unit,
        duration(sum(recording.duration_s for recording in recordings)),
        str(imported.gaps),
        _labels(recordings),
        left_out or "nothing",
    )


def _listed(names: Sequence[str], several: str) -> str:
    known = list(dict.fromkeys(names))
    return ", ".join(map(short, known)) if len(known) <= MOST_NAMES else f"{len(known)} {several}"


def _labels(recordings: Sequence[Recording]) -> str:
    """Word which labels the samples have, the most frequent first, and how many have none."""
    counts: Counter[str] = Counter()
    for recording in recordings:
        if recording.label is None:
            continue
        codes, of_code = np.unique(recording.label[recording.label >= 0], return_counts=True)
        for code, count in zip(codes.tolist(), of_code.tolist(), strict=True):
            counts[recording.label_names[code]] += count
    if not counts:
        return "none"
    samples = sum(map(len, recordings))
    shares = [f"{short(name)} {_percent(n, samples)}" for name, n in counts.most_common(MOST_NAMES)]
    if len(counts) > MOST_NAMES:
        shares = [f"{len(counts)} labels: {', '.join(shares[:-1])}, ..."]
    unlabelled = samples - counts.total()
    return ", ".join([*shares, *([f"none {_percent(unlabelled, samples)}"] if unlabelled else [])])


def _percent(count: int, samples: int) -> str:
    percent = 100 * count / samples
    return f"{percent:.0f} %" if percent >= 1 else "below 1 %"
