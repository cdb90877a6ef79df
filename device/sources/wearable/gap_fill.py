"""GapFill: after a gap in the line, fetch the decisions that the wearable stored in it.

The stream goes on meanwhile, so that no sample is lost; decisions that come with it are held until
those of the gap are there, because a night's decisions are in the order of time.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from edgekit.night.columns import joined, selected
from edgekit.night.events import EventKind
from edgekit.night.night import Decisions
from edgekit.spec import Spec

from .dump import MOST_HIDDEN
from .record_bytes import decode
from .records import Boot, Bout, Decision, Dump, Dumped, Record, Stored
from .stored_boots import DatedBout, StoredBoot, time_s
from .stored_decisions import bout_decisions

QUIET_S = 3.0  # of a dump: then it is requested again, from the first record that is missing
TRIES = 3
LONGEST_S = 30.0  # decisions are held; samples that belong to them are kept as long


@dataclass(frozen=True)
class BootClock:
    """A boot as this host knows it: where its samples begin in the night, and its clock's UTC."""

    boot_count: int | None
    base: int  # added to the device's sample indices
    offset_s: float  # from the device's clock to UTC


@dataclass(frozen=True)
class Part:
    """Decisions that the wearable stored, and those of the stream that follow them."""

    stored: Decisions | None
    held: tuple[Decision, ...]


@dataclass(frozen=True)
class Filled:
    """What came of a gap, in the order of time; an event where anything was stored or is lost."""

    parts: tuple[Part, ...]
    event: tuple[EventKind, str] | None


@dataclass
class GapFill:
    """The gap that is being filled, one at a time."""

    spec: Spec
    send: Callable[[Record], None]
    next_sequence: int  # the first record that this host has not fetched
    last_decided: int | None = None  # index of the newest decision's first sample
    is_due: bool = False  # the line was away: to be filled at the next greeting
    held: list[Decision] = field(default_factory=list)
    _records: dict[int, bytes] | None = None  # None: nothing is under way
    _before: list[BootClock] = field(default_factory=list)
    _tries: int = 0
    _began_at: float = 0.0
    _heard_at: float = 0.0

    @property
    def is_under_way(self) -> bool:
        return self._records is not None

    def open(self, boot: BootClock) -> None:
        """Note that something may be missing; `boot` is the one until now."""
        self.is_due = True
        if not any(known.boot_count == boot.boot_count for known in self._before):
            self._before.append(boot)

    def start(self) -> None:
        """Request what was stored since the last fetch."""
        self.is_due = False
        self._records, self._tries = {}, 1
        self._began_at = self._heard_at = time.monotonic()
        self.send(Dump(self.next_sequence))

    def hold(self, decision: Decision) -> bool:
        """Hold a decision that came with the stream; False where none is to be held."""
        if self.is_under_way or self.is_due:
            self.held.append(decision)
            return True
        self.last_decided = decision.first_sample
        return False

    def process(self, record: Stored | Dumped, now: BootClock) -> Filled | None:
        """Process a record of the dump; return what was found when it is over."""
        if self._records is None:
            return None
        self._heard_at = time.monotonic()
        if isinstance(record, Stored):
            if record.sequence >= self.next_sequence:
                self._records[record.sequence] = record.record
            return None
        missing = self._missing(record.next_sequence)
        if missing and self._tries < TRIES and missing < self.next_sequence + MOST_HIDDEN:
            self._request(missing)
            return None
        return self._finish(record.next_sequence, now)

    def keep_up(self, now: BootClock) -> Filled | None:
        """Request again what stopped coming; return what was found where nothing comes any more."""
        if self._records is None:
            return None
        clock_s = time.monotonic()
        end = max(self._records, default=self.next_sequence - 1) + 1
        if clock_s - self._began_at > LONGEST_S:
            return self._finish(end, now)
        if clock_s - self._heard_at > QUIET_S:
            if self._tries == TRIES:
                return self._finish(end, now)
            self._request(self._missing(end) or end)
        return None

    def abort(self) -> None:
        """Forget the dump under way, because the line dropped: it is due again."""
        if self.is_under_way:
            self._records, self.is_due = None, True

    def _request(self, sequence: int) -> None:
        assert self._records is not None
        self._tries += 1
        self._heard_at = time.monotonic()
        self.send(Dump(sequence))

    def _missing(self, end: int) -> int | None:
        assert self._records is not None
        wanted = range(self.next_sequence, end)
        return next((each for each in wanted if each not in self._records), None)

    def _finish(self, end: int, now: BootClock) -> Filled:
        assert self._records is not None
        lost = max(0, end - self.next_sequence) - len(self._records)
        boots = {boot.boot_count: boot for boot in (*self._before, now)}
        bouts = _dated(self._records, self._before[0] if self._before else now, boots)
        held, self.held = self.held, []
        parts: list[Part] = []
        for run in [*_runs(held, self.spec.hop), ()]:
            firsts, stored = _between(bouts, self.last_decided, run, self.spec)
            if run or firsts:
                self.last_decided = run[-1].first_sample if run else firsts[-1]
            parts.append(Part(stored, run))
        self.next_sequence, self._records, self._before = end, None, []
        filled = sum(len(part.stored) for part in parts if part.stored is not None)
        return Filled(tuple(parts), _event(filled, lost))


def _dated(
    records: dict[int, bytes], first: BootClock, known: dict[int | None, BootClock]
) -> list[tuple[DatedBout, int]]:
    """Return the bouts with the base of their boot; those of a boot that no host knows are left."""
    boot: BootClock | None = first
    bouts: list[tuple[DatedBout, int]] = []
    for sequence in sorted(records):
        match decode(records[sequence]):
            case Boot(boot_count=count):
                boot = known.get(count)
            case Bout() as bout if boot is not None and bout.windows:
                stored = StoredBoot(boot.boot_count, None)
                dated = DatedBout(sequence, time_s(bout) + boot.offset_s, stored, bout)
                bouts.append((dated, boot.base))
    return bouts


def _runs(held: list[Decision], hop: int) -> Iterator[tuple[Decision, ...]]:
    """Split decisions where windows are missing between two of them."""
    begin = 0
    for at in range(1, len(held) + 1):
        if at == len(held) or held[at].first_sample != held[at - 1].first_sample + hop:
            yield tuple(held[begin:at])
            begin = at


def _between(
    bouts: list[tuple[DatedBout, int]], after: int | None, run: tuple[Decision, ...], spec: Spec
) -> tuple[list[int], Decisions | None]:
    """Return the windows between a decision and a run of others: first samples, and decisions."""
    parts: list[Decisions] = []
    firsts: list[int] = []
    for dated, base in bouts:
        bout = dated.bout
        if bout.posture >= len(spec.postures) or bout.placement >= len(spec.placements):
            continue
        starts = base + bout.first_sample + spec.hop * np.arange(bout.windows)
        chosen = starts > (firsts[-1] if firsts else -1 if after is None else after)
        if run:
            chosen &= starts < run[0].first_sample
        if chosen.any():
            parts.append(selected(bout_decisions([dated], spec), chosen))
            firsts += starts[chosen].tolist()
    return firsts, joined(parts) if parts else None


def _event(filled: int, lost: int) -> tuple[EventKind, str] | None:
    if not filled and not lost:
        return None
    missing = f"; {lost} of its records are missing" if lost else ""
    return EventKind.COMPLETED, f"{filled} decisions that it stored fill the gap{missing}"
