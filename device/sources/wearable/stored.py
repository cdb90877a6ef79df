"""Read the decisions that a wearable stored, as a night: one decision a window, and no samples.

A boot's times are its device's clock, dated by the CLOCK records that a host left in it. A boot
without one is assumed to end where the next one starts, and the night's clock is 'assumed'.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgekit.errors import EdgekitError
from edgekit.night.events import EventKind
from edgekit.night.file import refuse_existing
from edgekit.night.meta import NightMeta
from edgekit.night.night import UPRIGHT, WORN, Decisions, Event
from edgekit.night.utc_offsets import utc_offsets
from edgekit.night.writer import NightWriter
from edgekit.spec import UNLABELLED, Spec

from ...decide.posture import window_angle_deg
from ...decide.wear import is_upright
from ...plausibility.mounting import not_calibrated
from . import events
from .greeting import Greeting
from .link import Link
from .record_bytes import decode
from .records import (
    BOUT_COUNTS_PER_G,
    Boot,
    Bout,
    DeviceClock,
    DeviceEvent,
    DeviceHealth,
    Dump,
    Dumped,
    Fault,
    Record,
    Stored,
    Stream,
)

QUIET_S = 3.0  # of a dump: records that did not come by then are requested again
TRIES = 3  # in a row that bring no record
PAUSE_S = 3 * 3600.0  # without a decision: earlier ones are of another night
BEFORE_S = 60.0  # before the first decision: events from then on belong to the night


@dataclass(frozen=True)
class StoredSummary:
    night: Path
    windows: int
    duration_s: float
    earlier: int  # bouts of nights before


@dataclass
class StoredBoot:
    """The records that were stored between two starts of the wearable."""

    boot_count: int | None  # None: its BOOT record has been written over
    records: list[Record] = field(default_factory=list)
    offset_s: float = 0.0  # of its clock to UTC
    is_dated: bool = False  # by a host


@dataclass(frozen=True)
class DatedBout:
    start_s: float  # UTC
    boot: StoredBoot
    bout: Bout

    def end_s(self, spec: Spec) -> float:
        return self.start_s + self.bout.windows * spec.hop_s


def store_night(
    link: Link, greeting: Greeting, path_of: Callable[[float], Path], subject: str
) -> StoredSummary:
    """Write the wearable's last night to `path_of` its start (UTC), which is known only then.

    Raises UsageError when something lies there, EdgekitError when nothing is stored.
    """
    model, spec = greeting.model, greeting.model.spec
    records, lost = _dump(link, greeting)
    boots = _boots(records)
    _date(boots, greeting)
    bouts = _bouts(boots, spec)
    if not bouts:
        raise EdgekitError(
            f"the wearable on {link.line.port} has stored no decision of its model {model.name}: "
            "no night written"
        )
    earlier = _earlier(bouts, spec)
    night_bouts = bouts[earlier:]
    start_s = night_bouts[0].start_s
    path = path_of(start_s)
    refuse_existing(path)
    meta = NightMeta(
        spec=spec,
        bundle_name=model.name,
        bundle_digest=model.digest,
        source=f"kept by {greeting.hello.board} {greeting.hello.device_id.hex()}",
        subject=subject,
        start_s=start_s,
        utc_offsets=utc_offsets(start_s),
        clock="utc" if all(bout.boot.is_dated for bout in night_bouts) else "assumed",
        doubts=not_calibrated(spec),
    )
    decisions = _decisions(night_bouts, spec)
    end_s = float(decisions.start_s[-1]) + spec.window_s
    with NightWriter.create(path, meta) as night:
        night.add_event(Event(start_s, EventKind.START, f"{meta.source}, model {model.name}"))
        night.add_event(Event(start_s, EventKind.NO_SAMPLES, EventKind.NO_SAMPLES.words))
        if earlier:
            detail = f"{earlier} bouts of earlier nights stay on the wearable"
            night.add_event(Event(start_s, EventKind.EARLIER, detail))
        if lost:
            detail = f"{lost} of the wearable's records are damaged, or were written over"
            night.add_event(Event(start_s, EventKind.LOST_RECORDS, detail))
        for event in _events(boots, start_s):
            night.add_event(event)
        night.add_decisions(decisions)
        night.add_event(Event(end_s, EventKind.STOP))
    return StoredSummary(path, len(decisions), end_s - start_s, earlier)


def _dump(link: Link, greeting: Greeting) -> tuple[list[Record], int]:
    """Return every stored record, in order, and how many are missing.

    Records that the line lost are requested again.
    """
    stored: dict[int, bytes] = {}
    wanted, end, in_vain = greeting.hello.stored_first, greeting.hello.stored_next, 0
    while wanted < end:
        before, losses = len(stored), (link.receiver.lost, link.receiver.refused)
        link.send(Stream(0))
        link.send(Dump(wanted))
        next_sequence = _receive_dump(link, stored)
        end = max(end, next_sequence or 0)  # a dump ends the open bout, which is stored then
        if len(stored) == before:
            if next_sequence is not None and (link.receiver.lost, link.receiver.refused) == losses:
                break  # missing records are damaged in the flash, or written over
            in_vain += 1
            if in_vain == TRIES:
                raise EdgekitError(
                    f"the wearable on {link.line.port} stopped sending its stored records, "
                    f"at {wanted} of {end}. Plug it in anew, then try again"
                )
        else:
            in_vain = 0
        wanted = next((sequence for sequence in range(wanted, end) if sequence not in stored), end)
    decoded = [decode(stored[sequence]) for sequence in sorted(stored)]
    missing = end - greeting.hello.stored_first - len(stored)
    return [record for record in decoded if record is not None], missing


def _receive_dump(link: Link, stored: dict[int, bytes]) -> int | None:
    """Add the dump's records to `stored`; return the sequence after its last, None if cut off."""
    heard_at = time.monotonic()
    while time.monotonic() - heard_at < QUIET_S:
        for record in link.receive():
            if isinstance(record, Stored):
                heard_at = time.monotonic()
                stored[record.sequence] = record.record
            elif isinstance(record, Dumped):
                return record.next_sequence
    return None


