"""Read EDF and EDF+ with three signals of acceleration among others, also in pieces (EDF+D).

Kemp and Olivan, "European data format 'plus' (EDF+)", Clin. Neurophysiol. 114 (2003) 1755-1761.
The header's date and time are of the clock on the wall, without a zone. edgekit's own export holds
the last value over a gap and annotates it: these values are left out again.
"""

import io
import math
import re
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edgekit.distribution import install_line
from edgekit.errors import EdgekitError, UsageError
from edgekit.label_spans import LabelSpan, Moment, label_recordings
from edgekit.stretches import TOLERANCE_PERIODS

from .imported import Imported
from .lines import NON_NUMERIC, BadLines, describe
from .tables.columns import Columns, find_columns
from .tables.options import TableOptions
from .tables.preamble import Preamble
from .tables.rows import Rows, good_rows
from .tables.sheet import Sheet, imported_sheet
from .tables.stamps import find_zone
from .tables.text import Dialect
from .tables.units import WORDS

if TYPE_CHECKING:
    import edfio

MAGIC = b"0       "
GAP = "gap"  # as edgekit's export annotates it
HELD = "held over a gap"
ONSET = re.compile(rb"([+-]\d+(?:\.\d*)?)(?:\x15[^\x14]*)?\x14\x14\x00")
# What edfio, and numpy below it, raise at a damaged header.
_DAMAGE = (
    ValueError, KeyError, IndexError, TypeError, ArithmeticError, AttributeError, EOFError,
    StopIteration, RuntimeError, NameError, AssertionError, MemoryError,
)  # fmt: skip


def recognises(content: bytes) -> bool:
    """Tell an EDF by its version and the length of its header, which is a number of 256s."""
    length = content[184:192].strip()
    return content.startswith(MAGIC) and length.isdigit() and int(length) % 256 == 0


def parse(content: bytes, path: Path, options: TableOptions) -> Imported:
    """Read an EDF's acceleration; with `options.annotations` what was annotated becomes labels.

    Raises UsageError where no three signals are acceleration or several are, EdgekitError where the
    file is damaged.
    """
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            sheet, labels, notes = _read(content, path, options)
    except ModuleNotFoundError:
        raise EdgekitError(
            f"{path}: EDF is read by edfio, which is not installed: {install_line('train')}"
        ) from None
    except _DAMAGE as error:
        raise EdgekitError(
            f"{path} is a damaged EDF: {str(error)[:200] or type(error).__name__}. Get the file "
            "again."
        ) from None
    imported = imported_sheet(sheet, path, options)
    notes += list(dict.fromkeys(str(warning.message) for warning in warned))
    recordings = label_recordings(imported.recordings, labels)
    return replace(imported, recordings=recordings, notes=(*imported.notes, *notes))


def _read(
    content: bytes, path: Path, options: TableOptions
) -> tuple[Sheet, list[LabelSpan], list[str]]:
    import edfio

    edf = edfio.read_edf(io.BytesIO(content))
    columns = _columns(edf, path, options)
    axes = [edf.signals[k] for k in columns.xyz]
    first, *others = axes
    if any(
        (other.samples_per_data_record, other.physical_dimension)
        != (first.samples_per_data_record, first.physical_dimension)
        for other in others
    ):
        raise UsageError(
            f"{path}: {', '.join(axis.label for axis in axes)} differ in rate or unit. Name three "
            "that are alike with --columns x=...,y=...,z=..."
        )
    record_s = edf.data_record_duration
    if not (record_s > 0 and edf.num_data_records > 0):
        raise EdgekitError(f"{path} holds no samples: {edf.num_data_records} records")
    rate_hz = first.samples_per_data_record / record_s
    xyz = np.stack([axis.data for axis in axes], axis=1)
    # A scale of whole numbers seldom has a 0: the nearest is within a step of it.
    steps = [(a.physical_max - a.physical_min) / (a.digital_max - a.digital_min) for a in axes]
    xyz[(np.abs(xyz) <= np.abs(steps)).all(axis=1)] = 0
    onsets_s = _onsets(content, edf, path)
    number = _numbers(onsets_s, record_s, first.samples_per_data_record)
    lasting = [each for each in edf.annotations if each.duration]
    bad: BadLines = Counter()
    is_own = "edgekit" in edf.local_recording_identification and edf.reserved.startswith("EDF+C")
    gaps = [each for each in lasting if is_own and each.text == GAP]
    measured = _outside(gaps, len(number), rate_hz)
    if not measured.all():
        bad[HELD] = int((~measured).sum())
    kept = good_rows(xyz, measured, stamped=False, bad=bad)
    bad -= Counter({NON_NUMERIC: bad[NON_NUMERIC]})  # these are the held ones
    if not kept.any():
        raise EdgekitError(f"{path} holds no good sample ({describe(bad)})")
    rows = Rows(number[kept], xyz[kept], None, None, (), None, ())
    start_s = _start_s(edf, options)
    preamble = Preamble(rate_hz, start_s, _subject(edf), None)
    layout = edf.reserved.strip() if edf.reserved.startswith("EDF+") else "EDF"
    sheet = Sheet(rows, columns, edf.labels, None, preamble, bad, layout)
    first_s = float(number[kept].min()) / rate_hz  # from which a label's seconds count
    labels = [
        LabelSpan(
            Moment(max(each.onset - first_s, 0.0)),
            Moment(each.onset - first_s + (each.duration or 0.0)),
            each.text,
        )
        for each in lasting
        if options.annotations
        and each not in gaps
        and each.onset + (each.duration or 0.0) > max(first_s, 0.0)
    ]
    notes = [] if start_s is not None else ["its date was taken out: its times begin at 0"]
    if lasting and not options.annotations and len(lasting) > len(gaps):
        whose = " (a net's decisions)" if is_own else ""
        notes.append(
            f"{len(lasting) - len(gaps):,} annotations with a duration{whose} are not taken as "
            "labels; --annotations takes them"
        )
    return sheet, labels, notes


