"""Nights as files: what a folder holds, several made one, one cut, one deleted."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from edgekit.errors import EdgekitError, UsageError
from edgekit.night.copy import Parts, meta_of, parts_of, write_copy
from edgekit.night.lock import forget_beside, settle
from edgekit.night.night import Decisions, Event, Health, Samples
from edgekit.night.offsets import UtcOffsets
from edgekit.night.reader import Night, open_night


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
    """Every night of a folder by its start; those that cannot be read come first."""
    listed = [_listed(path) for path in sorted(folder.glob("*.night"))]
    return sorted(listed, key=lambda each: each.start.timestamp() if each.start else 0.0)


def merge(paths: Sequence[Path], out: Path) -> None:
    """Nights of one subject and one bundle as one, in the order of time; between them a gap.

    Raises UsageError where they are not of one kind or overlap.
    """
    if len(paths) < 2 or len({path.resolve() for path in paths}) < len(paths):
        raise UsageError("merge takes two different nights or more")
    nights: list[Night] = []
    try:
        nights = sorted((open_night(path) for path in paths), key=lambda night: night.start_s)
        _check_alike(nights)
        runs = parts_of(nights[0])
        for before, after in pairwise(nights):
            detail = f"{max(0.0, after.start_s - before.end_s):.3f} s between {before.path.name} "
            gap = Event(before.end_s, "gap", f"{detail}and {after.path.name}")
            runs[-1] = replace(runs[-1], events=[*runs[-1].events, gap])
            runs += parts_of(after)
        is_dated = all(night.meta["clock"] == "utc" for night in nights)
        meta = replace(
            meta_of(nights[0]),
            utc_offsets=_joined(nights),
            clock="utc" if is_dated else "assumed",
        )
        write_copy(out, meta, runs)
    finally:
        for night in nights:
            night.close()


def trim(path: Path, begin_s: float, end_s: float, out: Path) -> None:
    """The night from begin_s up to end_s (UTC). `out` may be `path` itself, which it replaces.

    Decisions whose window begins within are kept. Raises UsageError where nothing is left.
    """
    with open_night(path) as night:
        first = next(_cut(night.samples(), begin_s, end_s), None)
        decisions = _within(night.decisions(), begin_s, end_s)
        if first is None and not len(decisions):
            raise UsageError(f"{path} holds nothing between these times: see edgekit nights list")
        start_s = float(decisions.start_s[0]) if first is None else first.start_s
        runs = [_part_within(run, begin_s, end_s) for run in parts_of(night)]
        began = datetime.fromtimestamp(night.start_s, UTC).isoformat(timespec="seconds")
        trimmed = Event(start_s, "trimmed", f"of a night that began at {began}")
        runs[0] = replace(runs[0], events=[trimmed, *runs[0].events])
        write_copy(
            out,
            replace(meta_of(night), start_s=start_s),
            runs,
            replaces=out.resolve() == path.resolve(),
        )


def delete(path: Path) -> None:
    """Remove a night and what SQLite left beside it. Raises UsageError when there is none."""
    if not path.is_file():
        raise UsageError(f"no night at {path}")
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            raise UsageError(f"{path} is not a night: it stays")
    settle(path)
    path.unlink()
    forget_beside(path)


def moment(text: str, night: Night) -> float:
    """UTC of '23:15' or '2026-11-23 23:15' on the wearer's clock; the first such time of the night.

    An hour that comes twice is the first of the two; '02:30+01:00' says which.
    Raises UsageError for what is no time.
    """
    try:
        if re.match(r"\d{4}-\d\d-\d\d", text):
            asked = datetime.fromisoformat(text)
        else:
            day = _local(night.start_s, night.utc_offsets).date()
            asked = datetime.fromisoformat(f"{day} {text}")
            if _utc(asked, night.utc_offsets) < night.start_s - 1:
                asked += timedelta(days=1)
    except ValueError:
        raise UsageError(
            f"{text!r} is no time: write 23:15, 23:15:30 or '2026-11-23 23:15'"
        ) from None
    return _utc(asked, night.utc_offsets)


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
                datetime.fromisoformat(_local(night.start_s, night.utc_offsets).isoformat()),
                (night.end_s - night.start_s) / 3600,
                night.meta["subject"],
                night.meta["bundle_name"],
                night.ended_well,
                path.stat().st_size / 1e6,
            )
    except (EdgekitError, KeyError, IndexError, ValueError) as error:
        return Listed(path, error=str(error))


def _check_alike(nights: Sequence[Night]) -> None:
    def differ(key: str) -> bool:
        return len({night.meta[key] for night in nights}) > 1

    if differ("subject"):
        names = ", ".join(sorted({night.meta["subject"] for night in nights}))
        raise UsageError(f"these nights are not of one subject: {names[:200]}")
    if differ("bundle_digest"):
        names = ", ".join(f"{night.path.name} by {night.meta['bundle_name']}" for night in nights)
        raise UsageError(
            f"these nights were not decided by one model ({names[:200]}): let one decide on all, "
            "with edgekit rescore"
        )
    if differ("rates"):
        raise UsageError(
            "some of these nights are of a sensor whose rate was measured, others of a file or a "
            "wearable: their windows are not alike, and they do not join"
        )
    if differ("calibration"):
        raise UsageError("these nights were calibrated differently: their samples do not join")
    for before, after in pairwise(nights):
        if after.start_s < before.end_s - 1.0:
            raise UsageError(f"{before.path} and {after.path} overlap: they are not joined")


def _joined(nights: Sequence[Night]) -> UtcOffsets:
    """Of each its own, until the next begins; an entry that changes nothing is left out."""
    entries: list[tuple[float, int]] = []
    for night in nights:
        offsets = night.utc_offsets
        begin_s = night.start_s if entries else offsets.from_s[0]
        entries = [entry for entry in entries if entry[0] < begin_s]
        entries.append((begin_s, offsets.at(begin_s)))
        later = zip(offsets.from_s, offsets.offset_s, strict=True)
        entries += [entry for entry in later if entry[0] > begin_s]
    kept = [entry for k, entry in enumerate(entries) if k == 0 or entry[1] != entries[k - 1][1]]
    return UtcOffsets(tuple(at_s for at_s, _ in kept), tuple(offset_s for _, offset_s in kept))


def _cut(samples: Iterable[Samples], begin_s: float, end_s: float) -> Iterator[Samples]:
    for stretch in samples:
        times = stretch.start_s + np.arange(len(stretch.xyz_g)) / stretch.rate_hz
        first, last = np.searchsorted(times, (begin_s, end_s)).tolist()
        if last > first:
            yield Samples(float(times[first]), stretch.rate_hz, stretch.xyz_g[first:last])


def _part_within(run: Parts, begin_s: float, end_s: float) -> Parts:
    return Parts(
        samples=_cut(run.samples, begin_s, end_s),
        decisions=[_within(decisions, begin_s, end_s) for decisions in run.decisions],
        events=[event for event in run.events if begin_s <= event.at_s < end_s],
        alarms=[alarm for alarm in run.alarms if begin_s <= alarm.start_s < end_s],
        health=_health_within(run.health, begin_s, end_s),
    )


def _within(decisions: Decisions, begin_s: float, end_s: float) -> Decisions:
    inside = (decisions.start_s >= begin_s) & (decisions.start_s < end_s)
    return Decisions(*(getattr(decisions, name)[inside] for name in Decisions.__dataclass_fields__))


def _health_within(health: Health, begin_s: float, end_s: float) -> Health:
    inside = (health.at_s >= begin_s) & (health.at_s < end_s)
    return Health(
        health.at_s[inside],
        health.samples[inside],
        health.rate_hz[inside],
        health.gaps[inside],
        health.clipped[inside],
        health.stuck[inside],
        tuple(each for each, kept in zip(health.faults, inside, strict=True) if kept),
    )
