"""Write a night anew from its parts: whole before it takes its name, and for its owner alone."""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from edgekit.errors import EdgekitError

from .file import absorb_log, refuse_existing, remove_leftovers, sync
from .meta import NightMeta
from .night import Alarm, Decisions, Event, HealthRow, Samples
from .reader import Night, open_night
from .writer import NightWriter


@dataclass(frozen=True)
class Parts:
    """All that one run of the monitor put into a night; times in UTC, as they are read."""

    samples: Iterable[Samples]
    decisions: Iterable[Decisions]
    events: Sequence[Event]
    alarms: Sequence[Alarm]
    health: Sequence[HealthRow]


def parts_of(night: Night) -> list[Parts]:
    """Return the parts of each run; samples are read while they are iterated, and once."""
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
    """Return the meta for a copy, whose times are the corrected ones."""
    return replace(night.meta, start_s=night.start_s)


def write_copy(path: Path, meta: NightMeta, runs: Sequence[Parts], replaces: bool = False) -> None:
    """Write the night at `path`, which must not be there yet unless it `replaces` what is.

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
            absorb_log(path)
        remove_leftovers(path)
        fresh.replace(path)
        sync(path.parent)
    finally:
        for left in folder.iterdir():
            left.unlink()
        folder.rmdir()


def _write(path: Path, meta: NightMeta, runs: Sequence[Parts]) -> None:
    """Write samples first: `decisions` may be a generator computed from them."""
    with NightWriter.create(path, meta) as writer:
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
            for row in run.health:
                writer.add_health(row)