def _boots(records: list[Record]) -> list[StoredBoot]:
    boots = [StoredBoot(None)]
    for record in records:
        if isinstance(record, Boot):
            boots.append(StoredBoot(record.boot_count))
        boots[-1].records.append(record)
    return [boot for boot in boots if boot.records]


def _date(boots: list[StoredBoot], greeting: Greeting) -> None:
    """Set every boot's offset to UTC, from the newest back."""
    next_start_s = time.time()
    hop_s = greeting.model.spec.hop_s
    for place, boot in reversed(list(enumerate(boots))):
        clocks = [record for record in boot.records if isinstance(record, DeviceClock)]
        is_last = place == len(boots) - 1
        if is_last and boot.boot_count in (greeting.hello.boot_count, None):
            boot.offset_s, boot.is_dated = greeting.offset_s, True
        elif clocks:
            boot.offset_s, boot.is_dated = (clocks[-1].utc_us - clocks[-1].time_us) / 1e6, True
        else:
            ends_s = [
                _time_s(record) + (record.windows * hop_s if isinstance(record, Bout) else 0.0)
                for record in boot.records
            ]
            boot.offset_s = next_start_s - max(ends_s)
        next_start_s = boot.offset_s  # a device's clock starts at its start


def _bouts(boots: list[StoredBoot], spec: Spec) -> list[DatedBout]:
    """Return the bouts that fit the model's labels: an older image may have left others."""
    return [
        DatedBout(boot.offset_s + _time_s(record), boot, record)
        for boot in boots
        for record in boot.records
        if isinstance(record, Bout)
        and record.windows
        and record.posture < len(spec.postures)
        and record.placement < len(spec.placements)
    ]


def _earlier(bouts: list[DatedBout], spec: Spec) -> int:
    """Return how many bouts lie before the last pause between two nights."""
    for place in range(len(bouts) - 1, 0, -1):
        if bouts[place].start_s - bouts[place - 1].end_s(spec) > PAUSE_S:
            return place
    return 0


def _decisions(bouts: list[DatedBout], spec: Spec) -> Decisions:
    """Return a decision for each window; the windows of a bout share its values."""
    windows = np.array([bout.bout.windows for bout in bouts])
    start_s = np.concatenate([_starts_s(bouts, place, spec) for place in range(len(bouts))])
    # A host may have set the clock back, and a night must not run backwards.
    tick = 1e-3 * np.arange(len(start_s))
    start_s = np.maximum.accumulate(start_s - tick) + tick
    mean_g = np.array([(b.bout.mean_x, b.bout.mean_y, b.bout.mean_z) for b in bouts]) / (
        BOUT_COUNTS_PER_G
    )
    state = np.full(len(bouts), WORN, dtype="U7")
    if spec.has_body_axes:
        state[is_upright(mean_g)] = UPRIGHT
    posture = np.repeat([bout.bout.posture for bout in bouts], windows)
    placement = np.repeat([bout.bout.placement for bout in bouts], windows)
    return Decisions(
        start_s=start_s,
        posture=posture,
        placement=placement,
        posture_confidence=np.repeat([b.bout.posture_confidence / 255 for b in bouts], windows),
        placement_confidence=np.repeat([b.bout.placement_confidence / 255 for b in bouts], windows),
        raw_posture=posture,
        raw_placement=placement,
        torso_angle_deg=np.repeat(window_angle_deg(spec, mean_g), windows),
        state=np.repeat(state, windows),
        movement_g=np.full(len(start_s), np.nan),
        truth=np.full(len(start_s), UNLABELLED),
    )


def _starts_s(bouts: list[DatedBout], place: int, spec: Spec) -> NDArray[np.float64]:
    """Return the start of each window of a bout, spread to the next bout where that follows."""
    this, step_s = bouts[place], spec.hop_s
    if place + 1 < len(bouts):
        following = bouts[place + 1]
        follows_at = this.bout.first_sample + this.bout.windows * spec.hop
        if following.boot is this.boot and following.bout.first_sample == follows_at:
            step_s = (following.start_s - this.start_s) / this.bout.windows
    return this.start_s + step_s * np.arange(this.bout.windows, dtype=np.float64)


def _events(boots: list[StoredBoot], start_s: float) -> list[Event]:
    """Return the other events of that night, in the order of time."""
    night_events = []
    for boot in boots:
        last_s = 0.0  # of the boot's clock
        for record in boot.records:
            last_s = max(last_s, _time_s(record))
            match record:
                case DeviceEvent():
                    event = events.of_device(record)
                case DeviceHealth():
                    event = events.of_health(record)
                case Boot():
                    event = events.of_boot(record)
                case Fault():
                    event = events.of_fault(record)
                case DeviceClock():
                    event = EventKind.CLOCK, EventKind.CLOCK.words
                case _:
                    continue
            night_events.append(Event(boot.offset_s + last_s, *event))
    return sorted(
        (event for event in night_events if event.at_s >= start_s - BEFORE_S),
        key=lambda event: event.at_s,
    )


def _time_s(record: Record) -> float:
    return float(getattr(record, "time_us", 0)) / 1e6
