"""Fetch the records that a wearable stored: each that can be had, once, and which are missing.

A dump leaves out a record that is damaged or was written over, and the line may lose others. The
frame counter tells the two apart: where no frame was lost between two records, the wearable has
none between them. All others are requested again, in a few dumps; so the fetch ends whatever is
missing. Its range is fixed by the first whole dump, because each dump ends the open bout, which is
one more record.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from edgekit.errors import EdgekitError

from .greeting import Greeting
from .link import Link
from .records import Dump, Dumped, Stored, Stream

QUIET_S = 3.0  # without a record: the dump was cut off
CUT_TRIES = 3  # dumps in a row that were cut off and brought nothing new
WHOLE_DUMPS = 4  # that did not bring a record: it is missing
MOST_STORED = 1_000_000  # more than any flash here holds: 256 KiB of the shortest are 16,384
MOST_HIDDEN = 255  # records in a row; 256 lost frames leave no jump in the counter

Progress = Callable[[int, int], None]  # records fetched, of how many


@dataclass(frozen=True)
class StoredRecords:
    """The bytes of each record by its sequence number, in order, and the numbers missing."""

    records: dict[int, bytes]
    missing: tuple[range, ...]

    @property
    def missing_count(self) -> int:
        return sum(map(len, self.missing))


@dataclass
class Answer:
    """What came of one dump: each sequence with the losses counted until it came."""

    requested: int
    losses: int  # when it was requested
    came: list[tuple[int, int]] = field(default_factory=list)
    end: tuple[int, int] | None = None  # DUMPED's next sequence and losses; None: it was cut off

    def absent(self) -> Iterator[range]:
        """Yield the sequences that the wearable certainly does not have.

        A host that was killed may have left an older dump under way: only what follows the last
        step back is of this one.
        """
        marks = [(self.requested - 1, self.losses), *self.came]
        begins = [place for place, (a, b) in enumerate(pairwise(marks), 1) if b[0] <= a[0]]
        marks = marks[begins[-1] :] if begins else marks
        if self.end:
            marks.append(self.end)
        for (before, losses_before), (after, losses) in pairwise(marks):
            hidden = range(before + 1, after)
            if losses == losses_before and 0 < len(hidden) <= MOST_HIDDEN:
                yield hidden


def fetch(
    link: Link,
    greeting: Greeting,
    progress: Progress = lambda _done, _total: None,
    quiet_s: float = QUIET_S,
) -> StoredRecords:
    """Return the records from the greeting's first to the last of the first whole dump.

    Raises EdgekitError when the wearable stops sending them, LineDroppedError when the line drops.
    """
    first, end = greeting.hello.stored_first, greeting.hello.stored_next
    if not 0 <= end - first <= MOST_STORED:
        raise EdgekitError(
            f"the wearable on {link.line.port} reports records {first} to {end}, which no flash "
            "holds: flash its firmware again"
        )
    records: dict[int, bytes] = {}
    absent: set[int] = set()
    missed: Counter[int] = Counter()  # whole dumps that did not bring it
    is_end_known, cut_tries = False, 0

    def receive(answer: Answer) -> None:
        for done in _receive(link, answer, records, quiet_s):
            progress(min(done - first, end - first), end - first)

    link.send(Stream(0))
    if any(isinstance(record, Stored) for record in greeting.early):
        receive(Answer(first, 0))  # a dump that a killed host left under way
    wanted: int | None = first
    while wanted is not None:
        fetched = len(records)
        answer = Answer(wanted, _losses(link))
        link.send(Dump(wanted))
        receive(answer)
        if answer.end is not None and not is_end_known:
            is_end_known, end = True, max(end, answer.end[0])
        for hidden in answer.absent():
            absent.update(hidden)
        outstanding = [
            sequence
            for sequence in range(wanted, end)
            if sequence not in records and sequence not in absent
        ]
        if answer.end is not None:
            missed.update(outstanding)
            outstanding = [each for each in outstanding if missed[each] < WHOLE_DUMPS]
        elif len(records) > fetched:
            cut_tries = 0
        else:
            cut_tries += 1
            if cut_tries == CUT_TRIES and outstanding:
                raise EdgekitError(
                    f"the wearable on {link.line.port} stopped sending its stored records, "
                    f"at {outstanding[0]} of {end}. Plug it in anew, then try again"
                )
        is_over = is_end_known or cut_tries == CUT_TRIES  # its end alone never came
        wanted = outstanding[0] if outstanding else None if is_over else end
    whole = {each: records[each] for each in sorted(records) if first <= each < end}
    return StoredRecords(whole, tuple(_missing(whole, range(first, end))))


def _receive(
    link: Link, answer: Answer, records: dict[int, bytes], quiet_s: float
) -> Iterator[int]:
    """Add a dump to `answer` and `records`, until its end or `quiet_s`; yield its progress."""
    heard_at = time.monotonic()
    is_quiet = False
    while not is_quiet:
        count = len(answer.came)
        for record, losses in link.receive_counted():
            if isinstance(record, Stored):
                heard_at = time.monotonic()
                records[record.sequence] = record.record
                answer.came.append((record.sequence, losses))
            elif isinstance(record, Dumped):
                answer.end = record.next_sequence, losses
                return
        if answer.came:
            yield answer.came[-1][0]
        is_quiet = len(answer.came) == count and time.monotonic() - heard_at > quiet_s


def _losses(link: Link) -> int:
    return link.receiver.lost + link.receiver.refused


def _missing(records: dict[int, bytes], whole: range) -> Iterator[range]:
    """Yield the stretches of `whole` without a record."""
    marks = [whole.start - 1, *records, whole.stop]
    for before, after in pairwise(marks):
        if after > before + 1:
            yield range(before + 1, after)