def _columns(edf: "edfio.Edf", path: Path, options: TableOptions) -> Columns:
    """Find x, y and z among the signals, by --columns or by their names, and their unit."""
    names = tuple(signal.label for signal in edf.signals)
    if not names:
        raise EdgekitError(f"{path} holds annotations alone, and no signal")
    dialect = Dialect("ascii", ",", ".", "", (), names, 0, len(names), ())
    columns = find_columns(dialect, options.columns, path)
    unit = edf.signals[columns.xyz[0]].physical_dimension.strip()
    return replace(
        columns,
        time=None,
        label=None,
        subject=None,
        placement=None,
        sensor=None,
        unit=unit if unit.lower() in WORDS else "",
    )


def _onsets(content: bytes, edf: "edfio.Edf", path: Path) -> NDArray[np.float64]:
    """Return when each record begins, in s from the start.

    EDF+D says it of each record, first in the record's first signal of annotations.
    """
    if not edf.reserved.startswith("EDF+D"):
        return np.asarray(np.arange(edf.num_data_records) * edf.data_record_duration, np.float64)
    head, records = edf.bytes_in_header_record, edf.num_data_records
    size = (len(content) - head) // records
    onsets = []
    for index in range(records):
        found = ONSET.search(content, head + index * size, head + (index + 1) * size)
        if found is None:
            raise EdgekitError(f"{path}: record {index + 1} of this EDF+D does not say its time")
        onsets.append(float(found[1]))
    return np.array(onsets)


def _numbers(onsets_s: NDArray[np.float64], record_s: float, samples: int) -> NDArray[np.int64]:
    """Return each sample's place (N,) on an even grid; after a gap at the nearest.

    Records of a clock that drifts by less than a sample follow each other.
    """
    late_s = np.diff(onsets_s) - record_s
    breaks = np.append(True, np.abs(late_s) > TOLERANCE_PERIODS * record_s / samples)
    first = np.flatnonzero(breaks)
    of_record = np.repeat(first, np.diff(np.append(first, len(onsets_s))))
    since = np.arange(len(onsets_s)) - of_record
    places = np.rint(onsets_s[of_record] * samples / record_s).astype(np.int64) + since * samples
    return (places[:, None] + np.arange(samples)).reshape(-1)


def _outside(
    gaps: "Sequence[edfio.EdfAnnotation]", samples: int, rate_hz: float
) -> NDArray[np.bool_]:
    """Mark the samples (N,) of an even grid that lie in no annotated gap."""
    outside = np.ones(samples, np.bool_)
    for gap in gaps:
        begin, end = (
            max(0, math.ceil(at_s * rate_hz - 0.5))
            for at_s in (gap.onset, gap.onset + (gap.duration or 0.0))
        )
        outside[begin:end] = False
    return outside


def _start_s(edf: "edfio.Edf", options: TableOptions) -> float | None:
    """Return the start as if its zone were UTC, or in the zone of --zone; None without a date."""
    try:
        start = datetime.combine(edf.startdate, edf.starttime)
    except ValueError:
        return None
    return start.replace(tzinfo=find_zone(options.zone) or UTC).timestamp()


def _subject(edf: "edfio.Edf") -> str | None:
    """Return the code of the wearer, never the name; None where there is none."""
    try:
        code = edf.patient.code
    except ValueError:
        return None
    return code if code not in ("", "X") else None
