"""Split what a wearable stored into nights.

A pause of three hours ends a night. A wearable that is never taken off never pauses: then the
wearer's noon ends it, as in sleep research, where a night is what lies between two noons. A night
that began less than twelve hours before a noon goes on over it, so that a sleep which begins after
midnight is not cut.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from edgekit.night.names import evening
from edgekit.night.utc_offsets import UtcOffsets, utc_offsets
from edgekit.spec import Spec

from .dump import StoredRecords
from .greeting import Greeting
from .stored_boots import DatedBout, StoredBoot, dated_boots, dated_bouts

PAUSE_S = 3 * 3600.0
BEFORE_NOON_S = 12 * 3600.0


@dataclass(frozen=True)
class StoredNight:
    """A night as the wearable stored it; `number` counts from the last, which is 1."""

    number: int
    spec: Spec
    boots: list[StoredBoot] = field(repr=False)
    bouts: list[DatedBout] = field(repr=False)
    missing: tuple[range, ...]  # sequences, from the night before to its own last
    next_start_s: float  # UTC of the night after it; infinity for the last
    bundle_start: bytes  # of the model that decided: the first bytes of its bundle's digest
    is_readable: bool  # by the labels of the model that runs now

    @property
    def start_s(self) -> float:
        return self.bouts[0].start_s

    @property
    def end_s(self) -> float:
        """UTC after its last window."""
        return self.bouts[-1].end_s(self.spec) - self.spec.hop_s + self.spec.window_s

    @property
    def windows(self) -> int:
        return sum(bout.bout.windows for bout in self.bouts)

    @property
    def is_dated(self) -> bool:
        """Whether a host dated all of it."""
        return all(bout.boot.is_dated for bout in self.bouts)

    @property
    def missing_count(self) -> int:
        return sum(map(len, self.missing))

    @cached_property
    def offsets(self) -> UtcOffsets:
        """Of the wearer's clock on the wall: this computer's."""
        return utc_offsets(self.start_s)

    @property
    def evening(self) -> date:
        """The date of its evening, on the wearer's clock."""
        return evening(self.start_s, self.offsets)

    def local(self, at_s: float) -> datetime:
        """Return a time of this night on the wearer's clock."""
        zone = datetime.fromtimestamp(at_s, UTC) + timedelta(seconds=self.offsets.at(at_s))
        return zone.replace(tzinfo=None)

    def gaps(self) -> int:
        """Count where decisions are missing between two of its bouts."""
        pairs = zip(self.bouts, self.bouts[1:], strict=False)
        return sum(not before.is_followed_by(after, self.spec) for before, after in pairs)


def stored_nights(stored: StoredRecords, greeting: Greeting) -> list[StoredNight]:
    """Return the nights in these records, the last one first."""
    spec, running = greeting.model.spec, greeting.hello.bundle_digest[:8]
    boots = dated_boots(stored.records, greeting)
    split = list(_split(dated_bouts(boots, greeting), spec))
    nights: list[StoredNight] = []
    next_start_s, last = math.inf, math.inf  # of sequences: a hole after all bouts is the last's
    for number, bouts in enumerate(reversed(split), 1):
        before = split[-number - 1][-1].sequence if number < len(split) else -1
        holes = tuple(hole for hole in stored.missing if before < hole.start <= last)
        bundle_start = bouts[0].boot.bundle_start or running
        nights.append(
            StoredNight(
                number, spec, boots, bouts, holes, next_start_s, bundle_start,
                bundle_start == running,
            )
        )  # fmt: skip
        next_start_s, last = bouts[0].start_s, before
    return nights


def _split(bouts: Sequence[DatedBout], spec: Spec) -> Iterator[list[DatedBout]]:
    night: list[DatedBout] = []
    for bout in bouts:
        if night and _begins_anew(night, bout, spec):
            yield night
            night = []
        night.append(bout)
    if night:
        yield night


def _begins_anew(night: list[DatedBout], bout: DatedBout, spec: Spec) -> bool:
    """Whether a bout begins another night: after a pause, a noon, a clock set far back."""
    before = night[-1]
    if bout.boot.bundle_start != before.boot.bundle_start:
        return True  # another model
    if abs(bout.start_s - before.end_s(spec)) > PAUSE_S:
        return True
    return bout.start_s >= _noon_s(night[0].start_s + BEFORE_NOON_S)


def _noon_s(from_s: float) -> float:
    """Return the first noon from a time on, on the wearer's clock."""
    offsets = utc_offsets(from_s)
    local = datetime.fromtimestamp(from_s + offsets.at(from_s), UTC)
    noon = local.replace(hour=12, minute=0, second=0, microsecond=0)
    if noon < local:
        noon += timedelta(days=1)
    noon_s = noon.timestamp()
    return noon_s - offsets.at(noon_s - offsets.at(from_s))
