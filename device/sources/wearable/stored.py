"""Read what a wearable stored, and write a night of it: a decision a window, and no samples."""

from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import EdgekitError, UsageError
from edgekit.night.events import EventKind
from edgekit.night.file import refuse_existing
from edgekit.night.meta import NightMeta
from edgekit.night.night import Event
from edgekit.night.writer import NightWriter
from edgekit.text import counted

from ...plausibility.mounting import not_calibrated
from . import events
from .dump import QUIET_S, Progress, StoredRecords, fetch
from .greeting import Greeting
from .link import Link
from .record_bytes import decode
from .records import Boot, DeviceEvent
from .settings import NO_MOUNTING_CURE
from .stored_decisions import night_alarms, night_decisions, night_events, night_mounting
from .stored_nights import StoredNight, stored_nights


@dataclass(frozen=True)
class AllStored:
    """All that a wearable stored, its last night first."""

    nights: list[StoredNight]
    records: int
    missing: int  # records
    damaged_pages: int  # of the flash, when the wearable started last


def read_stored(
    link: Link,
    greeting: Greeting,
    progress: Progress = lambda _done, _total: None,
    quiet_s: float = QUIET_S,
) -> AllStored:
    """Fetch every record and return the nights in them.

    Raises EdgekitError when the wearable stops sending, or has stored no decision.
    """
    fetched = fetch(link, greeting, progress, quiet_s)
    nights = stored_nights(fetched, greeting)
    damaged = _damaged_pages(fetched)
    if not nights:
        cause = f", and {counted(damaged, 'page')} of its flash with a damaged header"
        raise EdgekitError(
            f"the wearable on {link.line.port} has stored no decision of its model "
            f"{greeting.model.name}{cause if damaged else ''}: no night written"
        )
    return AllStored(nights, len(fetched.records), fetched.missing_count, damaged)


def _damaged_pages(fetched: StoredRecords) -> int:
    """Return how many pages the wearable found damaged at its last start."""
    found = 0
    for data in fetched.records.values():
        record = decode(data)
        if isinstance(record, Boot):
            found = 0
        elif isinstance(record, DeviceEvent):
            found = max(found, events.damaged_pages(record))
    return found


def write_night(
    night: StoredNight, greeting: Greeting, path: Path, subject: str, earlier: int = 0
) -> None:
    """Write a night at `path`; `earlier` nights are still on the wearable.

    Raises UsageError when something lies there or another model decided on that night,
    EdgekitError when the disk fails.
    """
    refuse_existing(path)
    refuse_other_model(night, greeting)
    model, decisions = greeting.model, night_decisions(night)
    mounting = night_mounting(night, greeting.mounting)
    meta = NightMeta(
        spec=model.spec,
        bundle_name=model.name,
        bundle_digest=model.digest,
        source=f"kept by {greeting.hello.wearable}",
        subject=subject,
        start_s=night.start_s,
        utc_offsets=night.offsets,
        clock="utc" if night.is_dated else "assumed",
        calibration=mounting.calibration(greeting.hello.counts_per_g) if mounting else None,
        doubts=() if mounting else not_calibrated(model.spec, NO_MOUNTING_CURE),
    )
    start_s, end_s = night.start_s, float(decisions.start_s[-1]) + model.spec.window_s
    with NightWriter.create(path, meta) as writer:
        writer.add_event(Event(start_s, EventKind.START, f"{meta.source}, model {model.name}"))
        writer.add_event(Event(start_s, EventKind.NO_SAMPLES, EventKind.NO_SAMPLES.words))
        if earlier:
            detail = f"{earlier} before this one: edgekit monitor --serial PORT --stored --list"
            writer.add_event(Event(start_s, EventKind.EARLIER, detail))
        for event in night_events(night):
            writer.add_event(event)
        writer.add_decisions(decisions)
        for alarm in night_alarms(night):
            writer.add_alarm(alarm)
        writer.add_event(Event(end_s, EventKind.STOP))


def refuse_other_model(night: StoredNight, greeting: Greeting) -> None:
    """Raise UsageError for a night of a model whose labels the wearable no longer knows."""
    if not night.is_readable:
        raise UsageError(
            f"night {night.number} was decided by another model (its bundle's digest begins with "
            f"{night.bundle_start.hex()}), not by {greeting.model.name}: flash that bundle again "
            "to fetch it; flashing keeps what is stored"
        )
