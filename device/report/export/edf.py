"""A night as EDF+C, the format of sleep laboratories: signals at their own rates, annotations.

Kemp and Olivan, "European data format 'plus' (EDF+)", Clin. Neurophysiol. 114 (2003) 1755-1761.
A record holds ten hops; its duration is rounded to eight characters, and the signals' rates follow
from that. EDF has no NaN: a gap holds the last value, and an annotation marks it.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from operator import itemgetter

import edfio
import numpy as np
from numpy.typing import NDArray

from edgekit.night.events import EventKind
from edgekit.night.night import Alarm, Decisions, Event, Samples
from edgekit.night.reader import Night
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.spec import AXES, Spec

from ..states import NO_DECISION, class_codes, class_states, lane_state_names
from ..summary import summarise
from ..time_axis import utc
from . import NotEdfError

HOPS_A_RECORD = 10
RANGES_G = (2.0, 4.0, 8.0, 16.0)  # the axes' physical range is the first that holds them
UNKNOWN = float(NO_DECISION)  # what the signals of decisions hold where there is none
MOST_MOVEMENT_G = 3.2767
_COUNTS = 32767

# Times (n,) in UTC, each sample's period (n,), samples (n, 3).
InOrder = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float32]]


@dataclass(frozen=True)
class EdfNight:
    """The parts of a night that go into the file."""

    spec: Spec
    utc_offsets: UtcOffsets
    samples: Iterable[Samples]
    decisions: Decisions
    events: Sequence[Event]
    alarms: Sequence[Alarm]


def night_edf(night: Night, decisions: Decisions) -> bytes:
    """Return a night as an EDF+ file. Raises NotEdfError where it cannot be one."""
    samples, events, alarms = night.samples(), night.events(), night.alarms()
    return edf_bytes(EdfNight(night.spec, night.utc_offsets, samples, decisions, events, alarms))


def edf_bytes(night: EdfNight) -> bytes:
    """Return the file: axes in g, torso angle, posture code, movement; annotated bouts, events,
    alarms and gaps.

    Nobody is named in it. Raises NotEdfError for a night without a sample, or
    without a date or a rate that EDF has.
    """
    in_order = _in_order(night.samples)
    year = utc(float(in_order[0][0])).year
    if not 1985 < year < 2084:
        raise NotEdfError(
            f"no EDF+: this night is dated {year}, its clock was never set, and EDF has dates from "
            "1985 to 2084 only"
        )
    hertz = 1 / float(np.median(in_order[1]))
    samples = max(round(HOPS_A_RECORD * night.spec.hop_s * hertz), 1)
    # edfio compares the lengths of all signals to the last bit, which not every duration of a
    # record passes: one a few microseconds longer does.
    for micros in range(100):
        record_s = float(f"{samples / hertz + micros * 1e-6:.6f}"[:8])
        try:
            edf = _edf(night, in_order, samples, record_s)
            break
        except ValueError as error:
            if "ignal duration" not in str(error):  # Inconsistent ones, or one not divisible
                raise
    else:
        raise NotEdfError(f"no EDF+: this night's rate, {hertz:.6f} Hz, cannot be written as EDF")
    file = io.BytesIO()
    edf.write(file)
    return _exact_times(file.getvalue(), edf, Decimal(str(record_s)))


def _edf(night: EdfNight, in_order: InOrder, samples: int, record_s: float) -> edfio.Edf:
    """With `samples` of each axis in a record. Raises ValueError as edfio does."""
    times, period_s, xyz_g = in_order
    start_s, rate_hz = float(times[0]), samples / record_s
    records = int(np.ceil((times[-1] + period_s[-1] - start_s - 1e-6) / record_s))
    grid_s = start_s + np.arange(records * samples) / rate_hz
    end_s = start_s + records * record_s
    gaps = _gaps(times, period_s, end_s)
    annotations = sorted([*_annotations(night), *gaps], key=itemgetter(0))
    begun = utc(start_s) + timedelta(seconds=night.utc_offsets.at(start_s))
    return edfio.Edf(
        [
            *_axes(times, xyz_g, grid_s, rate_hz),
            *_decided(night, start_s, records, record_s),
        ],
        recording=edfio.Recording(startdate=begun.date(), equipment_code="edgekit"),
        starttime=begun.time(),
        data_record_duration=record_s,
        annotations=[
            edfio.EdfAnnotation(round(max(at_s - start_s, 0.0), 4), length_s, text)
            for at_s, length_s, text in annotations
        ],
    )


def _exact_times(file: bytes, edf: edfio.Edf, record_s: Decimal) -> bytes:
    """Write each record's time without a float's last digits, which strict readers refuse."""
    head, records = edf.bytes_in_header_record, edf.num_data_records
    record_bytes = (len(file) - head) // records
    signal_bytes = 2 * sum(signal.samples_per_data_record for signal in edf.signals)
    begun_s = Decimal(edf.starttime.microsecond) / 1_000_000
    parts = [file[:head]]
    for index in range(records):
        record = file[head + index * record_bytes : head + (index + 1) * record_bytes]
        _, rest = record[signal_bytes:].split(b"\x14\x14\x00", 1)
        at_s = (begun_s + index * record_s).normalize()  # 0, not 0.0: the room is for edfio's text
        text = b"+%s\x14\x14\x00" % f"{at_s:f}".encode() + rest
        room = record_bytes - signal_bytes
        parts += [record[:signal_bytes], text[:room].ljust(room, b"\x00")]
    return b"".join(parts)


def _in_order(samples: Iterable[Samples]) -> InOrder:
    """Join all samples in the order of time. Raises NotEdfError where there are none."""
    stretches = sorted(samples, key=lambda stretch: stretch.start_s)
    if not sum(len(stretch.xyz_g) for stretch in stretches):
        raise NotEdfError(
            "no EDF+: this night holds no samples, and EDF is a file of samples. Its decisions go "
            "into the CSV and --parquet"
        )
    times = [s.start_s + np.arange(len(s.xyz_g)) / s.rate_hz for s in stretches]
    period_s = [np.full(len(s.xyz_g), 1 / s.rate_hz) for s in stretches]
    return (
        np.concatenate(times),
        np.concatenate(period_s),
        np.concatenate([s.xyz_g for s in stretches]),
    )


def _axes(
    times: NDArray[np.float64],
    xyz_g: NDArray[np.float32],
    grid_s: NDArray[np.float64],
    rate_hz: float,
) -> list[edfio.EdfSignal]:
    """Return the axes: at each grid point the nearest sample; in a gap, the last before it."""
    after = np.clip(np.searchsorted(times, grid_s), 1, max(len(times) - 1, 1))
    is_nearer_after = times[np.minimum(after, len(times) - 1)] - grid_s <= 0.5 / rate_hz
    nearest = np.minimum(np.where(is_nearer_after, after, after - 1), len(times) - 1)
    nearest[grid_s <= times[0]] = 0
    held = np.clip(xyz_g[nearest], -RANGES_G[-1], RANGES_G[-1])
    largest = float(np.abs(held).max())
    most_g = next(range_g for range_g in RANGES_G if largest <= range_g)
    return [
        edfio.EdfSignal(
            held[:, axis].astype(np.float64),
            rate_hz,
            label=f"Acc {'XYZ'[axis]}",
            transducer_type="accelerometer",
            physical_dimension="g",
            physical_range=(-most_g, most_g),
            digital_range=(-_COUNTS, _COUNTS),
        )
        for axis in range(AXES)
    ]


def _decided(
    night: EdfNight, start_s: float, records: int, record_s: float
) -> list[edfio.EdfSignal]:
    """Return ten values a record, of the decision at that time; UNKNOWN where there is none."""
    decisions, spec = night.decisions, night.spec
    rate_hz = HOPS_A_RECORD / record_s
    grid_s = start_s + (np.arange(records * HOPS_A_RECORD) + 0.5) / rate_hz
    index = np.searchsorted(decisions.start_s, grid_s, side="right") - 1
    stands = index >= 0
    if len(decisions):
        stands &= grid_s - decisions.start_s[index] < spec.gap_s

    def held(values: NDArray[np.float64]) -> NDArray[np.float64]:
        if not len(values):
            return np.full(len(grid_s), UNKNOWN)
        return np.where(stands, np.nan_to_num(values, nan=UNKNOWN)[index], UNKNOWN)

    last_code = len(class_states(spec)) - 1.0
    return [
        edfio.EdfSignal(
            held(decisions.torso_angle_deg),
            rate_hz,
            label="Torso angle",
            physical_dimension="deg",
            physical_range=(-1.0, 360.0),
            digital_range=(-10, 3600),
        ),
        edfio.EdfSignal(
            held(class_codes(decisions, spec).astype(np.float64)),
            rate_hz,
            label="Posture",
            physical_range=(-1.0, last_code),
            digital_range=(-1, int(last_code)),
        ),
        edfio.EdfSignal(
            held(np.minimum(decisions.movement_g, MOST_MOVEMENT_G)),
            rate_hz,
            label="Movement",
            physical_dimension="g",
            physical_range=(-MOST_MOVEMENT_G, MOST_MOVEMENT_G),
            digital_range=(-_COUNTS, _COUNTS),
        ),
    ]


def _annotations(night: EdfNight) -> Iterable[tuple[float, float | None, str]]:
    """Yield (UTC, duration, text) of bouts, events and alarms."""
    if len(night.decisions):
        names = lane_state_names(night.spec)
        for bout in summarise(night.decisions, night.spec).bouts:
            yield bout.start_s, round(bout.duration_s, 4), names[bout.code]
    for event in night.events:
        if event.kind != EventKind.GAP:  # the samples show it, with its duration
            yield event.at_s, None, f"{event.kind}: {event.detail}" if event.detail else event.kind
    for alarm in night.alarms:
        response = "" if alarm.response_s is None else f", left after {alarm.response_s:.1f} s"
        yield (
            alarm.start_s,
            None,
            f"alarm: attempt {alarm.attempt}, level {alarm.level}{response}",
        )


def _gaps(
    times: NDArray[np.float64], period_s: NDArray[np.float64], end_s: float
) -> Iterable[tuple[float, float | None, str]]:
    """Yield the gaps between samples, and what fills the last record up to `end_s`."""
    late_s = np.diff(times) - period_s[:-1]
    for index in np.flatnonzero(late_s > 1.5 * period_s[:-1]):
        yield float(times[index] + period_s[index]), round(float(late_s[index]), 4), EventKind.GAP
    last_s = float(times[-1] + period_s[-1])
    if end_s - last_s > period_s[-1] / 2:
        yield last_s, round(end_s - last_s, 4), EventKind.GAP
