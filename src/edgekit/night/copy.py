"""A night written anew from its parts: whole before it takes its name, and for its owner alone."""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from edgekit.errors import EdgekitError

from .file import sync
from .lock import forget_beside, settle
from .night import Alarm, Clock, Decisions, Event, Health, HealthRow, NightMeta, Samples
from .reader import Night, open_night
from .writer import NightWriter, refuse_existing


@dataclass(frozen=True)
class Parts:
    """All that one run of the monitor put into a night; times in UTC, as they are read."""

    samples: Iterable[Samples]
    decisions: Iterable[Decisions]
    events: Sequence[Event]
    alarms: Sequence[Alarm]
    health: Health


def parts_of(night: Night) -> list[Parts]:
    """Each run of it; its samples are read as they are asked for, and once."""
    return [
        Parts(
            night.samples(run),
            [night.decisions(run)],
            night.events(run),
            night.alarms(run),
            night.health(run),
        )
        for run in night.runs
    ]


def meta_of(night: Night) -> NightMeta:
    """What its writer said of it."""
    return NightMeta(
        spec=night.spec,
        bundle_name=night.meta["bundle_name"],
        bundle_digest=night.meta["bundle_digest"],
        source=night.meta["source"],
        subject=night.meta["subject"],
        start_s=night.start_s,
        utc_offsets=night.utc_offsets,
        clock=cast(Clock, night.meta["clock"]),
        exact_rate=night.exact_rate,
        calibration=night.calibration,
    )


def write_copy(path: Path, meta: NightMeta, runs: Sequence[Parts], replaces: bool = False) -> None:
    """The night at `path`, which must not be there yet unless it `replaces` what is.

    Raises UsageError when something lies at `path`, EdgekitError when the disk fails or is full;
    then what was there is untouched.
    """
    if not replaces:
        refuse_existing(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise EdgekitError(f"{path.parent} cannot be written to: {error.strerror}") from None
    fresh = folder / path.name
    try:
        _write(fresh, meta, runs)
        with open_night(fresh) as night:  # a full disk costs samples, and an event says so
            if len(night.events()) != sum(len(run.events) for run in runs):
                raise EdgekitError(f"{path} was not written: the disk is full. Make room first.")
        sync(fresh)
        if path.exists():
            settle(path)
        forget_beside(path)
        fresh.replace(path)
        sync(path.parent)
    finally:
        for left in folder.iterdir():
            left.unlink()
        folder.rmdir()


def _write(path: Path, meta: NightMeta, runs: Sequence[Parts]) -> None:
    """Samples first: decisions may come of them."""
    with NightWriter(path, meta) as writer:
        for index, run in enumerate(runs):
            if index:
                writer.begin_run()
            for samples in run.samples:
                writer.add_samples(samples)
            for decisions in run.decisions:
                writer.add_decisions(decisions)
            for event in run.events:
                writer.add_event(event)
            for alarm in run.alarms:
                writer.add_alarm(alarm)
            for row in health_rows(run.health):
                writer.add_health(row)


def health_rows(health: Health) -> Iterable[HealthRow]:
    for k, faults in enumerate(health.faults):
        yield HealthRow(
            float(health.at_s[k]),
            int(health.samples[k]),
            float(health.rate_hz[k]),
            int(health.gaps[k]),
            int(health.clipped[k]),
            int(health.stuck[k]),
            faults,
        )
