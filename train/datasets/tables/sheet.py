"""Sheet: the rows of a file in columns, read from text, Parquet or EDF; and its Recordings."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import Recording
from edgekit.recording_checks import HIGHEST_HZ, LOWEST_HZ, MOST_LABELS, YEAR_2100_S
from edgekit.text import short

from ..imported import Imported
from ..lines import BadLines, describe
from ..raw_files import plain_name
from .clocked import clocked_rows
from .columns import Columns
from .options import TableOptions
from .preamble import Preamble
from .rows import Rows
from .stamps import StampReader
from .times import Timing, repeated_rows, timing_notes
from .units import in_g

MOST_FRACTIONS = 20  # labels such as 2.5; more of them are measurements
LEAST_ROWS = 10  # of a subject, on average: fewer, and the column counts rows
MOST_RECORDINGS = 20_000  # a file in more pieces is not a recording with gaps


@dataclass(frozen=True)
class Sheet:
    """The good rows of a file, and what else it says of them."""

    rows: Rows
    columns: Columns
    header: tuple[str, ...]  # the columns' names; empty where the file has none
    stamps: StampReader | None  # where times were text or dates, and are seconds now
    preamble: Preamble
    left_out: BadLines
    layout: str  # of the file, in words


def imported_sheet(sheet: Sheet, path: Path, options: TableOptions) -> Imported:
    """Find unit, clock and gaps, and return the Recordings of each subject.

    Raises UsageError where two readings are possible (the message names the option that decides),
    EdgekitError where no row is good.
    """
    rows, columns, preamble = sheet.rows, sheet.columns, sheet.preamble
    if not len(rows):
        raise EdgekitError(
            f"{path} holds no good line ({describe(sheet.left_out)}). Get the file again."
        )
    _check_labels(rows.labels, path)
    _check_sensors(sheet, path)
    rows, twice = _without_doubles(rows)
    xyz_g, unit, doubts = in_g(rows.xyz, columns.unit, options.unit, path)
    clocked = clocked_rows(rows, columns, sheet.stamps, preamble, options, path)
    recordings: list[Recording] = []
    timings: list[Timing] = []
    for subject, placement, chosen in _wearers(rows, preamble, options, path):
        timing = clocked.timing(chosen, path)
        timings.append(timing)
        recordings += [
            Recording(
                xyz_g=xyz_g[chosen[begin:end]],
                rate_hz=rate_hz,
                subject=subject,
                placement=placement,
                label=None
                if rows.label is None
                else rows.label[chosen[begin:end]].astype(np.int16),
                label_names=rows.labels,
                start_s=start_s,
                clock=clocked.clock,
                source=plain_name(path),
            )
            for (begin, end), rate_hz, start_s in zip(
                timing.stretches, timing.rates_hz, timing.starts_s, strict=True
            )
        ]
    _check_recordings(recordings, path)
    notes = [*columns.notes, *doubts, *clocked.notes, *timing_notes(timings, twice)]
    gaps = sum(timing.gaps for timing in timings)
    layout = f"{sheet.layout}, {_layout(sheet.header, columns)}, {clocked.kind}"
    return Imported(recordings, unit, layout, gaps, sheet.left_out, tuple(notes))


def _check_labels(labels: tuple[str, ...], path: Path) -> None:
    """Refuse a column of measurements for labels. Raises UsageError."""
    fractions = sum(_is_fraction(label) for label in labels)
    if len(labels) > MOST_LABELS or fractions > MOST_FRACTIONS:
        kind = "numbers with fractions" if fractions > MOST_FRACTIONS else "words"
        raise UsageError(
            f"{path}: the label column holds {len(labels):,} {kind}, which are no labels. Skip it "
            "with - in --columns."
        )


def _check_sensors(sheet: Sheet, path: Path) -> None:
    """Refuse rows of several sensors, which are no series of one. Raises UsageError."""
    sensors, column = sheet.rows.sensors, sheet.columns.sensor
    if column is None or len(sensors) < 2:
        return
    name = sheet.header[column]
    raise UsageError(
        f"{path} holds rows of {len(sensors)} sensors in its column {name} "
        f"({', '.join(map(short, sensors[:4]))}). Make a file of each, or, where they are places "
        f"on the body, name it in --columns time=...,x=...,y=...,z=...,placement={name}."
    )


def _is_fraction(label: str) -> bool:
    try:
        return not float(label).is_integer()
    except ValueError:
        return False


def _check_recordings(recordings: list[Recording], path: Path) -> None:
    """Refuse what no sensor writes. Raises UsageError."""
    if len(recordings) > MOST_RECORDINGS:
        raise UsageError(
            f"{path}: its times break into {len(recordings):,} pieces. Name the time column with "
            "--columns, or skip it with --columns -,x,y,z and give --rate."
        )
    for recording in recordings:
        if not LOWEST_HZ <= recording.rate_hz <= HIGHEST_HZ:
            raise UsageError(
                f"{path}: its times give {recording.rate_hz:.4g} Hz, which no accelerometer has. "
                "Name their unit with --time-unit."
            )
        if abs(recording.start_s) > YEAR_2100_S:
            raise UsageError(
                f"{path}: its times begin at {recording.start_s:.4g} s, past the year 2100. Name "
                "their unit with --time-unit."
            )


def _without_doubles(rows: Rows) -> tuple[Rows, int]:
    """Leave out rows that stand twice; return how many."""
    if rows.time is None:
        return rows, 0
    twice = repeated_rows(rows.time, rows.xyz)
    return (rows.where(~twice), int(twice.sum())) if twice.any() else (rows, 0)


def _wearers(
    rows: Rows, preamble: Preamble, options: TableOptions, path: Path
) -> list[tuple[str, str, NDArray[np.intp]]]:
    """Return each subject and placement, and the places of its rows.

    Raises UsageError where the column of subjects cannot be one.
    """
    subject = options.subject or preamble.subject or path.name.partition(".")[0]
    placement = options.placement or preamble.placement or "unknown"
    if rows.subject is not None and len(rows) < LEAST_ROWS * len(rows.subjects) > LEAST_ROWS:
        raise UsageError(
            f"{path}: the column of subjects holds {len(rows.subjects):,} names in {len(rows):,} "
            "rows, which are no people. Skip it with - in --columns, or name --subject."
        )
    codes = np.full((len(rows), 2), -1, np.int64)
    if rows.subject is not None and not options.subject:
        codes[:, 0] = rows.subject
    if rows.placement is not None and not options.placement:
        codes[:, 1] = rows.placement
    _, first, of_row = np.unique(codes, axis=0, return_index=True, return_inverse=True)
    of_row = of_row.reshape(-1)
    return [
        (
            rows.subjects[codes[k, 0]] if codes[k, 0] >= 0 else subject,
            rows.placements[codes[k, 1]] if codes[k, 1] >= 0 else placement,
            np.flatnonzero(of_row == index),
        )
        for index, k in enumerate(first)
    ]


def _layout(header: tuple[str, ...], columns: Columns) -> str:
    """Return which columns were taken, by their names or numbers."""

    def name(place: int) -> str:
        return header[place] if place < len(header) else str(place + 1)

    return "x, y, z = " + ", ".join(name(place) for place in columns.xyz)
