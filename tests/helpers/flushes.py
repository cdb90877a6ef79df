"""A night of flushes that count themselves: rows into every table, and how many a night holds.

Of the tests that end its writer; their subprocesses import it by its folder.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from edgekit.night.file import DISK, Disk
from edgekit.night.meta import NightMeta
from edgekit.night.night import Alarm, Decisions, Event, HealthRow, Samples
from edgekit.night.reader import open_night
from edgekit.night.utc_offsets import UtcOffsets
from edgekit.night.writer import NightWriter
from edgekit.spec import SLEEP

PER_FLUSH = 1250  # samples, 25 s: the third flush begins a block
META = NightMeta(SLEEP, "net", "", "", "me", 0.0, UtcOffsets((0.0,), (0,)), "utc")


def flushing(path: Path, count: int, disk: Disk = DISK) -> Iterator[NightWriter]:
    """The writer, before the first flush and after each."""
    with NightWriter.create(path, META, disk) as writer:
        yield writer
        for index in range(count):
            at_s = float(index)
            xyz_g = np.full((PER_FLUSH, 3), index / 256, np.float32)
            writer.add_samples(Samples(index * PER_FLUSH / 50, 50.0, xyz_g))
            writer.add_decisions(decision(at_s))
            writer.add_event(Event(at_s, "tick"))
            if index:  # the alarm before has its response
                writer.add_alarm(Alarm(at_s - 1, index, 1, 0.5, 2.0))
            writer.add_alarm(Alarm(at_s, index + 1, 1, 0.5))
            writer.correct_clock(at_s + 1)
            writer.flush(HealthRow(at_s, PER_FLUSH, 50.0, 0, 0, 0, {"nack": index}))
            yield writer


def flushes_in(path: Path) -> int:
    """How many flushes a night holds; it must hold the first ones, and each of them whole."""
    with open_night(path) as night:
        count = len(night.events())
        assert night.start_s == night.utc_offsets.from_s[0] == count, "the last correction"
        at_s = [float(count + index) for index in range(count)]
        assert [event.at_s for event in night.events()] == at_s
        assert night.decisions().start_s.tolist() == at_s
        assert [row.at_s for row in night.health()] == at_s
        assert [row.faults for row in night.health()] == [{"nack": k} for k in range(count)]
        assert [(alarm.start_s, alarm.attempt) for alarm in night.alarms()] == [
            (at, index + 1) for index, at in enumerate(at_s)
        ]
        responses = [alarm.response_s for alarm in night.alarms()]
        assert responses == [*[2.0] * (count - 1), None][:count]
        blocks = [np.rint(block.xyz_g[:, 0] * 256) for block in night.samples()]
        samples = np.concatenate(blocks) if blocks else np.empty(0)
        assert samples.tolist() == np.repeat(np.arange(count), PER_FLUSH).tolist()
    return count


def decision(at_s: float) -> Decisions:
    index, share = np.array([1]), np.array([0.5])
    state = np.array(["worn"])
    return Decisions(
        np.array([at_s]), index, index, share, share, index, index, share, state, share, index
    )
