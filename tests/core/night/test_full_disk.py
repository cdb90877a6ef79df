"""A full disk costs raw samples first, then decisions wait, and no night ends of it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import EdgekitError
from edgekit.night.night import Event, HealthRow
from edgekit.night.reader import open_night
from edgekit.night.writer import NightWriter
from tests.helpers.command import REPOSITORY
from tests.helpers.disk import SmallDisk
from tests.helpers.short_night import DECISIONS, META, steady

# On the disk argv[1]: room, then too little for samples, then none, then room again.
ON_A_SMALL_DISK = """
import os, shutil, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.helpers.flushes import META, decision
from tests.helpers.short_night import steady
from edgekit.night.night import Event, HealthRow
from edgekit.night.writer import NightWriter
from dataclasses import replace

disk = Path(sys.argv[1])
at_s = 1000.0

def flush(writer, times=1):
    global at_s
    for _ in range(times):
        writer.add_samples(steady(5, at_s))
        writer.add_decisions(decision(at_s))
        writer.add_event(Event(at_s, "tick", "x" * 1000))
        writer.flush(HealthRow(at_s, 250, 50.0, 0, 0, 0))
        at_s += 5

def fill(but_bytes):
    free = os.statvfs(disk)
    with (disk / "ballast").open("ab") as file:
        os.posix_fallocate(file.fileno(), file.tell(), free.f_bavail * free.f_frsize - but_bytes)

with NightWriter.create(disk / "a.night", replace(META, start_s=at_s)) as writer:
    flush(writer)
    fill(30 << 20)
    flush(writer, 20)
    assert not writer.holds_rows, "decisions have a reserve"
    assert [event.kind for event in writer.take_troubles()] == ["disk full"]
    fill(0)
    while not writer.holds_rows:  # until the log's own room is used up
        flush(writer)
    flush(writer, 20)
    assert writer.holds_rows
    (disk / "ballast").unlink()
    flush(writer)
    assert not writer.holds_rows
shutil.copy(disk / "a.night", sys.argv[3])
"""


def test_a_full_disk_costs_the_samples_and_never_the_night(tmp_path: Path) -> None:
    """SQLite's own word for it: some pages more, as when another program makes room."""
    path, small = tmp_path / "a.night", SmallDisk()
    with NightWriter.create(path, META, small.disk) as writer:
        writer.add_samples(steady(5, 1000))
        writer.flush()
        small.leave_pages(10)
        writer.add_samples(steady(300, 2000))
        writer.add_decisions(DECISIONS)
        writer.flush()
        small.leave_pages(100_000)
        writer.add_samples(steady(5, 3000))
        writer.flush()
    with open_night(path) as night:
        assert [part.start_s for part in night.samples()] == [1000.0, 3000.0]
        assert len(night.decisions()) == 2
        full, gap = night.events()
    assert (full.kind, full.at_s) == ("disk full", 2000.0)
    assert (gap.kind, gap.at_s) == ("gap", 2000.0)
    assert gap.detail.startswith("300.000 s of samples not kept")


def test_raw_samples_leave_a_reserve_for_decisions(tmp_path: Path) -> None:
    path, small = tmp_path / "a.night", SmallDisk()
    with NightWriter.create(path, META, small.disk) as writer:
        for index in range(4):
            small.free_bytes = 1000 if index == 2 else 1 << 40
            writer.add_samples(steady(5, 1000 + 5 * index))
            writer.add_event(Event(1000.0 + index, "tick"))
            writer.flush()
    with open_night(path) as night:
        stored = np.concatenate([part.xyz_g for part in night.samples()])
        gaps = [event.detail for event in night.events() if event.kind == "gap"]
    assert len(stored) == 3 * 250
    assert gaps == ["5.000 s of samples not kept: the disk was full"]


def test_a_night_that_ends_on_a_full_disk_says_what_it_lacks(tmp_path: Path) -> None:
    path, small = tmp_path / "a.night", SmallDisk()
    with NightWriter.create(path, META, small.disk) as writer:
        writer.add_samples(steady(5, 1000))
        writer.flush()
        small.free_bytes = 0
        writer.add_samples(steady(5, 1005))
    with open_night(path) as night:
        assert [(event.kind, event.at_s) for event in night.events()] == [
            ("disk full", 1005.0), ("gap", 1005.0),
        ]  # fmt: skip
        assert night.ended_well


def test_decisions_that_find_no_room_wait_until_there_is_some(tmp_path: Path) -> None:
    path, small = tmp_path / "a.night", SmallDisk()
    with NightWriter.create(path, META, small.disk) as writer:
        small.leave_pages(0)
        for at_s in range(1000, 1300):
            writer.add_event(Event(float(at_s), "tick", "x" * 100))
            writer.flush(HealthRow(float(at_s), 0, 50.0, 0, 0, 0))
        assert writer.holds_rows
        small.leave_pages(100_000)
    with open_night(path) as night:
        assert [event.at_s for event in night.events()] == list(range(1000, 1300))
        assert [row.at_s for row in night.health()] == list(range(1000, 1300))


def test_a_night_whose_decisions_are_lost_to_the_disk_ends_with_an_error(tmp_path: Path) -> None:
    small = SmallDisk()
    writer = NightWriter.create(tmp_path / "a.night", META, small.disk)
    small.leave_pages(0)
    for at_s in range(300):
        writer.add_event(Event(float(at_s), "tick", "x" * 100))
    with pytest.raises(EdgekitError, match=r"No space left.*Make room"):
        writer.close()


def test_on_a_disk_that_is_really_full_samples_go_first_and_nothing_else_is_lost(
    tmp_path: Path,
) -> None:
    """A file system of 40 MB, and a ballast that another program wrote."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["unshare", "-Urm", "sh", "-c", 'mount -t tmpfs -o size=40m none "$0" && "$@"', disk]
    if subprocess.run([*mount, "true"], capture_output=True).returncode:
        pytest.skip("this kernel lets nobody mount a file system of one's own")
    arguments = [disk, REPOSITORY, tmp_path / "a.night"]
    subprocess.run(
        [*mount, sys.executable, "-c", ON_A_SMALL_DISK, *arguments], check=True, timeout=60
    )
    with open_night(tmp_path / "a.night") as night:
        assert night.ended_well
        ticks_s = [event.at_s for event in night.events() if event.kind == "tick"]
        health_s = [row.at_s for row in night.health()]
        assert ticks_s == night.decisions().start_s.tolist() == health_s
        assert ticks_s == [1000.0 + 5 * index for index in range(len(ticks_s))]
        first, second = night.samples()
        (gap,) = (event for event in night.events() if event.kind == "gap")
        (full,) = (event for event in night.events() if event.kind == "disk full")
    assert (first.start_s, len(first.xyz_g)) == (1000.0, 250)
    assert full.at_s == gap.at_s == 1005.0
    assert gap.detail.startswith(f"{second.start_s - 1005.0:.3f} s of samples not kept")
    assert second.start_s + 5.0 == ticks_s[-1] + 5.0
