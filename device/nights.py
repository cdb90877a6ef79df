"""Nights as files: list a folder, merge several, trim or delete one."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from edgekit.errors import EdgekitError, UsageError
from edgekit.night.columns import selected
from edgekit.night.copy import Parts, meta_of, parts_of, write_copy
from edgekit.night.events import EventKind
from edgekit.night.file import SQLITE_MAGIC, absorb_log, remove_leftovers
from edgekit.night.meta import NightMeta
from edgekit.night.night import Decisions, Event, Samples
from edgekit.night.reader import Night, open_night
from edgekit.night.utc_offsets import UtcOffsets

from .night_labels import (
    carried_labels,
    first_sample_s,
    refuse_foreign_labels,
    write_carried_labels,
)


@dataclass(frozen=True)
class Listed:
    """One line of `edgekit nights list`; `error` says why a night cannot be read."""

    path: Path
    start: datetime | None = None  # on the wearer's clock
    hours: float = 0.0
    subject: str = ""
    model: str = ""
    ended_well: bool = True
    megabytes: float = 0.0
    error: str = ""


def list_nights(folder: Path) -> list[Listed]:
    """List every night of a folder by its start; those that cannot be read come first."""
    listed = [_listed(path) for path in sorted(folder.glob("*.night"))]
    return sorted(listed, key=lambda each: each.start.timestamp() if each.start else 0.0)


def merge(paths: Sequence[Path], out: Path) -> Path | None:
    """Write nights of one subject and one bundle as one, in the order of time, gaps between them.

    Hand-made labels beside them are joined beside `out`; returns where, None without labels. Raises
    UsageError where the nights are not of one kind or overlap, or `out` or its labels are there.
    """
    if len(paths) < 2 or len({path.resolve() for path in paths}) < len(paths):
        raise UsageError("merge needs two different nights or more")
    refuse_foreign_labels(out)
    with ExitStack() as stack:
        opened = [stack.enter_context(open_night(path)) for path in paths]
        nights = sorted(opened, key=lambda night: night.start_s)
        _check_alike(nights)
        origin_s = first_sample_s(nights[0])
        labels = [
            span
            for night in nights
            for span in carried_labels(night, origin_s, first_sample_s(night), night.end_s)
        ]
        runs = parts_of(nights[0])
        for before, after in pairwise(nights):
            detail = f"{max(0.0, after.start_s - before.end_s):.3f} s between {before.path.name} "
            gap = Event(before.end_s, EventKind.GAP, f"{detail}and {after.path.name}")
            runs[-1] = replace(runs[-1], events=[*runs[-1].events, gap])
            runs += parts_of(after)
        is_dated = all(night.meta.clock == "utc" for night in nights)
        meta = replace(
            meta_of(nights[0]),
            utc_offsets=_joined(nights),
            clock="utc" if is_dated else "assumed",
            doubts=tuple(dict.fromkeys(each for night in nights for each in night.meta.doubts)),
        )
        write_copy(out, meta, runs)
    return write_carried_labels(out, labels)


def trim(path: Path, begin_s: float, end_s: float, out: Path) -> Path | None:
    """Write the night from begin_s up to end_s (UTC); `out` may be `path`, which it replaces.

    Decisions whose window begins within are kept, and of hand-made labels beside the night what
    lies within; returns where they are, None without labels. Raises UsageError where nothing is
    left, or `out` or its labels are there.
    """
    is_replaced = out.resolve() == path.resolve()
    if not is_replaced:
        refuse_foreign_labels(out)
    with open_night(path) as night:
        first = next(_samples_within(night.samples(), begin_s, end_s), None)
        decisions = _decisions_within(night.decisions(), begin_s, end_s)
        if first is None and not len(decisions):
            raise UsageError(f"{path} holds nothing between these times: see edgekit nights list")
        start_s = float(decisions.start_s[0]) if first is None else first.start_s
        labels = carried_labels(night, start_s, start_s, min(end_s, night.end_s))
        runs = [_part_within(run, begin_s, end_s) for run in parts_of(night)]
        began = datetime.fromtimestamp(night.start_s, UTC).isoformat(timespec="seconds")
        trimmed = Event(start_s, EventKind.TRIMMED, f"of a night that began at {began}")
        runs[0] = replace(runs[0], events=[trimmed, *runs[0].events])
        write_copy(
            out,
            replace(meta_of(night), start_s=start_s),
            runs,
            replaces=is_replaced,
        )
    return write_carried_labels(out, labels)


def delete(path: Path) -> None:
    """Remove a night and what SQLite left beside it; hand-made labels beside it stay.

    Raises UsageError where there is no night.
    """
    if not path.is_file():
        raise UsageError(f"no night at {path}")
    with path.open("rb") as file:
        if file.read(len(SQLITE_MAGIC)) != SQLITE_MAGIC:
            raise UsageError(f"{path} is not a night: it stays")
    absorb_log(path)
    path.unlink()
    remove_leftovers(path)


def moment(text: str, night: Night) -> float:
    """Return UTC of '23:15' or '2026-11-23 23:15' on the wearer's clock, the night's first such.

    An hour that comes twice is the first of the two; '02:30+01:00' says which.
    Raises UsageError for what is no time.
    """
    try:
        if re.match(r"\d{4}-\d\d-\d\d", text):
            local = datetime.fromisoformat(text)
        else:
            day = _local(night.start_s, night.utc_offsets).date()
            local = datetime.fromisoformat(f"{day} {text}")
            if _utc(local, night.utc_offsets) < night.start_s - 1:
                local += timedelta(days=1)
    except ValueError:
        raise UsageError(
            f"{text!r} is no time: write 23:15, 23:15:30 or '2026-11-23 23:15'"
        ) from None
    return _utc(local, night.utc_offsets)


def _local(at_s: float, offsets: UtcOffsets) -> datetime:
    return datetime.fromtimestamp(at_s, UTC) + timedelta(seconds=offsets.at(at_s))


def _utc(local: datetime, offsets: UtcOffsets) -> float:
    if local.tzinfo is not None:
        return local.timestamp()
    naive_s = local.replace(tzinfo=UTC).timestamp()
    candidates = [naive_s - offset_s for offset_s in offsets.offset_s]
    right = [at_s for at_s in candidates if at_s + offsets.at(at_s) == naive_s]
    return min(right or candidates)


def _listed(path: Path) -> Listed:
    try:
        with open_night(path) as night:
            return Listed(
                path,
                _local(night.start_s, night.utc_offsets),
                (night.end_s - night.start_s) / 3600,
                night.meta.subject,
                night.meta.bundle_name,
                night.ended_well,
                path.stat().st_size / 1e6,
            )
    except (EdgekitError, KeyError, IndexError, ValueError) as error:
        return Listed(path, error=str(error))


def _check_alike(nights: Sequence[Night]) -> None:
    def differ(value_of: Callable[[NightMeta], object]) -> bool:
        return any(value_of(night.meta) != value_of(nights[0].meta) for night in nights)

    if differ(lambda meta: meta.subject):
        names = ", ".join(sorted({night.meta.subject for night in nights}))
        raise UsageError(f"these nights are not of one subject: {names[:200]}")
    if differ(lambda meta: meta.bundle_digest):
        names = ", ".join(f"{night.path.name} by {night.meta.bundle_name}" for night in nights)
        raise UsageError(
            f"these nights were not decided by one model ({names[:200]}): let one decide on all, "
            "with edgekit rescore"
        )
    if differ(lambda meta: meta.exact_rate):
        raise UsageError(
            "some of these nights are of a sensor whose rate was measured, others of a file or a "
            "wearable: their windows are not alike, and they do not join"
        )
    if differ(lambda meta: meta.calibration):
        raise UsageError("these nights were calibrated differently: their samples do not join")
    for before, after in pairwise(nights):
        if after.start_s < before.end_s - 1.0:
            raise UsageError(f"{before.path} and {after.path} overlap: they are not joined")


def _joined(nights: Sequence[Night]) -> UtcOffsets:
    """Offsets of each night until the next begins; an entry that changes nothing is left out."""
    entries: list[tuple[float, int]] = []
    for night in nights:
        offsets = night.utc_offsets
        begin_s = night.start_s if entries else offsets.from_s[0]
        entries = [entry for entry in entries if entry[0] < begin_s]
        entries.append((begin_s, offsets.at(begin_s)))
        later = zip(offsets.from_s, offsets.offset_s, strict=True)
        entries += [entry for entry in later if entry[0] > begin_s]
    changes = [entry for k, entry in enumerate(entries) if k == 0 or entry[1] != entries[k - 1][1]]
    from_s, offset_s = zip(*changes, strict=True)
    return UtcOffsets(from_s, offset_s)


def _samples_within(samples: Iterable[Samples], begin_s: float, end_s: float) -> Iterator[Samples]:
    for stretch in samples:
        times = stretch.start_s + np.arange(len(stretch.xyz_g)) / stretch.rate_hz
        first, last = np.searchsorted(times, (begin_s, end_s)).tolist()
        if last > first:
            yield stretch.part(first, last)


def _part_within(run: Parts, begin_s: float, end_s: float) -> Parts:
    return Parts(
        samples=_samples_within(run.samples, begin_s, end_s),
        decisions=[_decisions_within(part, begin_s, end_s) for part in run.decisions],
        events=[event for event in run.events if begin_s <= event.at_s < end_s],
        alarms=[alarm for alarm in run.alarms if begin_s <= alarm.start_s < end_s],
        health=[row for row in run.health if begin_s <= row.at_s < end_s],
    )


def _decisions_within(decisions: Decisions, begin_s: float, end_s: float) -> Decisions:
    return selected(decisions, (decisions.start_s >= begin_s) & (decisions.start_s < end_s))
