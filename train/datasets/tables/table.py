"""Read a table of acceleration as people export it: CSV, TSV and their like, to Recordings."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError, UsageError
from edgekit.recording import Clock, Recording
from edgekit.recording_checks import HIGHEST_HZ, LOWEST_HZ, MOST_LABELS, YEAR_2100_S
from edgekit.resample import same_rate
from edgekit.stretches import stretches

from ..imported import Imported
from ..lines import BadLines, describe
from ..raw_files import plain_name
from ..split_at_gaps import count_breaks
from .columns import Columns, find_columns
from .preamble import Preamble, read_preamble, refuse_epochs
from .rows import Rows, read_columns
from .stamps import StampReader, find_zone, over_midnight, stamp_reader
from .text import Dialect, read_dialect
from .times import (
    UNITS_S,
    Timing,
    find_timing,
    is_unix,
    repeated_rows,
    time_unit,
    timing_notes,
)
from .units import in_g, length_of_g

MOST_FRACTIONS = 20  # labels such as 2.5; more of them are measurements
MOST_RECORDINGS = 20_000  # a file in more pieces is not a recording with gaps


@dataclass(frozen=True)
class TableOptions:
    """What the user decides; None where the file has to say it."""

    columns: str | None = None  # time,x,y,z,label or x=ax,y=ay,z=az
    unit: str | None = None  # g, m/s2, mg, counts:256
    rate_hz: float | None = None
    time_unit: str | None = None  # s, ms, us, ns
    dates: str | None = None  # mdy, dmy
    zone: str | None = None  # of stamps without a zone
    subject: str | None = None
    placement: str | None = None

    def check(self) -> None:
        """Check what does not depend on a file. Raises UsageError."""
        if self.unit:
            length_of_g(self.unit)
        if self.rate_hz is not None and not LOWEST_HZ <= self.rate_hz <= HIGHEST_HZ:
            raise UsageError(
                f"--rate {self.rate_hz:g}: it must be {LOWEST_HZ:g} to {HIGHEST_HZ:g} Hz"
            )
        find_zone(self.zone)
        if self.dates not in (None, "mdy", "dmy", "ymd"):
            raise UsageError(f"--dates {self.dates}: the orders are mdy, dmy and ymd")


def parse_table(content: bytes, path: Path, options: TableOptions) -> Imported:
    """Read the content of a file of text, in which each line is a sample.

    Raises UsageError where it is no table, or two readings are possible (the message names the
    option that decides); EdgekitError where it is damaged or holds no samples.
    """
    zone = find_zone(options.zone)
    dialect = read_dialect(content, path)
    refuse_epochs(dialect.preamble, path)
    columns = find_columns(dialect, options.columns, path)
    preamble = read_preamble(dialect.preamble, zone, path)
    stamps = None
    if columns.time is not None:
        first = [row[columns.time] for row in dialect.first_rows if len(row) > columns.time]
        if _is_text(first, dialect.decimal):
            stamps = stamp_reader(first, options.dates, zone, path)
    bad: BadLines = Counter()
    rows = read_columns(content, dialect, columns, stamps, bad)
    if not len(rows):
        raise EdgekitError(f"{path} holds no good line ({describe(bad)}). Get the file again.")
    _check_labels(rows.labels, path)
    rows, twice = _without_doubles(rows)
    xyz_g, unit, doubts = in_g(rows.xyz, columns.unit, options.unit, path)
    clocked = _Clocked.of(rows, columns, stamps, preamble, options, path)
    recordings: list[Recording] = []
    timings: list[Timing] = []
    for subject, chosen in _subjects(rows, preamble, options, path):
        timing = clocked.timing(chosen, path)
        timings.append(timing)
        recordings += [
            Recording(
                xyz_g=xyz_g[chosen[begin:end]],
                rate_hz=rate_hz,
                subject=subject,
                placement=options.placement or preamble.placement or "unknown",
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
    layout = f"{dialect.describe()}, {_layout(dialect, columns)}, {clocked.kind}"
    return Imported(recordings, unit, layout, gaps, bad, tuple(notes))


@dataclass(frozen=True)
class _Clocked:
    """The rows with their times in seconds, or with a rate alone."""

    rows: Rows
    time_s: NDArray[np.float64] | None
    rate_hz: float | None  # stated
    start_s: float
    clock: Clock
    kind: str  # in words
    notes: tuple[str, ...]

    @staticmethod
    def of(
        rows: Rows,
        columns: Columns,
        stamps: StampReader | None,
        preamble: Preamble,
        options: TableOptions,
        path: Path,
    ) -> "_Clocked":
        stated = options.rate_hz or preamble.rate_hz
        if rows.time is None or len(rows) < 2:
            if stated is None:
                raise UsageError(
                    f"{path} has no time column and says no rate. Give it with --rate."
                )
            start = preamble.start_s
            zoned: Clock = "utc" if start is not None and options.zone else "device"
            kind = "rate " + ("by --rate" if options.rate_hz else "in its header")
            return _Clocked(rows, None, stated, start or 0.0, zoned, kind, ())
        if stamps is not None:
            time_s = rows.time if stamps.has_date else over_midnight(rows.time)
            clock: Clock = "utc" if stamps.has_zone else "device"
            notes = () if stamps.has_zone else ("times without a zone: --zone makes them UTC",)
            return _Clocked(rows, time_s, stated, 0.0, clock, f"time as {stamps.kind}", notes)
        unit = time_unit(rows.time, columns.time_unit, options.time_unit, path)
        time_s = rows.time * UNITS_S[unit]
        clock = "utc" if is_unix(float(time_s[0])) else "device"
        kind = f"time in {unit}" + (", Unix" if clock == "utc" else "")
        return _Clocked(rows, time_s, stated, 0.0, clock, kind, ())

    def timing(self, chosen: NDArray[np.intp], path: Path) -> Timing:
        """Return stretches and rates of the chosen rows."""
        if self.time_s is None or len(chosen) < 2:
            return self._counted(chosen)
        timing = find_timing(self.time_s[chosen], path)
        longest = max(range(len(timing.stretches)), key=lambda k: np.ptp(timing.stretches[k]))
        measured = timing.rates_hz[longest]
        if self.rate_hz and not same_rate(self.rate_hz, measured):
            raise UsageError(
                f"{path}: its times say {measured:.4g} Hz, and the rate is stated as "
                f"{self.rate_hz:.4g} Hz. Decide with --rate {measured:.4g}, or skip the time "
                "column with --columns -,x,y,z."
            )
        return timing

    def _counted(self, chosen: NDArray[np.intp]) -> Timing:
        """Return the timing of rows without times: a row that was left out is a gap."""
        rate_hz = self.rate_hz or 1.0
        number = self.rows.number[chosen]
        parts = stretches(count_breaks(number))
        starts = tuple(self.start_s + float(number[begin]) / rate_hz for begin, _ in parts)
        return Timing(tuple(parts), (rate_hz,) * len(parts), starts, len(parts) - 1, 0, 0.0, 0.0, 0)


def _check_labels(labels: tuple[str, ...], path: Path) -> None:
    """Refuse a column of measurements for labels. Raises UsageError."""
    fractions = sum(_is_fraction(label) for label in labels)
    if len(labels) > MOST_LABELS or fractions > MOST_FRACTIONS:
        kind = "numbers with fractions" if fractions > MOST_FRACTIONS else "words"
        raise UsageError(
            f"{path}: the label column holds {len(labels):,} {kind}, which are no labels. Skip it "
            "with - in --columns."
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


def _subjects(
    rows: Rows, preamble: Preamble, options: TableOptions, path: Path
) -> list[tuple[str, NDArray[np.intp]]]:
    """Return each subject and the places of its rows."""
    name = options.subject or preamble.subject or path.name.partition(".")[0]
    if rows.subject is None or options.subject:
        return [(name, np.arange(len(rows)))]
    return [
        (rows.subjects[code] if code >= 0 else name, np.flatnonzero(rows.subject == code))
        for code in np.unique(rows.subject)
    ]


def _is_text(values: list[str], decimal: str) -> bool:
    numbers = 0
    for value in values:
        try:
            float(value.replace(decimal, "."))
            numbers += 1
        except ValueError:
            pass
    return 2 * numbers < len(values)


def _layout(dialect: Dialect, columns: Columns) -> str:
    """Return which columns were taken, by their names or numbers."""

    def name(place: int) -> str:
        return dialect.header[place] if place < len(dialect.header) else str(place + 1)

    return "x, y, z = " + ", ".join(name(place) for place in columns.xyz)
