"""Turn a stored night's bouts into decisions, one a window, and its other records into events."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edgekit.mounting import Mounting
from edgekit.night.events import EventKind
from edgekit.night.night import UPRIGHT, WORN, Alarm, Decisions, Event
from edgekit.spec import UNLABELLED, Spec

from ...decide.posture import window_angle_deg
from ...decide.wear import is_upright
from . import events
from .alarms import alarm_at
from .records import (
    BOUT_COUNTS_PER_G,
    Boot,
    DeviceAlarm,
    DeviceClock,
    DeviceEvent,
    DeviceHealth,
    DeviceMounting,
    Fault,
)
from .settings import mounting_of
from .stored_boots import DatedBout, StoredBoot, time_s
from .stored_nights import StoredNight

BEFORE_S = 60.0  # before the first decision: events from then on belong to the night


def night_decisions(night: StoredNight) -> Decisions:
    """Return a decision for each window of a night."""
    return bout_decisions(night.bouts, night.spec)


def bout_decisions(bouts: Sequence[DatedBout], spec: Spec) -> Decisions:
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


def _starts_s(bouts: Sequence[DatedBout], place: int, spec: Spec) -> NDArray[np.float64]:
    """Return the start of each window of a bout, spread to the next bout where that follows."""
    this, step_s = bouts[place], spec.hop_s
    if place + 1 < len(bouts):
        following = bouts[place + 1]
        if this.is_followed_by(following, spec):
            step_s = (following.start_s - this.start_s) / this.bout.windows
    return this.start_s + step_s * np.arange(this.bout.windows, dtype=np.float64)


def night_events(night: StoredNight) -> list[Event]:
    """Return what else the wearable stored of that night, in the order of time.

    Those of the minute before its first decision belong to it, and not to the night before.
    """
    found = [Event(*_hole(night, hole)) for hole in night.missing]
    for boot in night.boots:
        last_s = 0.0  # of the boot's clock
        for record in boot.records.values():
            last_s = max(last_s, time_s(record))
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
            found.append(Event(boot.utc_s(last_s), *event))
    begin_s, end_s = night.start_s - BEFORE_S, night.next_start_s - BEFORE_S
    return sorted(
        (event for event in found if begin_s <= event.at_s < end_s), key=lambda event: event.at_s
    )


def night_alarms(night: StoredNight) -> list[Alarm]:
    """Return the alarms of that night, each as often as it was stored, in that order."""
    found = [
        alarm_at(boot.utc_s(time_s(record)), record)
        for boot in night.boots
        for record in boot.records.values()
        if isinstance(record, DeviceAlarm)
    ]
    return [alarm for alarm in found if night.start_s <= alarm.start_s < night.next_start_s]


def night_mounting(night: StoredNight, now: Mounting | None) -> Mounting | None:
    """Return the mounting that most windows of a night were decided by; None: the sensor's axes.

    A wearable that is calibrated before it is slept with stores some minutes of before, too. `now`
    is what it keeps now. Raises EdgekitError for a mounting that is no rotation.
    """
    changes = {id(boot): _mountings(boot, now) for boot in night.boots}
    windows: Counter[Mounting | None] = Counter()
    for bout in night.bouts:
        earlier = [each for sequence, each in changes[id(bout.boot)] if sequence < bout.sequence]
        windows[earlier[-1]] += bout.bout.windows
    return windows.most_common(1)[0][0]


def _mountings(boot: StoredBoot, now: Mounting | None) -> list[tuple[int, Mounting | None]]:
    """Return the mountings of a boot, each from its sequence on, the first before all records.

    A start stores its mounting behind its BOOT; where that is written over, `now` is assumed.
    """
    first = now if boot.boot_count is None else None
    stored = [
        (sequence, mounting_of(record))
        for sequence, record in boot.records.items()
        if isinstance(record, DeviceMounting)
    ]
    return [(-1, first), *stored]


def _hole(night: StoredNight, hole: range) -> tuple[float, EventKind, str]:
    """Return the event of records that are missing: at its place in the night, with the times."""
    before = [bout.end_s(night.spec) for bout in night.bouts if bout.sequence < hole.start]
    after = [bout.start_s for bout in night.bouts if bout.sequence >= hole.stop]
    at_s = before[-1] if before else night.start_s
    begins = f"after {night.local(before[-1]):%H:%M}" if before else ""
    ends = f"before {night.local(after[0]):%H:%M}" if after else ""
    place = " and ".join(filter(None, (begins, ends)))
    number = "1 record is" if len(hole) == 1 else f"{len(hole):,} records are"
    return at_s, EventKind.LOST_RECORDS, f"{number} missing, {place}: damaged, or written over"
